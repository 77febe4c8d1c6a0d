"""Writing down how far the next test has come."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.models import Patient, User
from milestones.models import PlannedTest, RecordStatus
from milestones.selectors.planned_tests import PlannedTestRow
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


def write_planned_day(
    *,
    patient: Patient,
    planned: PlannedTestRow | None,
    day: dict[str, date | None],
    version: int | None,
    by: User,
    idempotency_key: UUID,
) -> PlannedTest:
    """Write down one day of the next test: of the one that is under way, or of a new one.

    Args:
        patient: whose test it is.
        planned: the test whose result is not in yet; None where there is none.
        day: ``booked_on`` or ``taken_on`` with its day.
        version: the version that the form was drawn with; None where it knew of no test.
        by: who writes.
        idempotency_key: the form's.

    Raises:
        NotInRecordError, VersionConflictError: as ``change_planned_test``.
    """
    if planned is not None and (version or planned.idempotency_key != idempotency_key):
        # A form that knew of no test, while there is one by now, has no version: it overwrites nothing.
        return change_planned_test(patient=patient, test_id=planned.id, version=version or 0, changes=day, by=by)
    days: dict[str, date | None] = {"booked_on": None, "taken_on": None, **day}
    return record_planned_test(patient=patient, by=by, idempotency_key=idempotency_key, **days)


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
