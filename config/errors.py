"""The error pages. Each works without a database and without a signed-in person."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.request_id import current_request_id
from accounts.services.audit import AuditUnavailableError

UNAVAILABLE = (AuditUnavailableError, OperationalError, InterfaceError)

LAST_RESORT = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Error {status}</title></head>'
    "<body><main><h1>Something went wrong</h1><p>Please go back and try again. If it happens again, quote {request_id}."
    "</p></main></body></html>"
)


def error_page(status: int) -> HttpResponse:
    """Return the page for a status, or three plain lines if even that page cannot be made."""
    request_id = current_request_id.get()
    name = f"{status}.html" if status in {400, 403, 404, 500} else f"errors/{status}.html"
    try:
        body: str = render_to_string(name, {"request_id": request_id})
    except Exception:  # noqa: BLE001 - whatever is wrong, the person gets an answer
        body = LAST_RESORT.format(status=status, request_id=request_id)
    return HttpResponse(body, status=status)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be understood; 413 where it was too large."""
    return error_page(413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    """Answer what is not allowed."""
    return error_page(403)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes the reason
    """Answer a form that did not come from this site, or came too late."""
    return error_page(403)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what is not there, or not for this person: both look the same."""
    return error_page(404)


def too_many_requests(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer too many tries in a short time."""
    return wait(300)


def wait(seconds: int) -> HttpResponse:
    """Answer what may be tried again after so many seconds."""
    response = error_page(429)
    response["Retry-After"] = str(seconds)
    return response


def unavailable() -> HttpResponse:
    """Answer where nothing could be read, or could not be written down."""
    response = error_page(503)
    response["Retry-After"] = "30"
    return response


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer a mistake of ours; 503 where a database did not answer before any view was reached."""
    return unavailable() if isinstance(sys.exception(), UNAVAILABLE) else error_page(500)
