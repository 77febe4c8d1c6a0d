"""Ending sessions: they are gone at the next request."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Session, User
from accounts.services.audit import record_audit_event
from accounts.sessions import stored_key


@transaction.atomic
def end_session(*, user: User, stored: str, by: User) -> None:
    """End one session of a person, named by what stands in the table; one of somebody else is left alone."""
    Session.objects.filter(user=user, session_key=stored).delete()
    _write_down("session_ended", user=user, by=by)


@transaction.atomic
def end_sessions(*, user: User, by: User | None, keep: str | None = None, verb: str = "sessions_ended") -> int:
    """End all sessions of a person but the one whose key is given; return how many there were.

    Args:
        user: whose.
        by: who ends them; nobody for an operator.
        keep: the key of the one that goes on.
        verb: what was done that ends them; the one row in the audit trail is for both.
    """
    ended, _ = Session.objects.filter(user=user).exclude(session_key=stored_key(keep or "")).delete()
    _write_down(verb, user=user, by=by)
    return ended


@transaction.atomic
def end_all_sessions() -> int:
    """End everybody's sessions; return how many there were."""
    ended, _ = Session.objects.all().delete()
    record_audit_event(actor_id=None, patient_id=None, verb="sessions_ended", object_type="user")
    return ended


def _write_down(verb: str, *, user: User, by: User | None) -> None:
    actor = by.pk if by else None
    record_audit_event(actor_id=actor, patient_id=None, verb=verb, object_type="user", object_id=str(user.pk))
