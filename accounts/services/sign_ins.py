"""Who came in and went out, and who tried to, in the audit trail."""

from __future__ import annotations

from uuid import UUID

from accounts.models import AuditOutcome, User
from accounts.services.audit import record_audit_event


def record_sign_in(*, user: User) -> None:
    """Write down that somebody comes in; to be called in the transaction of it.

    Raises:
        AuditUnavailableError: the row could not be written, so nobody comes in.
    """
    _write_down("signed_in", by=user.pk, of=user.pk)


def record_sign_out(*, user: User) -> None:
    """Write down that somebody goes out; to be called in the transaction of it.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    _write_down("signed_out", by=user.pk, of=user.pk)


def record_failed_password(*, email: str) -> None:
    """Write down a try with a wrong password.

    The same is asked and written where nobody has the address, so that both take as long; the row then names no
    account. What was typed is not kept.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    found = User.objects.filter(email=email).values_list("pk", flat=True).first()
    _write_down("sign_in_failed", by=None, of=found, outcome=AuditOutcome.REFUSED)


def record_failed_second_step(*, user: User) -> None:
    """Write down that somebody had the password, and not the second factor.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    _write_down("sign_in_failed", by=None, of=user.pk, outcome=AuditOutcome.REFUSED)


def record_failed_passkey() -> None:
    """Write down a try with a passkey alone. Whose it was meant to be is only what the device said, so nobody is named.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    _write_down("sign_in_failed", by=None, of=None, outcome=AuditOutcome.REFUSED)


def record_failed_confirmation(*, user: User) -> None:
    """Write down that somebody who is signed in was asked again who they are, and did not show it.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    _write_down("confirm_sign_in_failed", by=user.pk, of=user.pk, outcome=AuditOutcome.REFUSED)


def _write_down(verb: str, *, by: UUID | None, of: UUID | None, outcome: AuditOutcome = AuditOutcome.ALLOWED) -> None:
    record_audit_event(
        actor_id=by,
        patient_id=None,
        verb=verb,
        object_type="user",
        object_id=str(of) if of else "",
        outcome=outcome,
    )
