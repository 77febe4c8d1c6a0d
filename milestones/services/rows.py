"""Writing one row of a record: once per key, never over somebody else's change, with history and audit beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access import RecordForbiddenError
from accounts.models import Patient, User
from accounts.permissions import Permission
from accounts.prepared import Ask
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.models import PersonalGoal, RecordStatus, SideEffect, Visit, VisitQuestion
from milestones.models.versioned import RecordRow
from milestones.services.errors import NotInRecordError, TakenBackError, VersionConflictError
from milestones.services.worklist import ask_entries, ask_to_keep, keep_entries
from milestones.services.writing import insert_and_ask

Row = TypeVar("Row", bound=RecordRow)
_PRIVATE_AS_A_WHOLE = (SideEffect, Visit, VisitQuestion, PersonalGoal)


def insert_row(row: Row, *, by: User, verb: str) -> Row:
    """Save a new row, or return the one that the same key wrote before.

    Row, history and audit are one transaction. Raises what the database raises where a constraint is broken.

    Raises:
        AuditUnavailableError: the audit row, or the worklist's row that goes with it, could not be written.
    """
    with transaction.atomic(savepoint=False):
        entries = insert_and_ask(row, by=by, ask=ask_entries(row))
        if entries is not None:
            _audit(row, by=by, verb=verb, after=ask_to_keep(row, entries))
            return row
        rows = type(row)._default_manager  # noqa: SLF001 - Django's documented way to a model's manager
        written = rows.filter(patient_id=row.patient_id, idempotency_key=row.idempotency_key).first()
        if written is None:
            raise IntegrityError("a row of this kind is there already, under another key")
        return written


def change_row(
    model: type[Row],
    *,
    patient: Patient,
    row_id: UUID,
    version: int,
    changes: dict[str, Any],
    by: User,
    verb: str,
    corrects: bool = True,
    marks: bool = False,
    moves: bool = False,
) -> Row:
    """Change a row that has not been changed since ``version`` was read.

    A repeat of a change that went through is answered like the first time: nothing is written twice. ``corrects`` says
    that it changes what somebody wrote, and does not only add to it as an answer does. ``marks`` says that it is the
    word whether the row was a mistake; nothing else is done with one that was. ``moves`` says that it only makes room
    for another row, or takes up the room that one left, as a private row does too.

    Raises:
        RecordForbiddenError: somebody else wrote the row, and this person corrects only what they wrote themselves.
        NotInRecordError: this record has no such row.
        TakenBackError: the row was entered by mistake, and nobody has let it count again; nothing was written.
        VersionConflictError: the row has another version by now; nothing was written.
    """
    with transaction.atomic():
        hold_record(patient.pk)
        row = _lock(model, patient=patient, row_id=row_id, sees_all=moves or patient.viewing.is_own)
        if corrects and not row.is_kept_together and not patient.viewing.corrects(row.entered_by_id, by=by.pk):
            raise RecordForbiddenError(actor=by, key=patient.pk, needs=Permission.RESULT_CORRECT)
        is_same = all(getattr(row, name) == value for name, value in changes.items())
        if row.version == version + 1 and is_same:
            return row
        if row.status == RecordStatus.ENTERED_IN_ERROR.value and not marks:
            raise TakenBackError
        if row.version != version:
            raise VersionConflictError
        for name, value in changes.items():
            setattr(row, name, value)
        row.version = version + 1
        row._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001 - simple_history asks it before the request
        row.save(force_update=True)
        keep_entries(row)
        _audit(row, by=by, verb=verb)
    return row


def mark_row(
    model: type[Row], *, patient: Patient, row_id: UUID, version: int, status: RecordStatus, by: User, verb: str
) -> Row:
    """Set a row's status: entered in error, or back. Raises as ``change_row`` does."""
    return change_row(
        model,
        patient=patient,
        row_id=row_id,
        version=version,
        changes={"status": status.value},
        by=by,
        verb=verb,
        marks=True,
    )


def _lock(model: type[Row], *, patient: Patient, row_id: UUID, sees_all: bool) -> Row:
    # On SQLite the transaction itself holds the lock, as it begins immediately.
    rows = model._default_manager.select_for_update()  # noqa: SLF001 - as above
    row = rows.filter(pk=row_id, patient=patient).first()
    # What somebody keeps private is not there for anybody else, whoever may correct the rest of its kind.
    if row is None or (isinstance(row, _PRIVATE_AS_A_WHOLE) and row.is_private and not sees_all):
        raise NotInRecordError
    return row


def _audit(row: RecordRow, *, by: User, verb: str, after: Sequence[Ask] = ()) -> None:
    record_audit_event(
        actor_id=by.pk,
        patient_id=row.patient_id,
        verb=verb,
        object_type=row._meta.model_name or "",  # noqa: SLF001 - Django's documented name for it
        object_id=str(row.pk),
        object_version=row.version,
        after=after,
    )
