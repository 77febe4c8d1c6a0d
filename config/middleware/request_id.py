"""An id for each request, to find it again in the log and in the audit trail, and the page that it asks for."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.acting import nobody_yet
from accounts.place import Place, current_place
from accounts.request_id import current_request_id


class RequestIdMiddleware:
    """Makes the id; one that a caller sends is not trusted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id for this request, and send it with the answer."""
        token, at = current_request_id.set(uuid.uuid4().hex), current_place.set(None)
        try:
            with nobody_yet():
                response = self.get_response(request)
            response["X-Request-ID"] = current_request_id.get()
        finally:
            current_request_id.reset(token)
            current_place.reset(at)
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Keep which page it is, now that it is known."""
        if request.resolver_match is not None:
            current_place.set(Place.of(request.resolver_match.url_name or "", kwargs))
