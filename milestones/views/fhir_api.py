"""The read API for a team's systems: FHIR R4 over HTTP. The key is all that counts; a session is not looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import get_patient_for_key_or_404
from accounts.key_access import NoKeyError, key_of, list_patients_for_key
from accounts.permissions import Permission
from milestones.interchange.fhir_json import write_json
from milestones.interchange.fhir_search import (
    Resource,
    Search,
    SearchError,
    capability_statement,
    find,
    operation_outcome,
    read_search,
    searchset,
)
from milestones.selectors.fhir_api import patient_of, patient_resource, resources_of

CONTENT_TYPE = "application/fhir+json"
_DESCRIBED_ON = "2026-11-26"
_FORMATS = ("json", "application/json", CONTENT_TYPE, "text/json")
_P = ParamSpec("_P")


def answer(resource: Resource, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return a resource as an answer."""
    return HttpResponse(write_json(resource), status=status, content_type=CONTENT_TYPE, headers=headers)


def _endpoint(
    view: Callable[Concatenate[HttpRequest, _P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, _P], HttpResponse]:
    """Answer in JSON for whoever takes it, and say what is wrong in FHIR; config's middleware does so for the rest."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        if not _takes_json(request):
            return answer(operation_outcome(406), status=406)
        try:
            return view(request, *args, **kwargs)
        except NoKeyError:
            return answer(operation_outcome(401), status=401, headers={"WWW-Authenticate": "Bearer"})
        except SearchError as error:
            return answer(operation_outcome(400, str(error)), status=400)

    return cast("Callable[Concatenate[HttpRequest, _P], HttpResponse]", login_not_required(require_safe(wrapped)))


def _takes_json(request: HttpRequest) -> bool:
    asked = request.GET.get("_format", "")
    if asked:
        # A plus sign in an address is a blank.
        return asked.replace(" ", "+").partition(";")[0] in _FORMATS
    accepted = request.headers.get("Accept", "")
    return not accepted or any(part in accepted for part in ("json", "*/*", "application/*"))


@_endpoint
def metadata(_request: HttpRequest) -> HttpResponse:
    """Say what can be read here; it shows nothing of anybody, and clients ask for it before they have a key."""
    return answer(capability_statement(_base(), since=_DESCRIBED_ON))


@_endpoint
def search(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the resources of one kind that a search asks for: of one person, or the list of those who share."""
    key = key_of(request, scope=kind)
    asked = read_search(kind, request.GET.lists())
    if kind == "Patient" and (asked.ids is None or len(asked.ids) > 1):
        found = [patient_resource(patient) for patient in list_patients_for_key(key=key)]
    else:
        try:
            patient = get_patient_for_key_or_404(key=key, patient_id=_whose(asked), needs=Permission.RECORD_VIEW)
        except Http404:
            if kind != "Patient":
                raise
            found = []
        else:
            found = resources_of(patient, kind)
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    return answer(searchset(find(asked, found), _base(), kind, pairs))


def _whose(asked: Search) -> str:
    if asked.kind == "Patient":
        return next(iter(asked.ids or ()), "")
    if not asked.patient:
        raise SearchError("Say whose it is, with the parameter patient.")
    return asked.patient


@_endpoint
def read(request: HttpRequest, kind: str, resource_id: str) -> HttpResponse:
    """Return one resource; one that is not there, and one of somebody who does not share, are answered alike."""
    key = key_of(request, scope=kind)
    whose = resource_id if kind == "Patient" else patient_of(resource_id)
    patient = get_patient_for_key_or_404(key=key, patient_id=whose, needs=Permission.RECORD_VIEW)
    found = next((one for one in resources_of(patient, kind) if one["id"] == resource_id), None)
    if found is None:
        raise Http404
    version = found.get("meta", {}).get("versionId")
    return answer(found, headers={"ETag": f'W/"{version}"'} if version else None)


def _base() -> str:
    return f"{settings.SITE_URL}/fhir"
