"""Care teams as their members see them. There is no list of all teams or of all patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import CareTeam, Grant, GrantState, Patient, TeamInvitation, TeamMembership, TeamRole, User
from accounts.selectors.viewing import local_date


@dataclass(frozen=True, slots=True)
class Membership:
    """A team, and what somebody does in it."""

    team: CareTeam
    role: TeamRole

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


def get_membership(*, user: User, team_id: UUID) -> Membership | None:
    """Return a team for somebody who is in it now, or None. One query."""
    row = TeamMembership.objects.select_related("team").filter(user=user, team_id=team_id, left_at__isnull=True).first()
    return Membership(row.team, TeamRole(row.role)) if row is not None and user.is_active else None


def get_memberships(user: User) -> tuple[Membership, ...]:
    """Return the teams that somebody is in now. One query."""
    rows = TeamMembership.objects.select_related("team").filter(user=user, left_at__isnull=True).order_by("team__name")
    return tuple(Membership(row.team, TeamRole(row.role)) for row in rows)


def is_in_a_team(user_id: UUID) -> bool:
    """Whether somebody is in any team now. One query."""
    return TeamMembership.objects.filter(user_id=user_id, left_at__isnull=True).exists()


def get_members(team: CareTeam) -> tuple[MemberRow, ...]:
    """Return who is in a team now, in the order in which they joined. One query."""
    rows = TeamMembership.objects.select_related("user").filter(team=team, left_at__isnull=True).order_by("joined_at")
    return tuple(MemberRow(row.pk, row.user_id, row.user.name, row.user.email, row.role, row.joined_at) for row in rows)


def get_open_invitations(team: CareTeam) -> tuple[InvitationRow, ...]:
    """Return who is invited into a team and can still accept. One query."""
    rows = TeamInvitation.objects.filter(team=team, closed_at__isnull=True, ends_at__gt=timezone.now())
    return tuple(InvitationRow(row.pk, row.email, row.role, row.ends_at) for row in rows.order_by("invited_at"))


def get_requests(team: CareTeam, *, user: User) -> tuple[RequestRow, ...]:
    """Return the patients who have invited the team and are not yet confirmed, the longest waiting first. One query.

    A member whom a patient leaves out is not shown that one.
    """
    rows = (
        Grant.objects.select_related("patient")
        .filter(team=team, state__in=(GrantState.INVITED, GrantState.ACCEPTED))
        .exclude(patient__left_out__user=user)
        .order_by("invited_at")
    )
    return tuple(
        RequestRow(row.pk, row.patient.display_name, row.level, row.invited_at, row.state == GrantState.ACCEPTED)
        for row in rows
        if row.ends_on >= local_date(row.patient)
        and (row.state == GrantState.ACCEPTED or row.invitation_ends_at > timezone.now())
    )


def telephone_of_team(patient: Patient) -> str:
    """Return the telephone of the team that has had a record longest and gives one, or "". One query."""
    rows = Grant.objects.filter(
        patient=patient, team__isnull=False, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient)
    )
    found = rows.exclude(team__telephone="").order_by("confirmed_at").values_list("team__telephone", flat=True)
    return found.first() or ""
