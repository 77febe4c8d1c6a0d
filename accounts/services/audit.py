"""Writing down who saw or changed what."""

from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from accounts.models import AuditEvent, AuditOutcome
from accounts.request_id import current_request_id


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
) -> None:
    """Add one row to the audit trail, inside the transaction of what it tells about.

    Raises:
        AuditUnavailableError: it could not be written; the surrounding transaction is undone.
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
    )
    try:
        event.save(force_insert=True)  # an error also marks the surrounding transaction to be undone
    except DatabaseError as error:
        raise AuditUnavailableError from error
