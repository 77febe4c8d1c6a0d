"""Bringing in results from elsewhere: hold a file, bring its rows in all or nothing, take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import RecordForbiddenError
from accounts.models import Patient, User
from accounts.permissions import Permission
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.interchange.draft import DiagnosisDraft, ResultDraft, TreatmentDraft
from milestones.interchange.incoming import Incoming, IncomingStatus
from milestones.models import (
    HeldImport,
    ImportBatch,
    ImportKind,
    LabResult,
    RecordStatus,
    ResultSource,
    Treatment,
    TreatmentChange,
)
from milestones.models.versioned import RecordRow
from milestones.services.errors import NotInRecordError
from milestones.services.profiles import change_profile
from milestones.services.results import correct_result, result_columns, withdraw_result
from milestones.services.treatments import treatment_columns
from milestones.services.worklist import keep_entries

HELD_FOR = timedelta(hours=24)
UNDO_FOR = timedelta(days=30)
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did: how many rows count no more, and how many were changed since and were left."""

    taken_back: int
    left: int


@dataclass(frozen=True, slots=True)
class Change:
    """A result of the record, the version that was shown of it, and what the source says of it now."""

    result_id: UUID
    version: int
    row: Incoming


@transaction.atomic
def hold_import(
    *, patient: Patient, kind: ImportKind, content: bytes, choices: Mapping[str, Any] | None = None, by: User
) -> UUID:
    """Keep a file until it is confirmed, for a day at most; what waited longer, of anybody, goes now."""
    clean_held_imports()
    held = HeldImport.objects.create(
        patient=patient, made_by=by, kind=kind.value, content=content, choices=dict(choices or {})
    )
    _audit(held, by=by, verb="import_held")
    return held.pk


def hold_table(*, patient: Patient, content: bytes, by: User) -> UUID:
    """Keep a table until it is confirmed, as ``hold_import``."""
    return hold_import(patient=patient, kind=ImportKind.TABLE, content=content, by=by)


def hold_fhir(*, patient: Patient, content: bytes, by: User) -> UUID:
    """Keep a FHIR file until it is confirmed, as ``hold_import``."""
    return hold_import(patient=patient, kind=ImportKind.FHIR, content=content, by=by)


def hold_text(*, patient: Patient, text: str, by: User) -> UUID:
    """Keep the text of a report, as ``hold_import``."""
    return hold_import(patient=patient, kind=ImportKind.TEXT, content=text.encode(), by=by)


def clean_held_imports() -> int:
    """Delete the files that have waited for more than a day; return how many there were."""
    count, _kinds = HeldImport.objects.filter(created_at__lt=timezone.now() - HELD_FOR).delete()
    return count


@transaction.atomic
def choose_for_import(*, patient: Patient, held_id: UUID, choices: Mapping[str, Any], by: User) -> None:
    """Keep what was said about a file that waits.

    Raises:
        NotInRecordError: no file of this person waits under this id.
    """
    held = _lock(patient, held_id, by)
    held.choices = {**held.choices, **choices}
    held.save(update_fields=["choices"])


@transaction.atomic
def drop_import(*, patient: Patient, held_id: UUID, by: User) -> None:
    """Delete a file that waits. Raises as ``choose_for_import``."""
    _lock(patient, held_id, by).delete()


@transaction.atomic
def apply_import(
    *,
    patient: Patient,
    held_id: UUID,
    rows: Sequence[Incoming],
    changes: Sequence[Change] = (),
    left_out: int = 0,
    by: User,
) -> ImportBatch:
    """Bring rows in, all or nothing, with their history and one audit row; a second time returns the first batch.

    What the source has corrected or taken back changes the result that is there, as if somebody had done so by hand:
    its old version is kept, and undoing the import leaves it.

    Args:
        patient: whose record.
        held_id: the file that they come from; it is deleted.
        rows: what to bring in; each has a draft.
        changes: what the source has changed of what is there.
        left_out: how many rows of the file are not among them.
        by: who confirmed it.

    Raises:
        NotInRecordError: no file of this person waits under this id, and none was brought in.
        RecordForbiddenError: there are medicines among the rows, and this person may not add them.
        VersionConflictError: a result that the source has changed was changed here since it was shown.
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    hold_record(patient.pk)
    written = ImportBatch.objects.filter(patient=patient, entered_by=by, idempotency_key=held_id).first()
    if written is not None:
        return written
    held = _lock(patient, held_id, by)
    results = [row for row in rows if isinstance(row.draft, ResultDraft)]
    lines = [row for row in rows if isinstance(row.draft, TreatmentDraft)]
    if lines and not patient.viewing.may(Permission.TREATMENT_CHANGE):
        raise RecordForbiddenError(actor=by, key=patient.pk, needs=Permission.TREATMENT_CHANGE)
    batch = ImportBatch.objects.create(
        patient=patient,
        entered_by=by,
        kind=held.kind,
        idempotency_key=held_id,
        results=len(results),
        treatments=len(lines),
        left_out=left_out,
    )
    made = _make_rows(results, lines, batch, patient, by)
    for change in changes:
        _change(patient, change, by)
    for one in rows:
        if isinstance(one.draft, DiagnosisDraft):
            _set_diagnosis(patient, one.draft, by)
    for row in made[:1]:  # once for all: it is computed from the whole record
        keep_entries(row)
    held.delete()
    _audit(batch, by=by, verb="import_applied")
    return batch


def _make_rows(
    results: Sequence[Incoming], lines: Sequence[Incoming], batch: ImportBatch, patient: Patient, by: User
) -> list[RecordRow]:
    """Write results and lines of treatment with their histories; return them."""
    # What a team brings in is the team's, as what it types: the person may have asked to see it when they are ready.
    source = ResultSource.TEAM if patient.viewing.role.is_team else ResultSource.IMPORTED
    made: list[RecordRow] = [
        LabResult(source=source.value, **_shared(row, batch, patient, by), **result_columns(row.draft))
        for row in results
        if isinstance(row.draft, ResultDraft)
    ]
    courses: list[RecordRow] = [
        Treatment(**_shared(row, batch, patient, by), **treatment_columns(row.draft))
        for row in lines
        if isinstance(row.draft, TreatmentDraft)
    ]
    _insert(LabResult, made, by)
    _insert(Treatment, courses, by)
    return made + courses


def _set_diagnosis(patient: Patient, draft: DiagnosisDraft, by: User) -> None:
    """Set the month of diagnosis, as the settings do.

    Raises:
        RecordForbiddenError: only the person sets it.
    """
    if not patient.viewing.may(Permission.SETTINGS_CHANGE):
        raise RecordForbiddenError(actor=by, key=patient.pk, needs=Permission.SETTINGS_CHANGE)
    change_profile(patient=patient, changes={"diagnosed_on": draft.diagnosed_on}, by=by)


def _change(patient: Patient, change: Change, by: User) -> None:
    """Correct a result that the source has corrected, or mark one as entered in error that it has taken back."""
    if change.row.status is IncomingStatus.ENTERED_IN_ERROR:
        withdraw_result(patient=patient, result_id=change.result_id, version=change.version, by=by)
    elif isinstance(change.row.draft, ResultDraft):
        correct_result(
            patient=patient, result_id=change.result_id, version=change.version, draft=change.row.draft, by=by
        )


@transaction.atomic
def undo_import(*, patient: Patient, batch_id: UUID, by: User) -> Undone:
    """Mark the rows of an import as entered by mistake, but those that somebody has changed or checked since.

    Raises:
        NotInRecordError: this record has no such import, it was undone before, or it is too old.
        RecordForbiddenError: somebody else brought it in, and this person corrects only what they wrote themselves.
    """
    hold_record(patient.pk)
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id, patient=patient).first()
    if batch is None or batch.undone_at is not None or batch.created_at < timezone.now() - UNDO_FOR:
        raise NotInRecordError
    if not may_undo(patient, batch.entered_by_id, by):
        raise RecordForbiddenError(actor=by, key=patient.pk, needs=Permission.RESULT_CORRECT)
    now, taken, total = timezone.now(), list[RecordRow](), 0
    for model in (LabResult, Treatment):
        found: list[Any] = list(model.objects.select_for_update().filter(batch=batch, patient=patient))
        total += len(found)
        rows = [row for row in found if is_untouched(row)]
        if model is Treatment:
            changed = TreatmentChange.objects.filter(treatment__batch=batch, patient=patient)
            kept = set(changed.values_list("treatment_id", flat=True))
            rows = [row for row in rows if row.pk not in kept]
        for row in rows:
            row.status, row.version, row.updated_at = RecordStatus.ENTERED_IN_ERROR.value, 2, now
        for part in _parts(rows):
            model.objects.filter(pk__in=[row.pk for row in part]).update(
                status=RecordStatus.ENTERED_IN_ERROR.value, version=2, updated_at=now
            )
        _write_history(model, rows, by, "~")
        taken += rows
    batch.undone_at, batch.undone_by = now, by
    batch.save(update_fields=["undone_at", "undone_by"])
    for row in taken[:1]:
        keep_entries(row)
    _audit(batch, by=by, verb="import_undone")
    return Undone(len(taken), total - len(taken))


def is_untouched(row: Any) -> bool:
    """Whether a row is as it was brought in: neither changed, nor checked by the team against the report."""
    is_checked = getattr(row, "checked_version", None) is not None
    return row.version == 1 and row.status == RecordStatus.FINAL.value and not is_checked


def may_undo(patient: Patient, entered_by: UUID, by: User) -> bool:
    """Whether somebody may take an import back: who made it, or who may correct what others wrote."""
    viewing = patient.viewing
    return entered_by == by.pk or (viewing.may(Permission.RESULT_CORRECT) and not viewing.corrects_only_own)


def _lock(patient: Patient, held_id: UUID, by: User) -> HeldImport:
    since = timezone.now() - HELD_FOR
    rows = HeldImport.objects.select_for_update().filter(pk=held_id, patient=patient, made_by=by)
    held = rows.filter(created_at__gte=since).first()
    if held is None:
        raise NotInRecordError
    return held


def _shared(row: Incoming, batch: ImportBatch, patient: Patient, by: User) -> dict[str, Any]:
    return {"patient": patient, "entered_by": by, "batch": batch, "external_id": row.external_id}


def _insert(model: type[RecordRow], rows: Sequence[RecordRow], by: User) -> None:
    model._default_manager.bulk_create(rows, batch_size=_ROWS_AT_ONCE)  # noqa: SLF001 - Django's documented way to a model's manager
    _write_history(model, rows, by, "+")


def _write_history(model: type[RecordRow], rows: Sequence[RecordRow], by: User, kind: str) -> None:
    """Write a version of each row, as ``insert_once`` does of one."""
    history: Any = model.history.model  # type: ignore[attr-defined]  # each kind of row has one
    names, now = [field.attname for field in history.tracked_fields], timezone.now()
    versions = [
        history(history_date=now, history_type=kind, history_user=by, **{name: getattr(row, name) for name in names})
        for row in rows
    ]
    history.objects.bulk_create(versions, batch_size=_ROWS_AT_ONCE)


def _parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE)]


def _audit(row: HeldImport | ImportBatch, *, by: User, verb: str) -> None:
    record_audit_event(
        actor_id=by.pk,
        patient_id=row.patient_id,
        verb=verb,
        object_type=row._meta.model_name or "",  # noqa: SLF001 - Django's documented name for it
        object_id=str(row.pk),
    )


def confirmed(row: Incoming, questions: Sequence[str]) -> Incoming:
    """Return a row whose questions were looked at: what was asked is kept with the result."""
    if not questions or not isinstance(row.draft, ResultDraft):
        return row
    return replace(row, draft=replace(row.draft, questions_confirmed=tuple(questions)))
