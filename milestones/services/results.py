"""Recording, correcting and withdrawing results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Patient, User
from milestones.clinical.observation import Observation
from milestones.interchange.draft import ResultDraft
from milestones.models import DatePrecision, LabResult, RecordStatus, ResultSource
from milestones.services.rows import change_row, insert_row, mark_row


def record_result(
    *,
    patient: Patient,
    draft: ResultDraft,
    by: User,
    idempotency_key: UUID,
    source: ResultSource = ResultSource.TYPED,
) -> LabResult:
    """Save a result with its history and audit rows, in one transaction; a repeated key returns the first row.

    Raises:
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    row = LabResult(
        patient=patient,
        entered_by=by,
        idempotency_key=idempotency_key,
        source=source.value,
        **result_columns(draft),
    )
    return insert_row(row, by=by, verb="result_recorded")


def correct_result(*, patient: Patient, result_id: UUID, version: int, draft: ResultDraft, by: User) -> LabResult:
    """Replace what a result says; the old version stays in its history.

    Raises:
        NotInRecordError: this record has no such result.
        VersionConflictError: the result was changed since ``version``; nothing was written.
    """
    changes = {**result_columns(draft), "status": RecordStatus.CORRECTED.value}
    return change_row(
        LabResult, patient=patient, row_id=result_id, version=version, changes=changes, by=by, verb="result_corrected"
    )


def withdraw_result(*, patient: Patient, result_id: UUID, version: int, by: User) -> LabResult:
    """Mark a result as entered in error: it stays in the record and counts no more. Raises as ``correct_result``."""
    return mark_row(
        LabResult,
        patient=patient,
        row_id=result_id,
        version=version,
        status=RecordStatus.ENTERED_IN_ERROR,
        by=by,
        verb="result_withdrawn",
    )


def restore_result(*, patient: Patient, result_id: UUID, version: int, by: User) -> LabResult:
    """Take back that a result was entered in error. Raises as ``correct_result``."""
    return mark_row(
        LabResult,
        patient=patient,
        row_id=result_id,
        version=version,
        status=RecordStatus.CORRECTED,
        by=by,
        verb="result_restored",
    )


def result_columns(draft: ResultDraft) -> dict[str, Any]:
    """Return the columns of a result from a draft."""
    observation: Observation = draft.observation
    reading = observation.reading
    return {
        "collected_on": observation.collected_on,
        "collected_precision": (DatePrecision.DAY if draft.day_is_known else DatePrecision.MONTH).value,
        "reported_text": reading.text,
        "kind": reading.kind.value,
        "value": reading.value,
        "comparator": reading.comparator.value,
        "detected": reading.detected,
        "unit": reading.unit.value,
        "printed_scale": reading.scale.value,
        "log_reduction": reading.log_reduction,
        "limit_of_detection": reading.limit_of_detection,
        "reading_notes": ",".join(sorted(note.value for note in reading.notes)),
        "scale": observation.scale.value,
        "transcript": observation.transcript.value,
        "specimen": observation.specimen.value,
        "laboratory": observation.laboratory,
        "control_gene": observation.control_gene.value,
        "control_gene_copies": observation.control_gene_copies,
        "conversion_factor": observation.conversion_factor,
        "conversion_factor_valid_from": draft.factor_valid_from if observation.conversion_factor else None,
        "questions_confirmed": ",".join(draft.questions_confirmed),
    }
