"""Recording, correcting and withdrawing results."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Patient, User
from accounts.selectors.teams import is_colleague
from accounts.selectors.viewing import local_date
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.clinical.observation import Observation
from milestones.interchange.draft import ResultDraft
from milestones.models import DatePrecision, LabResult, RecordStatus, ResultSource
from milestones.services.errors import CheckedByOthersError, NotInRecordError, VersionConflictError
from milestones.services.rows import change_row, insert_row, mark_row
from milestones.services.worklist import keep_entries

LONGEST_HOLD = 14


def record_result(
    *,
    patient: Patient,
    draft: ResultDraft,
    by: User,
    idempotency_key: UUID,
    source: ResultSource | None = None,
    held_until: date | None = None,
) -> LabResult:
    """Save a result with its history and audit rows, in one transaction; a repeated key returns the first row.

    ``source`` is by itself how somebody came to the record. ``held_until`` is for a result of the team: the person
    sees it from that day on, at most ``LONGEST_HOLD`` days ahead, and until then that it is there.

    Raises:
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    row = LabResult(
        patient=patient,
        entered_by=by,
        idempotency_key=idempotency_key,
        source=(source or (ResultSource.TEAM if patient.viewing.role.is_team else ResultSource.TYPED)).value,
        held_until=held_until,
        **result_columns(draft),
    )
    return insert_row(row, by=by, verb="result_recorded")


@transaction.atomic
def correct_result(
    *, patient: Patient, result_id: UUID, version: int, draft: ResultDraft, by: User, is_from_report: bool = False
) -> LabResult:
    """Replace what a result says; the old version stays in its history.

    ``is_from_report`` says that a team read it on the laboratory's report: the new version is one that was checked.

    Raises:
        NotInRecordError: this record has no such result.
        VersionConflictError: the result was changed since ``version``; nothing was written.
    """
    changes = {**result_columns(draft), "status": RecordStatus.CORRECTED.value}
    row = change_row(
        LabResult, patient=patient, row_id=result_id, version=version, changes=changes, by=by, verb="result_corrected"
    )
    if is_from_report and row.checked_version != row.version:
        check_result(patient=patient, result_id=result_id, version=row.version, is_right=True, by=by)
    return row


@transaction.atomic
def check_result(*, patient: Patient, result_id: UUID, version: int, is_right: bool, by: User) -> None:
    """Write down that a result says what the laboratory's report says, or take that back.

    It is held against one version: a later change has to be checked anew.

    Raises:
        NotInRecordError: this record has no such result that counts.
        VersionConflictError: the result was changed since ``version``; nothing was written.
        CheckedByOthersError: another team has checked this version; nothing was written.
    """
    hold_record(patient.pk)
    rows = LabResult.objects.filter(pk=result_id, patient=patient).exclude(status=RecordStatus.ENTERED_IN_ERROR)
    row = rows.select_for_update().first()
    if row is None:
        raise NotInRecordError
    if row.version != version:
        raise VersionConflictError
    if row.checked_version == version and row.checked_by_id and not is_colleague(by, row.checked_by_id):
        raise CheckedByOthersError
    row.checked_by = by if is_right else None
    row.checked_at = timezone.now() if is_right else None
    row.checked_version = version if is_right else None
    rows.update(checked_by=row.checked_by, checked_at=row.checked_at, checked_version=row.checked_version)
    keep_entries(row)
    _audit(row, by=by, verb="result_checked" if is_right else "result_check_undone")


@transaction.atomic
def open_result(*, patient: Patient, result_id: UUID, by: User) -> None:
    """Let a result of the team be seen, as the person has asked for it.

    Raises:
        NotInRecordError: this record has no such result, or it is held until a day to come.
    """
    hold_record(patient.pk)
    rows = LabResult.objects.filter(pk=result_id, patient=patient, source=ResultSource.TEAM)
    row = rows.select_for_update().first()
    if row is None or (row.held_until is not None and row.held_until > local_date(patient)):
        raise NotInRecordError
    if row.opened_at is None:
        rows.update(opened_at=timezone.now())
        _audit(row, by=by, verb="result_opened")


def _audit(row: LabResult, *, by: User, verb: str) -> None:
    record_audit_event(
        actor_id=by.pk,
        patient_id=row.patient_id,
        verb=verb,
        object_type="labresult",
        object_id=str(row.pk),
        object_version=row.version,
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
