"""Recording and changing lines of treatment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Patient, User
from milestones.interchange.draft import TreatmentDraft
from milestones.models import DatePrecision, RecordStatus, Treatment
from milestones.services.rows import change_row, insert_row, mark_row


def record_treatment(*, patient: Patient, draft: TreatmentDraft, by: User, idempotency_key: UUID) -> Treatment:
    """Save a line of treatment; a repeated key returns the first row.

    Raises:
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    row = Treatment(patient=patient, entered_by=by, idempotency_key=idempotency_key, **treatment_columns(draft))
    return insert_row(row, by=by, verb="treatment_recorded")


def change_treatment(
    *, patient: Patient, treatment_id: UUID, version: int, draft: TreatmentDraft, by: User
) -> Treatment:
    """Change a line of treatment, its stop included; the old version stays in its history.

    Raises:
        NotInRecordError: this record has no such line.
        VersionConflictError: the line was changed since ``version``; nothing was written.
    """
    changes = {**treatment_columns(draft), "status": RecordStatus.CORRECTED.value}
    return change_row(
        Treatment,
        patient=patient,
        row_id=treatment_id,
        version=version,
        changes=changes,
        by=by,
        verb="treatment_changed",
    )


def withdraw_treatment(*, patient: Patient, treatment_id: UUID, version: int, by: User) -> Treatment:
    """Mark a line as entered in error: it counts no more. Raises as ``change_treatment``."""
    return mark_row(
        Treatment,
        patient=patient,
        row_id=treatment_id,
        version=version,
        status=RecordStatus.ENTERED_IN_ERROR,
        by=by,
        verb="treatment_withdrawn",
    )


def restore_treatment(*, patient: Patient, treatment_id: UUID, version: int, by: User) -> Treatment:
    """Take back that a line was entered in error. Raises as ``change_treatment``."""
    return mark_row(
        Treatment,
        patient=patient,
        row_id=treatment_id,
        version=version,
        status=RecordStatus.CORRECTED,
        by=by,
        verb="treatment_restored",
    )


def treatment_columns(draft: TreatmentDraft) -> dict[str, Any]:
    """Return the columns of a line of treatment from a draft."""
    return {
        "medicine": draft.medicine,
        "dose": draft.dose,
        "started_on": draft.started_on,
        "started_precision": (DatePrecision.DAY if draft.started_day_is_known else DatePrecision.MONTH).value,
        "stopped_on": draft.stopped_on,
        "stopped_precision": (DatePrecision.DAY if draft.stopped_day_is_known else DatePrecision.MONTH).value,
    }
