"""Every address of the site."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.views.start import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("account/", include("accounts.urls")),
    path("example/", include("milestones.example_urls")),
    path("", include("milestones.people_urls")),
    path("fhir/", include("milestones.fhir_urls")),
    path("teams/<uuid:team_id>/", include("milestones.team_urls")),
    path("records/<uuid:patient_id>/", include("milestones.urls")),
]

if settings.DEBUG:
    from milestones.views.gallery import gallery, gallery_dialog, gallery_figure

    # Every part in every state, for those who build.
    urlpatterns += [
        path("gallery/", gallery, name="gallery"),
        path("gallery/dialog/", gallery_dialog, name="gallery_dialog"),
        path("gallery/figure.json", gallery_figure, name="gallery_figure"),
    ]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"
