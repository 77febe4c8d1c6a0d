"""Writing down who saw or changed what."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.acting import acting_as
from accounts.models import AuditEvent, AuditOutcome
from accounts.prepared import Ask, PreparedInsert, run_together
from accounts.request_id import current_request_id

_insert = PreparedInsert(AuditEvent)
_waiting: ContextVar[list[AuditEvent] | None] = ContextVar("waiting", default=None)


class AuditUnavailableError(Exception):
    """The audit row could not be written, so nothing may be shown or changed."""


def record_audit_event(
    *,
    actor_id: UUID | None,
    patient_id: UUID | None,
    verb: str,
    object_type: str,
    object_id: str = "",
    object_version: int | None = None,
    outcome: AuditOutcome = AuditOutcome.ALLOWED,
    may_wait: bool = False,
    after: Sequence[Ask] = (),
) -> None:
    """Add one row to the audit trail, inside the transaction of what it tells about.

    A service calls this last before it ends its own part of a transaction: rows that waited are written with this one.

    Args:
        actor_id: who did it.
        patient_id: whose record.
        verb: what was done.
        object_type: to what kind of thing.
        object_id: to which one.
        object_version: which version of it.
        outcome: whether it was done.
        may_wait: inside ``in_one_insert``, write it with the next row, or at the end.
        after: the last statements of the change itself, to be run before it and in one go with it.

    Raises:
        AuditUnavailableError: it or what it comes after could not be written; the surrounding transaction is undone.
    """
    event = AuditEvent(
        at=timezone.now(),
        actor_id=actor_id,
        patient_id=patient_id,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        object_version=object_version,
        outcome=outcome,
        request_id=current_request_id.get(),
        acting_as=acting_as(patient_id),
    )
    waiting = _waiting.get()
    if may_wait and waiting is not None and not after:
        waiting.append(event)
        _name_subject(event)
        return
    _write([*(waiting or ()), event], after)
    if waiting:
        waiting.clear()


@contextmanager
def in_one_insert() -> Iterator[None]:
    """Let the opening of a record wait for the change it was opened for, so that both rows are one statement.

    To be used inside a transaction: what still waits at the end is written before it is committed, and an error that
    undoes the transaction takes the opening back too.

    Raises:
        AuditUnavailableError: a row could not be written.
    """
    waiting: list[AuditEvent] = []
    token = _waiting.set(waiting)
    try:
        yield
        _write(waiting)
    finally:
        _waiting.reset(token)


def _name_subject(event: AuditEvent) -> None:
    """Open a record behind the second wall for a transaction whose row waits; else the row itself does (record 17).

    It is undone with the transaction, which does not end well without the row.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.subject', %s, true) WHERE current_setting('app.subject', true) <> ''",
                [str(event.patient_id)],
            )


def _write(events: list[AuditEvent], after: Sequence[Ask] = ()) -> None:
    try:
        if events:
            asks = [*after, _insert.ask(*events)]
            # As save does, the transaction around it is marked to be undone, whatever becomes of the error.
            with transaction.mark_for_rollback_on_error():
                run_together(asks)
    except DatabaseError as error:
        raise AuditUnavailableError from error
