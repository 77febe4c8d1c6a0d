"""A browser in which somebody has signed in before: strangers who guess elsewhere do not use up its tries."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "accounts.known_browser"
_KEEP_SECONDS = 180 * 86_400


def account_bucket(request: HttpRequest, account: str) -> str:
    """Return what tries for an account are counted under: the account, or the account in this known browser."""
    try:
        mark, digest = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), salt=_SALT, max_age=_KEEP_SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError):
        return account
    return f"{account}\0{mark}" if constant_time_compare(digest, _digest(account)) else account


def remember_browser(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    """Give a browser its mark. It names nobody, and opens nothing."""
    if account_bucket(request, account) != account:
        return
    value = signing.dumps([secrets.token_urlsafe(9), _digest(account)], salt=_SALT)
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        value,
        max_age=_KEEP_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _digest(account: str) -> str:
    return salted_hmac(_SALT, account, algorithm="sha256").hexdigest()[:32]
