"""The one door to a person's record: it checks the right, and writes down who came."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.acting import BY_SECRET, SYSTEM, act_as
from accounts.models import AuditOutcome, Patient, TeamKey, User
from accounts.permissions import Permission
from accounts.place import what_was_opened
from accounts.selectors.patients import find_patient
from accounts.selectors.viewing import find_system_viewing, find_viewing
from accounts.services.audit import in_one_insert, record_audit_event

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
_in_one_transaction: ContextVar[bool] = ContextVar("in_one_transaction", default=False)
_READING = ("GET", "HEAD", "OPTIONS")


class _RefusalError(Exception):
    """A try that was refused. It is still to be written down, outside the transaction that it ends."""

    def __init__(self, *, actor: User | TeamKey, key: UUID | None, needs: Permission) -> None:
        super().__init__()
        self.actor, self.key, self.needs = actor, key, needs


class RecordRefusedError(_RefusalError, Http404):
    """There is no such record, or not for this person: they are not told which."""


class RecordForbiddenError(_RefusalError, PermissionDenied):
    """This person may open the record, but not for this."""


def get_patient_or_404(
    *, actor: User, patient_id: UUID | str, needs: Permission, allows: Callable[[Patient], bool] | None = None
) -> Patient:
    """Return a person's record to somebody who may do what they came for; its ``viewing`` says as who they came.

    One query reads the record, for anybody but the owner a second one reads what was shared with them now, and one
    writes the audit row, which is committed before anything is shown. In a
    view that changes something the row waits for that of the change (``one_transaction``), so that an opening and its
    change are one statement and one commit.

    Args:
        actor: who has signed in.
        patient_id: whose record.
        needs: what they came for.
        allows: whether they may do it with the very row that they came for, where not every row is theirs to change.

    Raises:
        Http404: there is no such record, or not for this person; the answer is the same, and the try is written down.
        PermissionDenied: the record is shared with this person, but not for this; the try is written down too.
        AuditUnavailableError: the audit row could not be written, so nothing is shown.
    """
    key = _parse_id(patient_id)
    patient = find_patient(key) if key else None
    # Of a record that is not there the same is asked: how long the answer takes does not tell it from a stranger's.
    viewing = find_viewing(actor=actor, patient=patient or Patient(pk=key)) if key else None
    if viewing is not None:
        act_as(viewing.role.value, patient_id=key)
    if patient is not None and viewing is not None and viewing.may(needs):
        patient.viewing = viewing
        if allows is None:
            _write_down(actor=actor, key=key, needs=needs, outcome=AuditOutcome.ALLOWED)
            return patient
        if _opens_for(patient, allows, actor=actor, key=key, needs=needs):
            return patient
    refusal = RecordRefusedError if viewing is None else RecordForbiddenError
    refused = refusal(actor=actor, key=key, needs=needs)
    if not _in_one_transaction.get():
        _write_down_refusal(refused)
    raise refused


def get_patient_for_key_or_404(*, key: TeamKey, patient_id: UUID | str, needs: Permission) -> Patient:
    """Return a record to a system of a team with which it is shared now; the key's id stands in the audit row.

    Raises:
        Http404: there is no such record, or it is not shared with this team; the try is written down.
        AuditUnavailableError: the audit row could not be written, so nothing is shown.
    """
    wanted = _parse_id(patient_id)
    patient = find_patient(wanted) if wanted else None
    act_as(SYSTEM, patient_id=wanted)
    viewing = find_system_viewing(team=key.team, patient=patient or Patient(pk=wanted)) if wanted else None
    if patient is None or viewing is None or not viewing.may(needs):
        refused = RecordRefusedError(actor=key, key=wanted, needs=needs)
        _write_down_refusal(refused)
        raise refused
    patient.viewing = viewing
    _write_down(actor=key, key=wanted, needs=needs, outcome=AuditOutcome.ALLOWED)
    return patient


def get_patient_by_secret(*, patient_id: UUID, verb: str) -> Patient:
    """Return a record to nobody in particular who knew a secret address, and write down what it was for.

    Raises:
        Http404: there is no such record.
        AuditUnavailableError: the audit row could not be written, so nothing is shown or changed.
    """
    patient = find_patient(patient_id)
    if patient is None:
        raise Http404
    act_as(BY_SECRET, patient_id=patient.pk)
    kind, key = what_was_opened(patient.pk)
    record_audit_event(actor_id=None, patient_id=patient.pk, verb=verb, object_type=kind, object_id=key)
    return patient


def _opens_for(
    patient: Patient, allows: Callable[[Patient], bool], *, actor: User, key: UUID | None, needs: Permission
) -> bool:
    """Open a record and ask about the very row; where it is not theirs, the opening is undone as if it had not been.

    The row is read behind the second wall, which the audit row opens: so that comes first.
    """
    with transaction.atomic():
        _write_down(actor=actor, key=key, needs=needs, outcome=AuditOutcome.ALLOWED, may_wait=False)
        if allows(patient):
            return True
        transaction.set_rollback(True)
    return False


def note_try_without_factor(*, actor: User, patient_id: UUID | None, team_id: UUID | None) -> None:
    """Write down that somebody who has no second step asked for a record, or for a team; nothing for other pages.

    Neither is looked up: the row says what was asked for, whether it is there or not.

    Raises:
        AuditUnavailableError: the row could not be written.
    """
    if patient_id is None and team_id is None:
        return
    kind, key = what_was_opened(patient_id) if patient_id else ("care_team", str(team_id))
    record_audit_event(
        actor_id=actor.pk,
        patient_id=patient_id,
        verb="factor_missing",
        object_type=kind,
        object_id=key,
        outcome=AuditOutcome.REFUSED,
    )


def one_transaction(view: View) -> View:
    """Run a view's changing requests in one transaction with the opening of the record.

    It is committed before the answer leaves. A refused try is written down after the transaction that it ended; a
    reading request opens none, so that no lock is held while a page is drawn.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in _READING:
            return view(request, *args, **kwargs)
        token = _in_one_transaction.set(True)
        try:
            with transaction.atomic(), in_one_insert():
                answer = _answer_or_missing(view, request, *args, **kwargs)
        except _RefusalError as refused:
            _write_down_refusal(refused)
            raise
        finally:
            _in_one_transaction.reset(token)
        if isinstance(answer, Http404):
            raise answer
        return answer

    return cast("View", wrapped)


def _answer_or_missing(
    view: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase | Http404:
    """Return the answer, or that the opened record has no such row: the opening is still to be written down."""
    try:
        return view(request, *args, **kwargs)
    except _RefusalError:
        raise
    except Http404 as missing:
        return missing


def _write_down_refusal(refused: _RefusalError) -> None:
    with transaction.atomic():
        _write_down(actor=refused.actor, key=refused.key, needs=refused.needs, outcome=AuditOutcome.REFUSED)


def _write_down(
    *, actor: User | TeamKey, key: UUID | None, needs: Permission, outcome: AuditOutcome, may_wait: bool = True
) -> None:
    kind, key_of_it = what_was_opened(key)
    record_audit_event(
        actor_id=actor.pk,
        patient_id=key,
        verb=needs.value,
        object_type=kind,
        object_id=key_of_it,
        outcome=outcome,
        may_wait=may_wait and outcome is AuditOutcome.ALLOWED,
    )


def _parse_id(patient_id: UUID | str) -> UUID | None:
    """Return the id, or nothing for a text that is none."""
    if isinstance(patient_id, UUID):
        return patient_id
    try:
        return UUID(patient_id)
    except ValueError:
        return None
