"""The one door to a person's record: it checks the right, and writes down who came."""

from uuid import UUID

from django.db import transaction
from django.http import Http404

from accounts.models import AuditOutcome, Patient, User
from accounts.permissions import Permission, Role, is_allowed
from accounts.services.audit import record_audit_event


def get_patient_or_404(*, actor: User, patient_id: UUID | str, needs: Permission) -> Patient:
    """Return a person's record to somebody who may do what they came for.

    Two queries: one reads the record, one writes the audit row, in one transaction of its own. So call it before any
    other transaction begins, and pass the patient that it returns to selectors and services. What a service changes
    after that gets its own audit row, in the same transaction as the change.

    Raises:
        Http404: there is no such record, or not for this person; the answer is the same, and the try is written down.
        AuditUnavailableError: the audit row could not be written, so nothing is shown.
    """
    key = _parse_id(patient_id)
    with transaction.atomic(durable=True):
        patient = Patient.objects.filter(pk=key).first() if key else None
        allowed = patient is not None and is_allowed(_get_role(actor=actor, patient=patient), needs)
        record_audit_event(
            actor_id=actor.pk,
            patient_id=key,
            verb=needs.value,
            object_type="record",
            object_id=str(key or ""),
            outcome=AuditOutcome.ALLOWED if allowed else AuditOutcome.REFUSED,
        )
    if patient is None or not allowed:
        raise Http404
    return patient


def _get_role(*, actor: User, patient: Patient) -> Role | None:
    """Return who the actor is to this record; nobody, unless they own it."""
    return Role.OWNER if patient.user_id == actor.pk and actor.is_active else None


def _parse_id(patient_id: UUID | str) -> UUID | None:
    """Return the id, or nothing for a text that is none."""
    if isinstance(patient_id, UUID):
        return patient_id
    try:
        return UUID(patient_id)
    except ValueError:
        return None
