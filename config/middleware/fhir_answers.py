"""Below /fhir/ nothing but reading, and every error in FHIR's own form: whatever went wrong, and wherever."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from milestones.interchange.fhir_json import write_json
from milestones.interchange.fhir_search import operation_outcome

WHERE = "/fhir/"
_TYPE = "application/fhir+json"
_METHODS = ("GET", "HEAD")


class FhirAnswersMiddleware:
    """Stands outside of what makes pages of errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an error's page becomes an OperationOutcome, with the status and the headers that it had."""
        if not request.path_info.startswith(WHERE):
            return self.get_response(request)
        response = self.get_response(request) if request.method in _METHODS else HttpResponseNotAllowed(_METHODS)
        if response.status_code >= 400 and response.headers.get("Content-Type") != _TYPE:
            response.content = write_json(operation_outcome(response.status_code)).encode()
            response.headers["Content-Type"] = _TYPE
            response.headers["Content-Length"] = str(len(response.content))
        return response
