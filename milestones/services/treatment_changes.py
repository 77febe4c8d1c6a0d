"""Recording and changing what happened within a line of treatment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Patient, User
from milestones.interchange.draft import TreatmentChangeDraft
from milestones.models import DatePrecision, RecordStatus, Treatment, TreatmentChange
from milestones.services.errors import NotInRecordError
from milestones.services.rows import change_row, insert_row, mark_row


def record_treatment_change(
    *, patient: Patient, treatment_id: UUID, draft: TreatmentChangeDraft, by: User, idempotency_key: UUID
) -> TreatmentChange:
    """Save another dose or a break; a repeated key returns the first row.

    Raises:
        NotInRecordError: this record has no such line of treatment.
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    if not Treatment.objects.filter(pk=treatment_id, patient=patient).exists():
        raise NotInRecordError
    row = TreatmentChange(
        patient=patient,
        treatment_id=treatment_id,
        entered_by=by,
        idempotency_key=idempotency_key,
        kind=draft.kind,
        **_columns(draft),
    )
    return insert_row(row, by=by, verb="treatment_change_recorded")


def correct_treatment_change(
    *, patient: Patient, change_id: UUID, version: int, draft: TreatmentChangeDraft, by: User
) -> TreatmentChange:
    """Change what a row says, its end included; the old version stays in its history.

    Raises:
        NotInRecordError: this record has no such row.
        VersionConflictError: the row was changed since ``version``; nothing was written.
    """
    changes = {**_columns(draft), "status": RecordStatus.CORRECTED.value}
    return change_row(
        TreatmentChange,
        patient=patient,
        row_id=change_id,
        version=version,
        changes=changes,
        by=by,
        verb="treatment_change_corrected",
    )


def withdraw_treatment_change(*, patient: Patient, change_id: UUID, version: int, by: User) -> TreatmentChange:
    """Mark a row as entered in error. Raises as ``correct_treatment_change``."""
    return mark_row(
        TreatmentChange,
        patient=patient,
        row_id=change_id,
        version=version,
        status=RecordStatus.ENTERED_IN_ERROR,
        by=by,
        verb="treatment_change_withdrawn",
    )


def restore_treatment_change(*, patient: Patient, change_id: UUID, version: int, by: User) -> TreatmentChange:
    """Take back that a row was entered in error. Raises as ``correct_treatment_change``."""
    return mark_row(
        TreatmentChange,
        patient=patient,
        row_id=change_id,
        version=version,
        status=RecordStatus.CORRECTED,
        by=by,
        verb="treatment_change_restored",
    )


def _columns(draft: TreatmentChangeDraft) -> dict[str, Any]:
    return {
        "started_on": draft.started_on,
        "started_precision": (DatePrecision.DAY if draft.started_day_is_known else DatePrecision.MONTH).value,
        "ended_on": draft.ended_on,
        "ended_precision": (DatePrecision.DAY if draft.ended_day_is_known else DatePrecision.MONTH).value,
        "dose": draft.dose,
        "reason": draft.reason,
    }
