"""Keeps room for other pages when many sign in at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.errors import wait

_WHERE = "/account/"
WAIT_SECONDS = 5


class PasswordPlacesMiddleware:
    """Lets so many posts about accounts in at a time, and asks the rest to come again, before work is done for them.

    A password is hashed for most of them, one at a time in a process; who waits for a turn holds a thread. Without a
    limit here a flood of sign-ins would hold them all, and queue before every other page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._places = threading.BoundedSemaphore(settings.PASSWORD_PLACES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or ask to wait."""
        if request.method != "POST" or not request.path_info.startswith(_WHERE):
            return self.get_response(request)
        if not self._places.acquire(blocking=False):
            return wait(WAIT_SECONDS)
        try:
            return self.get_response(request)
        finally:
            self._places.release()
