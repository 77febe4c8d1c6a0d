"""Where somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import stored_key


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser. Its id names it and opens nothing."""

    id: str
    browser: str
    started_at: datetime | None
    seen_at: datetime | None
    is_this: bool


def list_sessions(*, user: User, current: str) -> list[SignedIn]:
    """Return where somebody is signed in: the browser that asks first, then the last used one.

    Args:
        user: who.
        current: the key of the session that asks.
    """
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at")
    found = [
        SignedIn(row.session_key, row.browser, row.started_at, row.seen_at, row.session_key == stored_key(current))
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this)
