"""Where a person's own goal stands: on the way, reached, or set aside. A person says it; nothing is computed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.models import Patient, User
from milestones.models import GoalState, PersonalGoal
from milestones.services.rows import change_row


def set_goal_state(
    *, patient: Patient, row_id: UUID, version: int, state: GoalState, on: date, by: User
) -> PersonalGoal:
    """Say where a goal stands since the day ``on``.

    Raises:
        NotInRecordError: this record has no such goal.
        VersionConflictError: the goal was changed since ``version``; nothing was written.
    """
    changes = {"state": state.value, "state_on": None if state is GoalState.OPEN else on}
    return change_row(
        PersonalGoal,
        patient=patient,
        row_id=row_id,
        version=version,
        changes=changes,
        by=by,
        verb="personal_goal_state_set",
    )
