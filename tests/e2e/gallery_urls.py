"""The site's addresses with those of the gallery, which a running site has in development only."""

from django.urls import path

from config.urls import urlpatterns as site
from milestones.views.gallery import gallery, gallery_dialog, gallery_figure

urlpatterns = [
    *site,
    path("gallery/", gallery, name="gallery"),
    path("gallery/dialog/", gallery_dialog, name="gallery_dialog"),
    path("gallery/figure.json", gallery_figure, name="gallery_figure"),
]
handler404 = "config.errors.not_found"
