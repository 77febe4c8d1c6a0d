"""The site's addresses, and the limit page."""

from django.urls import path

from benchmarks.views import limit
from config.urls import *  # noqa: F403 - the error pages come along
from config.urls import urlpatterns as site_patterns

urlpatterns = [path("limit/<uuid:patient_id>/", limit, name="limit"), *site_patterns]
