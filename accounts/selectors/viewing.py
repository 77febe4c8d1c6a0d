"""As who somebody comes to a record: read from the database at every request, so that what has ended has ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import CareTeam, Grant, GrantLevel, GrantState, LeftOut, Patient, TeamRole, User
from accounts.permissions import OWN, Role, Shares, Viewing, view_as
from accounts.prepared import PreparedQuery

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


def _grants_to(patient_id: UUID, actor_id: UUID, today: date) -> QuerySet[Grant, Any]:
    """Return what of a record is shared with somebody on a day, as a carer or through a team."""
    is_left_out = Exists(LeftOut.objects.filter(patient_id=patient_id, user_id=actor_id))
    as_carer = Q(team__isnull=True, user_id=actor_id)
    in_team = Q(team__memberships__user_id=actor_id, team__memberships__left_at__isnull=True) & ~is_left_out
    return Grant.objects.filter(
        as_carer | in_team, patient_id=patient_id, state=GrantState.CONFIRMED, ends_on__gte=today
    ).values_list(
        "level",
        "shares_side_effects",
        "shares_visits",
        "shares_missed_doses",
        "team__name",
        "team__memberships__role",
    )


_grants = PreparedQuery(
    _grants_to,
    patient_id=(UUID(int=0), UUID(int=1)),
    actor_id=(UUID(int=2), UUID(int=3)),
    today=(date(2000, 1, 1), date(2000, 1, 2)),
)


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
    rows = _grants(patient_id=patient.pk, actor_id=actor.pk, today=local_date(patient))
    found = [_viewing(*row) for row in rows]
    return max(found, key=lambda one: len(one.permissions), default=None)


def find_system_viewing(*, team: CareTeam, patient: Patient) -> Viewing | None:
    """Return as who a system of a team may see a record now, or None. One query.

    It reads and no more, whatever the team's people may. Nobody knows who reads what a system shows: where the patient
    leaves out anybody who is in the team now, the team's systems do not see the record either.
    """
    rows = Grant.objects.filter(
        patient=patient, team=team, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient)
    ).exclude(Exists(_left_out_of(team, OuterRef("patient_id"))))
    names = rows.values_list("shares_side_effects", "shares_visits", "shares_missed_doses")
    found = next(iter(names), None)
    return view_as(Role.TEAM_READ, Shares(*found), team_name=team.name) if found else None


def patients_of_systems(team: CareTeam) -> list[Patient]:
    """Return the records that a team's systems may see now, in the order of their ids. One query."""
    grants = Grant.objects.select_related("patient").filter(team=team, state=GrantState.CONFIRMED)
    grants = grants.exclude(Exists(_left_out_of(team, OuterRef("patient_id")))).order_by("patient_id")
    return [grant.patient for grant in grants if grant.ends_on >= local_date(grant.patient)]


def _left_out_of(team: CareTeam, patient_id: OuterRef) -> QuerySet[LeftOut]:
    return LeftOut.objects.filter(
        patient_id=patient_id, user__memberships__team=team, user__memberships__left_at__isnull=True
    )


def _viewing(
    level: str, side_effects: bool, visits: bool, missed_doses: bool, team_name: str | None, team_role: str | None
) -> Viewing:
    shares = Shares(side_effects, visits, missed_doses)
    if team_name is None:
        return view_as(_CARER[level], shares)
    role = Role.TEAM_READ if team_role == TeamRole.VIEWER.value else _MEMBER[level]
    return view_as(role, shares, team_name=team_name)
