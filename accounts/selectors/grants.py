"""Who may see a record, and whose records somebody may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, AuditOutcome, Grant, GrantState, LeftOut, Patient, TeamKey, TeamMembership, User
from accounts.place import is_opening
from accounts.prepared import Ask, PreparedQuery
from accounts.selectors.list_views import last_views_of_lists
from accounts.selectors.viewing import local_date


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """Somebody in a team that a record is shared with; ``is_new`` if they joined after it was shared."""

    membership_id: UUID
    user_id: UUID
    name: str
    joined_at: datetime
    is_new: bool
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One person or team that a record is, was or may be shared with. ``state`` tells "expired" apart as well."""

    id: UUID
    version: int
    state: str
    name: str
    email: str
    is_team: bool
    level: str
    shares_side_effects: bool
    shares_visits: bool
    shares_missed_doses: bool
    ends_on: date
    invited_at: datetime
    invitation_ends_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    last_seen_at: datetime | None
    members: tuple[MemberSeen, ...]


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """A record that somebody may see as a carer, or that waits for its owner to confirm."""

    grant_id: UUID
    patient_id: UUID
    name: str
    level: str
    is_confirmed: bool
    ends_on: date


def get_grants(patient: Patient) -> tuple[GrantRow, ...]:
    """Return every grant of a record, the newest first, who has it and when they last looked. At most 8 queries."""
    grants = list(
        Grant.objects.filter(patient=patient).select_related("team", "user").order_by("-invited_at", "-id")[:200]
    )
    teams = {grant.team_id for grant in grants if grant.team_id}
    memberships: dict[UUID, list[TeamMembership]] = {}
    for membership in (
        TeamMembership.objects.select_related("user")
        .filter(team_id__in=teams, left_at__isnull=True)
        .order_by("joined_at")
    ):
        memberships.setdefault(membership.team_id, []).append(membership)
    seen, left_out = _last_seen(patient), users_left_out(patient)
    on_lists = last_views_of_lists(patient.pk) if teams else {}
    today = local_date(patient)
    return tuple(
        _row(grant, memberships.get(grant.team_id or patient.pk, []), (seen, on_lists), left_out, today)
        for grant in grants
    )


def users_left_out(patient: Patient) -> frozenset[UUID]:
    """Return who sees nothing of a record through a team. One query."""
    return frozenset(LeftOut.objects.filter(patient=patient).values_list("user_id", flat=True))


_left_out = PreparedQuery(
    lambda user_id: LeftOut.objects.filter(user_id=user_id).values_list("patient_id"),
    user_id=(UUID(int=0), UUID(int=1)),
)


def ask_records_left_out(user: User) -> Ask:
    """Return the query for the records that somebody sees nothing of, though a team of theirs may."""
    return _left_out.ask(user_id=user.pk)


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who joined a team after a record was shared with it, and whom the patient has not seen yet."""

    membership_id: UUID
    name: str
    team_name: str


def _new_members_query(patient_id: UUID, today: date) -> QuerySet[Any, Any]:
    return (
        TeamMembership.objects.filter(
            left_at__isnull=True,
            team__grants__patient_id=patient_id,
            team__grants__state=GrantState.CONFIRMED,
            team__grants__ends_on__gte=today,
            joined_at__gt=Coalesce("team__grants__members_seen_at", "team__grants__confirmed_at"),
        )
        .exclude(Exists(LeftOut.objects.filter(patient_id=patient_id, user=OuterRef("user"))))
        .order_by("joined_at")
        .values_list("id", "user__name", "team__name")
    )


_new_members = PreparedQuery(
    _new_members_query, patient_id=(UUID(int=0), UUID(int=1)), today=(date(2000, 1, 1), date(2000, 1, 2))
)


def ask_new_members(patient: Patient) -> Ask:
    """Return the query for who is new in the teams that have a record."""
    return _new_members.ask(patient_id=patient.pk, today=local_date(patient))


def read_new_members(rows: Sequence[Sequence[Any]]) -> tuple[NewMember, ...]:
    """Return who is new, the newest last, from the rows that ``ask_new_members`` asks for."""
    return tuple(NewMember(*row) for row in rows)


#: So many days before its last day home tells that a sharing ends.
DAYS_BEFORE_AN_END = 30


@dataclass(frozen=True, slots=True)
class EndingGrant:
    """A grant whose last day is near, and of which the patient has not yet said that they know."""

    id: UUID
    name: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class WaitingGrant:
    """Somebody who has accepted, and sees nothing before the patient says that it is the right one."""

    name: str
    is_team: bool


def _told_query(patient_id: UUID, today: date, until: date) -> QuerySet[Any, Any]:
    is_known = Q(end_known_on__isnull=False, end_known_on=F("ends_on"))
    ends = Q(state=GrantState.CONFIRMED, ends_on__lte=until) & ~is_known
    grants = Grant.objects.filter(patient_id=patient_id, ends_on__gte=today)
    return (
        grants.filter(ends | Q(state=GrantState.ACCEPTED))
        .order_by("ends_on", "id")
        .values_list("state", "id", "team__name", "user__name", "email", "ends_on")
    )


_told = PreparedQuery(
    _told_query,
    patient_id=(UUID(int=0), UUID(int=1)),
    today=(date(2000, 1, 1), date(2000, 1, 2)),
    until=(date(2000, 2, 1), date(2000, 2, 2)),
)


def ask_told_grants(patient: Patient) -> Ask:
    """Return the query for who waits, and for what ends from today to ``DAYS_BEFORE_AN_END`` days on, both included."""
    today = local_date(patient)
    return _told.ask(patient_id=patient.pk, today=today, until=today + timedelta(days=DAYS_BEFORE_AN_END))


def read_ending_grants(rows: Sequence[Sequence[Any]]) -> tuple[EndingGrant, ...]:
    """Return what ends, the first first, from the rows that ``ask_told_grants`` asks for."""
    return tuple(
        EndingGrant(key, team or name or email, on)
        for state, key, team, name, email, on in rows
        if state == GrantState.CONFIRMED
    )


def read_waiting_grants(rows: Sequence[Sequence[Any]]) -> tuple[WaitingGrant, ...]:
    """Return who waits to be confirmed, from the same rows."""
    return tuple(
        WaitingGrant(team or name or email, team is not None)
        for state, _key, team, name, email, _on in rows
        if state == GrantState.ACCEPTED
    )


def days_on_which_sharing_ends(patient: Patient, *, until: date) -> tuple[date, ...]:
    """Return the last days of what is shared now, from today to ``until`` included. One query."""
    grants = Grant.objects.filter(
        patient=patient, state=GrantState.CONFIRMED, ends_on__gte=local_date(patient), ends_on__lte=until
    )
    return tuple(grants.order_by("ends_on").values_list("ends_on", flat=True).distinct())


def _last_seen(patient: Patient) -> dict[UUID | None, datetime]:
    rows = (
        AuditEvent.objects.filter(is_opening(), patient_id=patient.pk, outcome=AuditOutcome.ALLOWED)
        .exclude(actor_id=patient.user_id)
        .values("actor_id")
        .annotate(last=Max("at"))
        .values_list("actor_id", "last")
    )
    return dict(rows)


def _row(
    grant: Grant,
    memberships: list[TeamMembership],
    seen: tuple[dict[UUID | None, datetime], dict[tuple[UUID | None, UUID], datetime]],
    left_out: frozenset[UUID],
    today: date,
) -> GrantRow:
    people: Iterable[UUID | None] = [one.user_id for one in memberships] if grant.team_id else [grant.user_id]
    records, lists = seen
    times = [records[one] for one in people if one in records]
    if grant.team_id:
        times += [lists[one, grant.team_id] for one in people if (one, grant.team_id) in lists]
    since = grant.confirmed_at
    return GrantRow(
        id=grant.pk,
        version=grant.version,
        state=_standing(grant, today),
        name=grant.team.name if grant.team else (grant.user.name if grant.user else ""),
        email=grant.email,
        is_team=grant.team_id is not None,
        level=grant.level,
        shares_side_effects=grant.shares_side_effects,
        shares_visits=grant.shares_visits,
        shares_missed_doses=grant.shares_missed_doses,
        ends_on=grant.ends_on,
        invited_at=grant.invited_at,
        invitation_ends_at=grant.invitation_ends_at,
        confirmed_at=since,
        ended_at=grant.revoked_at,
        last_seen_at=max((time for time in times if since and time >= since), default=None),
        members=tuple(
            MemberSeen(
                one.pk,
                one.user_id,
                one.user.name,
                one.joined_at,
                is_new=since is not None and one.joined_at > since,
                is_left_out=one.user_id in left_out,
            )
            for one in memberships
        ),
    )


def _standing(grant: Grant, today: date) -> str:
    is_over = grant.ends_on < today or (
        grant.state == GrantState.INVITED and grant.invitation_ends_at <= timezone.now()
    )
    return "expired" if is_over and grant.state != GrantState.REVOKED else grant.state


def get_shared_records(user: User) -> tuple[SharedRecord, ...]:
    """Return the records that somebody may see as a carer, or has accepted to see. One query."""
    rows = (
        Grant.objects.select_related("patient")
        .filter(user=user, team__isnull=True, state__in=(GrantState.ACCEPTED, GrantState.CONFIRMED))
        .order_by("patient__display_name", "invited_at")
    )
    return tuple(
        SharedRecord(
            grant.pk,
            grant.patient_id,
            grant.patient.display_name,
            grant.level,
            grant.state == GrantState.CONFIRMED,
            grant.ends_on,
        )
        for grant in rows
        if grant.ends_on >= local_date(grant.patient)
    )


def has_other_records(user: User) -> bool:
    """Whether somebody is a carer or in a team, so that there is more to choose from than a record of their own."""
    return (
        Grant.objects.filter(Q(user=user, state__in=(GrantState.ACCEPTED, GrantState.CONFIRMED))).exists()
        or TeamMembership.objects.filter(user=user, left_at__isnull=True).exists()
    )


def names_of(patient: Patient, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what the person of a record sees others called: their name, with their team. Two queries.

    A team is told where the record was ever shared with it; what else somebody belongs to is nobody's business here.
    """
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return {}
    names = dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))
    teams = dict(
        TeamMembership.objects.filter(user_id__in=wanted, team__grants__patient=patient)
        .order_by("joined_at")
        .values_list("user_id", "team__name")
    )
    found = {pk: f"{name}, {teams[pk]}" if pk in teams else name for pk, name in names.items()}
    return found | _names_of_systems(wanted - found.keys())


def _names_of_systems(key_ids: set[UUID]) -> dict[UUID, str]:
    """Return what others see a team's system called: its name and its team. One query, and none where none is asked."""
    if not key_ids:
        return {}
    rows = TeamKey.objects.filter(pk__in=key_ids).values_list("pk", "name", "team__name")
    return {pk: _("%(name)s, a computer system of %(team)s") % {"name": name, "team": team} for pk, name, team in rows}
