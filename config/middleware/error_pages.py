"""Gives a page to errors that would come without one, 503 to a database that does not answer, 429 to too many tries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.hashers import TooManyHashesError
from accounts.services.limits import TooManyTriesError
from config.errors import UNAVAILABLE, error_page, unavailable, wait

BARE = frozenset({405, 409, 413, 429, 503})


class ErrorPagesMiddleware:
    """Fills in the page of an error that came with an empty body; its headers stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with a page where there was none."""
        response = self.get_response(request)
        if response.status_code in BARE and not response.streaming and not response.content:
            page = error_page(response.status_code)
            response.content = page.content
            response["Content-Type"] = page["Content-Type"]
        return response

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 where nothing could be read or written down, 429 where to wait helps; anything else is a 500."""
        if isinstance(exception, TooManyTriesError):
            return wait(exception.retry_after)
        if isinstance(exception, TooManyHashesError):
            return wait(5)
        return unavailable() if isinstance(exception, UNAVAILABLE) else None
