"""An id for each request, to find it again in the log and in the audit trail."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.acting import nobody_yet
from accounts.request_id import current_request_id


class RequestIdMiddleware:
    """Makes the id; one that a caller sends is not trusted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id for this request, and send it with the answer."""
        token = current_request_id.set(uuid.uuid4().hex)
        try:
            with nobody_yet():
                response = self.get_response(request)
            response["X-Request-ID"] = current_request_id.get()
        finally:
            current_request_id.reset(token)
        return response
