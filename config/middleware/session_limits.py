"""Ends a session that nobody uses, and every session after a day; sooner for those who need a second factor."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.selectors.second_factor import needs_second_factor
from accounts.sessions import BROWSER, SEEN_AT, STARTED_AT, describe_browser

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
        if STARTED_AT not in request.session:
            request.session[BROWSER] = describe_browser(request.headers.get("User-Agent", ""))
        started_at = request.session.setdefault(STARTED_AT, now)
        seen_at = request.session.setdefault(SEEN_AT, now)
        idle, longest = _limits(request.user)
        if now - seen_at > idle or now - started_at > longest:
            logout(request)
        elif now - seen_at > WRITE_EVERY_SECONDS:
            request.session[SEEN_AT] = now


def _limits(user: User) -> tuple[int, int]:
    """Return after how many seconds without use, and after how many in any case, somebody is signed out."""
    if needs_second_factor(user=user):
        return min(settings.SESSION_IDLE_SECONDS, settings.STAFF_IDLE_SECONDS), settings.STAFF_SESSION_SECONDS
    return settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE
