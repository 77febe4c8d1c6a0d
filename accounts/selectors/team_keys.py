"""Keys of a team's systems: the one that a request shows, and all of a team for its leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import CareTeam, TeamKey
from accounts.tokens import Purpose, token_hash


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the team sees it."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    issued_at: datetime
    ends_on: date
    used_at: datetime | None
    is_open: bool


def find_key(token: str) -> TeamKey | None:
    """Return the key that a token opens now, with its team, or None. One query, at every request."""
    hashed = token_hash(Purpose.TEAM_KEY, token)
    rows = TeamKey.objects.select_related("team").filter(token_hash=hashed, revoked_at__isnull=True)
    return rows.filter(ends_on__gte=timezone.now().date()).first()


def get_keys(team: CareTeam) -> tuple[KeyRow, ...]:
    """Return all keys of a team, the newest first, those that have ended included. One query."""
    today = timezone.now().date()
    return tuple(
        KeyRow(
            row.pk,
            row.name,
            tuple(row.scopes.split(",")),
            row.issued_at,
            row.ends_on,
            row.used_at,
            row.revoked_at is None and row.ends_on >= today,
        )
        for row in TeamKey.objects.filter(team=team).order_by("-issued_at")
    )
