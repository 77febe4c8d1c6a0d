"""Ends a session that nobody uses, and every session after a day."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

STARTED_AT = "_started_at"
SEEN_AT = "_seen_at"
WRITE_EVERY_SECONDS = 300


class SessionLimitsMiddleware:
    """Keeps two times in the session; the last one is written at most every five minutes, to spare the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the check comes once it is known which page is asked for."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: object, _options: object) -> None:
        """Sign out where a limit has passed, before any page that needs a person is made."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        now = int(time.time())
        started_at = request.session.setdefault(STARTED_AT, now)
        seen_at = request.session.setdefault(SEEN_AT, now)
        if now - seen_at > settings.SESSION_IDLE_SECONDS or now - started_at > settings.SESSION_COOKIE_AGE:
            logout(request)
        elif now - seen_at > WRITE_EVERY_SECONDS:
            request.session[SEEN_AT] = now
