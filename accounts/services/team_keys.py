"""Keys of a team's systems: a lead issues one and ends it, and what has ended opens nothing from then on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import CareTeam, TeamKey, User
from accounts.services.audit import record_audit_event
from accounts.services.errors import NotThereError, TooManyKeysError
from accounts.services.teams import lock_led
from accounts.tokens import Purpose, new_token, token_hash

MOST_KEYS = 10
LONGEST_DAYS = 366
_USED_EVERY = timedelta(minutes=1)


@transaction.atomic
def issue_key(*, team: CareTeam, name: str, scopes: Collection[str], days: int, by: User) -> tuple[TeamKey, str]:
    """Issue a key.

    Args:
        team: whose system it is for.
        name: what the system is called; patients read it.
        scopes: the kinds of things that it may read, in the words of who answers.
        days: for how many days from today, at most ``LONGEST_DAYS``.
        by: who leads the team.

    Returns:
        The key, and the text that the system shows; it is kept nowhere.

    Raises:
        NotThereError: ``by`` does not lead this team.
        TooManyKeysError: the team has ``MOST_KEYS`` that are open.
        ValueError: no scope, or a time that is too long.
    """
    locked, now = lock_led(team, by), timezone.now()
    if not scopes or not 0 < days <= LONGEST_DAYS:
        raise ValueError("a key reads something, and ends within a year")
    today = now.date()
    if TeamKey.objects.filter(team=locked, revoked_at__isnull=True, ends_on__gte=today).count() >= MOST_KEYS:
        raise TooManyKeysError
    token = new_token()
    key = TeamKey(
        team=locked,
        name=name,
        scopes=",".join(sorted(scopes)),
        token_hash=token_hash(Purpose.TEAM_KEY, token),
        issued_by=by,
        issued_at=now,
        ends_on=today + timedelta(days=days),
    )
    key.clean_fields(exclude=("team", "issued_by", "revoked_by", "revoked_at", "used_at"))
    key.save(force_insert=True)
    _audit(key, by=by, verb="team_key_issued")
    return key, token


@transaction.atomic
def revoke_key(*, team: CareTeam, key_id: UUID, by: User) -> None:
    """End a key, at once; one that has ended stays so.

    Raises:
        NotThereError: ``by`` does not lead this team, or it has no such open key.
    """
    lock_led(team, by)
    key = TeamKey.objects.filter(pk=key_id, team=team, revoked_at__isnull=True).first()
    if key is None:
        raise NotThereError
    key.revoked_at, key.revoked_by = timezone.now(), by
    key.save(update_fields=["revoked_at", "revoked_by"])
    _audit(key, by=by, verb="team_key_revoked")


def note_use(key: TeamKey) -> None:
    """Write down that a key was used, once a minute at most."""
    now = timezone.now()
    if key.used_at is None or key.used_at < now - _USED_EVERY:
        TeamKey.objects.filter(pk=key.pk).update(used_at=now)


def _audit(key: TeamKey, *, by: User, verb: str) -> None:
    record_audit_event(actor_id=by.pk, patient_id=None, verb=verb, object_type="team_key", object_id=str(key.pk))
