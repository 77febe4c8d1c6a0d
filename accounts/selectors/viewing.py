"""As who somebody comes to a record: read from the database at every request, so that what has ended has ended."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Exists, Q
from django.utils import timezone

from accounts.models import Grant, GrantLevel, GrantState, LeftOut, Patient, TeamRole, User
from accounts.permissions import OWN, Role, Shares, Viewing, view_as

_CARER = {
    GrantLevel.VIEW.value: Role.CARER_VIEW,
    GrantLevel.ADD.value: Role.CARER_ADD,
    GrantLevel.MANAGE.value: Role.CARER_MANAGE,
}
_MEMBER = {
    GrantLevel.VIEW.value: Role.TEAM_VIEW,
    GrantLevel.ADD.value: Role.TEAM_ADD,
    GrantLevel.MANAGE.value: Role.TEAM_MANAGE,
}


def local_date(patient: Patient) -> date:
    """Return the date it is now where the person lives."""
    return timezone.now().astimezone(ZoneInfo(patient.time_zone)).date()


def find_viewing(*, actor: User, patient: Patient) -> Viewing | None:
    """Return as who somebody may see a record now, or None. One query, and none for one's own record.

    Nobody comes through a team whom the patient leaves out of it. Where a record is shared with somebody twice, as a
    carer and through a team, the one that allows more counts.
    """
    if not actor.is_active:
        return None
    if patient.user_id == actor.pk:
        return OWN
    rows = (
        Grant.objects.filter(patient=patient, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient))
        .filter(
            Q(team__isnull=True, user=actor)
            | Q(team__memberships__user=actor, team__memberships__left_at__isnull=True)
            & ~Exists(LeftOut.objects.filter(patient=patient, user=actor))
        )
        .values_list(
            "level",
            "shares_side_effects",
            "shares_visits",
            "shares_missed_doses",
            "team__name",
            "team__memberships__role",
        )
    )
    found = [_viewing(*row) for row in rows]
    return max(found, key=lambda one: len(one.permissions), default=None)


def _viewing(
    level: str, side_effects: bool, visits: bool, missed_doses: bool, team_name: str | None, team_role: str | None
) -> Viewing:
    shares = Shares(side_effects, visits, missed_doses)
    if team_name is None:
        return view_as(_CARER[level], shares)
    role = Role.TEAM_READ if team_role == TeamRole.VIEWER.value else _MEMBER[level]
    return view_as(role, shares, team_name=team_name)
