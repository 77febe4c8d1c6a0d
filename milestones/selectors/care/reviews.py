"""Who of somebody's teams last saw a record, and whether this person may mark it as seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import GrantState, Patient, TeamRole, User
from accounts.permissions import Permission
from milestones.models import WorklistEntry
from milestones.selectors.timelines import today_of
from milestones.selectors.worklist import is_new_since, reviewed_words, told_until


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One of the person's teams that the record is shared with, and when it was last seen there."""

    team_id: UUID
    team_name: str
    seen: str
    may_mark: bool
    can_undo: bool
    newest: str


def get_reviews(patient: Patient, user: User) -> tuple[ReviewRow, ...]:
    """Return the teams that somebody is in now and that the record is shared with now. One query."""
    rows = (
        WorklistEntry.objects.filter(
            patient_id=patient.pk,
            grant_state=GrantState.CONFIRMED,
            grant_ends_on__gte=today_of(patient),
            team__memberships__user=user,
            team__memberships__left_at__isnull=True,
        )
        .order_by("team__name")
        .values_list(
            "team_id",
            "team__name",
            "team__memberships__role",
            "reviewed_at",
            "reviewed_by__name",
            "can_undo",
            "newest_at",
        )
    )
    may = patient.viewing.may(Permission.CARE_REVIEW)
    return tuple(_row(*row, may=may) for row in rows)


def _row(
    team_id: UUID,
    name: str,
    role: str,
    reviewed_at: datetime | None,
    reviewed_by: str | None,
    can_undo: bool,
    newest_at: datetime | None,
    *,
    may: bool,
) -> ReviewRow:
    undo = can_undo and not is_new_since(newest_at, reviewed_at)
    seen, may_mark = reviewed_words(reviewed_at, reviewed_by), may and role != TeamRole.VIEWER
    return ReviewRow(team_id, name, seen, may_mark, undo, told_until(newest_at))
