"""Care teams as their members see them. There is no list of all teams or of all patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from accounts.models import CareTeam, Grant, GrantState, Patient, TeamInvitation, TeamMembership, TeamRole, User
from accounts.prepared import Ask, PreparedQuery
from accounts.selectors.viewing import local_date

_TEAM_COLUMNS = [field.attname for field in CareTeam._meta.concrete_fields]  # noqa: SLF001 - Django's documented way to a model's fields
_NOBODY, _NOBODY_ELSE = UUID(int=0), UUID(int=1)


@dataclass(frozen=True, slots=True)
class Membership:
    """A team, and what somebody does in it; ``beside`` is what they do in all their teams, this one included."""

    team: CareTeam
    role: TeamRole
    beside: tuple[Membership, ...] = ()

    @property
    def is_lead(self) -> bool:
        """Whether they invite and remove members, and change the team."""
        return self.role == TeamRole.LEAD

    @property
    def answers(self) -> bool:
        """Whether they answer patients who invite the team."""
        return self.role != TeamRole.VIEWER


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a team."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    role: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """Somebody who is invited into a team and has not answered."""

    id: UUID
    email: str
    role: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A patient who has invited the team, and waits for its answer or is to confirm it."""

    grant_id: UUID
    name: str
    level: str
    invited_at: datetime
    is_accepted: bool


_memberships = PreparedQuery(
    lambda user_id: (
        TeamMembership.objects.filter(user_id=user_id, left_at__isnull=True)
        .order_by("team__name")
        .values_list("role", *(f"team__{name}" for name in _TEAM_COLUMNS))
    ),
    user_id=(_NOBODY, _NOBODY_ELSE),
)
_requests = PreparedQuery(
    lambda team_id, user_id: (
        Grant.objects.filter(team_id=team_id, state__in=(GrantState.INVITED, GrantState.ACCEPTED))
        .exclude(patient__left_out__user_id=user_id)
        .order_by("invited_at")
        .values_list(
            "id",
            "patient__display_name",
            "patient__time_zone",
            "level",
            "invited_at",
            "state",
            "ends_on",
            "invitation_ends_at",
        )
    ),
    team_id=(_NOBODY, _NOBODY_ELSE),
    user_id=(UUID(int=2), UUID(int=3)),
)


def get_membership(*, user: User, team_id: UUID) -> Membership | None:
    """Return a team for somebody who is in it now, or None. One query."""
    if not user.is_active:
        return None
    found = get_memberships(user)
    own = next((one for one in found if one.team.pk == team_id), None)
    return replace(own, beside=found) if own is not None else None


def get_memberships(user: User) -> tuple[Membership, ...]:
    """Return the teams that somebody is in now. One query."""
    return tuple(
        Membership(CareTeam.from_db(DEFAULT_DB_ALIAS, _TEAM_COLUMNS, team), TeamRole(role))
        for role, *team in _memberships(user_id=user.pk)
    )


def is_in_a_team(user_id: UUID) -> bool:
    """Whether somebody is in any team now. One query."""
    return TeamMembership.objects.filter(user_id=user_id, left_at__isnull=True).exists()


def is_colleague(user: User, other_id: UUID) -> bool:
    """Whether somebody is now in a team that the other is in, or was. One query."""
    return TeamMembership.objects.filter(user=user, left_at__isnull=True, team__memberships__user=other_id).exists()


def get_members(team: CareTeam) -> tuple[MemberRow, ...]:
    """Return who is in a team now, in the order in which they joined. One query."""
    rows = TeamMembership.objects.select_related("user").filter(team=team, left_at__isnull=True).order_by("joined_at")
    return tuple(MemberRow(row.pk, row.user_id, row.user.name, row.user.email, row.role, row.joined_at) for row in rows)


def get_open_invitations(team: CareTeam) -> tuple[InvitationRow, ...]:
    """Return who is invited into a team and can still accept. One query."""
    rows = TeamInvitation.objects.filter(team=team, closed_at__isnull=True, ends_at__gt=timezone.now())
    return tuple(InvitationRow(row.pk, row.email, row.role, row.ends_at) for row in rows.order_by("invited_at"))


def ask_requests(team: CareTeam, *, user: User) -> Ask:
    """Return the query for the patients who have invited the team and are not yet confirmed.

    A member whom a patient leaves out is not shown that one.
    """
    return _requests.ask(team_id=team.pk, user_id=user.pk)


def read_requests(rows: Sequence[Sequence[Any]]) -> tuple[RequestRow, ...]:
    """Return the requests that still stand, the longest waiting first, from the rows that ``ask_requests`` asks for."""
    now = timezone.now()
    return tuple(
        RequestRow(grant_id, name, level, invited_at, state == GrantState.ACCEPTED)
        for grant_id, name, zone, level, invited_at, state, ends_on, answer_by in rows
        if ends_on >= now.astimezone(ZoneInfo(zone)).date() and (state == GrantState.ACCEPTED or answer_by > now)
    )


def telephone_of_team(patient: Patient) -> str:
    """Return the telephone of the team that has had a record longest and gives one, or "". One query."""
    rows = Grant.objects.filter(
        patient=patient, team__isnull=False, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient)
    )
    found = rows.exclude(team__telephone="").order_by("confirmed_at").values_list("team__telephone", flat=True)
    return found.first() or ""
