"""Ending an account for good: shares end, what is stored of the person is deleted, the trail keeps ids."""

from __future__ import annotations

from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import CalendarFeed, Grant, LeftOut, Patient, Session, User, WaitingMail
from accounts.outbox import address_hash
from accounts.services.audit import record_audit_event
from accounts.services.grants import leave_all_records

GONE = "gone.invalid"


class StillInTeamError(Exception):
    """Who is in a care team leaves it first: it may need another lead."""


@transaction.atomic
def erase_account(*, patient: Patient, by: User) -> None:
    """Delete a record that holds nothing any more, and the account of the person whose it was.

    Where somebody has written in another person's record, that stays theirs; of its author nothing is left but an id.

    Raises:
        StillInTeamError: they are in a care team; nothing was done.
    """
    if by.in_a_team:
        raise StillInTeamError
    record_audit_event(
        actor_id=by.pk, patient_id=patient.pk, verb="record_erased", object_type="patient", object_id=str(patient.pk)
    )
    LeftOut.objects.filter(patient=patient).delete()
    CalendarFeed.objects.filter(patient=patient).delete()
    Grant.objects.filter(patient=patient).delete()
    WaitingMail.objects.filter(to_hash=address_hash(by.email)).delete()
    Patient.objects.filter(pk=patient.pk).delete()
    Session.objects.filter(user=by).delete()
    _leave_other_records(by)
    _delete_or_empty(by)


def _leave_other_records(user: User) -> None:
    """Give up what others have shared with somebody, and take their address out of it."""
    leave_all_records(by=user)
    for grant in Grant.objects.filter(user=user):
        Grant.objects.filter(pk=grant.pk).update(email=_nobodys_address())


def _nobodys_address() -> str:
    return f"{uuid4().hex}@{GONE}"


def _delete_or_empty(user: User) -> None:
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        held = User.objects.get(pk=user.pk)
        EmailAddress.objects.filter(user=held).delete()
        Authenticator.objects.filter(user=held).delete()
        held.email, held.name = _nobodys_address(), ""
        held.password, held.is_active, held.last_login = make_password(None), False, None
        held.save()
