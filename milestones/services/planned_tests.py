"""Writing down how far the next test has come."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.models import Patient, User
from milestones.models import PlannedTest, RecordStatus
from milestones.services.rows import change_row, insert_row, mark_row


def record_planned_test(
    *, patient: Patient, booked_on: date | None, taken_on: date | None, by: User, idempotency_key: UUID
) -> PlannedTest:
    """Save an appointment or the day the blood was taken; a repeated key returns the first row.

    Raises:
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    row = PlannedTest(
        patient=patient, booked_on=booked_on, taken_on=taken_on, entered_by=by, idempotency_key=idempotency_key
    )
    return insert_row(row, by=by, verb="planned_test_recorded")


def change_planned_test(
    *, patient: Patient, test_id: UUID, version: int, changes: dict[str, date | None], by: User
) -> PlannedTest:
    """Change the days of a planned test (``booked_on``, ``taken_on``).

    Raises:
        NotInRecordError: this record has no such test.
        VersionConflictError: it was changed since ``version``; nothing was written.
    """
    return change_row(
        PlannedTest,
        patient=patient,
        row_id=test_id,
        version=version,
        changes={**changes, "status": RecordStatus.CORRECTED.value},
        by=by,
        verb="planned_test_changed",
    )


def withdraw_planned_test(*, patient: Patient, test_id: UUID, version: int, by: User) -> PlannedTest:
    """Take back what was written down of a test. Raises as ``change_planned_test``."""
    return mark_row(
        PlannedTest,
        patient=patient,
        row_id=test_id,
        version=version,
        status=RecordStatus.ENTERED_IN_ERROR,
        by=by,
        verb="planned_test_withdrawn",
    )
