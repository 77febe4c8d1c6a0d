"""Addresses of the read API: by FHIR's rules without a slash at their end, and kinds as they are named."""

from django.urls import path

from milestones.interchange.fhir_search import PARAMETERS
from milestones.views import fhir_api

app_name = "fhir"
urlpatterns = [
    path("metadata", fhir_api.metadata, name="metadata"),
    *(path(kind, fhir_api.search, {"kind": kind}, name=f"{kind.lower()}_search") for kind in PARAMETERS),
    *(
        path(f"{kind}/<str:resource_id>", fhir_api.read, {"kind": kind}, name=f"{kind.lower()}_read")
        for kind in PARAMETERS
    ),
]
