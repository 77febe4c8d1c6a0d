"""Every address of the site."""

from django.urls import include, path

from accounts.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("account/", include("accounts.urls")),
    path("records/<uuid:patient_id>/", include("milestones.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"
