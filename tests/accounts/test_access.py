"""The one door: who gets in, what it costs, and what is written down."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.access import get_patient_for_key_or_404, get_patient_or_404, one_transaction
from accounts.models import AuditEvent, AuditOutcome, Patient, User
from accounts.permissions import OWN, Permission
from accounts.services.audit import AuditUnavailableError, record_audit_event
from accounts.services.team_keys import issue_key
from tests.cast import break_audit, make_team

pytestmark = pytest.mark.django_db


def events(outcome: AuditOutcome) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(outcome=outcome, object_type="record"))


@pytest.mark.parametrize("needs", sorted(OWN.permissions))
def test_owner_gets_in_and_it_is_written_down(alice: User, alices_record: Patient, needs: Permission) -> None:
    patient = get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=needs)

    assert patient == alices_record
    [event] = events(AuditOutcome.ALLOWED)
    assert (event.actor_id, event.patient_id, event.verb) == (alice.pk, alices_record.pk, needs.value)


def test_stranger_missing_and_malformed_look_the_same(charlie: User, alices_record: Patient) -> None:
    answers = set()
    for patient_id in (alices_record.pk, uuid4(), str(alices_record.pk), "no-id", ""):
        with pytest.raises(Http404) as refused:
            get_patient_or_404(actor=charlie, patient_id=patient_id, needs=Permission.RECORD_VIEW)
        answers.add(str(refused.value))

    assert len(answers) == 1
    assert len(events(AuditOutcome.REFUSED)) == 5
    assert not events(AuditOutcome.ALLOWED)


def statements_for(look: Callable[[], object]) -> list[str]:
    """Return what is sent to the database for a refused look; values, and the numbers of savepoints, are left out."""
    with CaptureQueriesContext(connection) as sent, pytest.raises(Http404):
        look()
    return [re.sub(r"'[^']*'|s\d+_x\d+", "?", one["sql"]) for one in sent]


def test_a_strangers_record_and_none_are_the_same_work(charlie: User, alices_record: Patient) -> None:
    """S15: else the time of an answer would tell that there is a record; `benchmarks/likeness.py` measures it."""

    def look(patient_id: UUID) -> object:
        return get_patient_or_404(actor=charlie, patient_id=patient_id, needs=Permission.RECORD_VIEW)

    theirs, nobodys = (statements_for(partial(look, one)) for one in (alices_record.pk, uuid4()))
    assert theirs == nobodys
    assert any("accounts_grant" in one for one in theirs)


def test_for_a_system_it_is_the_same_work_too(charlie: User, alices_record: Patient) -> None:
    team = make_team(charlie)
    key, _ = issue_key(team=team, name="Ward", scopes=["Patient"], days=9, by=charlie)

    def look(patient_id: UUID) -> object:
        return get_patient_for_key_or_404(key=key, patient_id=patient_id, needs=Permission.RECORD_VIEW)

    theirs, nobodys = (statements_for(partial(look, one)) for one in (alices_record.pk, uuid4()))
    assert theirs == nobodys
    assert any("accounts_grant" in one for one in theirs)


def test_inactive_owner_is_refused(alice: User, alices_record: Patient) -> None:
    alice.is_active = False
    with pytest.raises(Http404):
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RECORD_VIEW)


def test_it_costs_one_read_and_one_write(
    alice: User, alices_record: Patient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # SELECT and INSERT, in the transaction of the test
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RECORD_VIEW)


def test_no_audit_row_no_record(alice: User, alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RECORD_VIEW)


def test_an_opening_and_its_change_are_one_statement_in_order(
    alice: User, alices_record: Patient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    @one_transaction
    def view(_request: HttpRequest) -> HttpResponse:
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RESULT_ADD)
        record_audit_event(actor_id=alice.pk, patient_id=alices_record.pk, verb="changed", object_type="record")
        return HttpResponse()

    # SELECT and INSERT, between the marks of the transaction; PostgreSQL is told whose record is open (record 17).
    with django_assert_num_queries(5 if connection.vendor == "postgresql" else 4):
        view(RequestFactory().post("/"))

    verbs = AuditEvent.objects.filter(object_type="record").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [Permission.RESULT_ADD.value, "changed"]


@pytest.mark.parametrize("answer", [HttpResponse(), Http404()], ids=["nothing changed", "nothing there"])
def test_an_opening_without_a_change_is_written_at_the_end(
    alice: User, alices_record: Patient, answer: HttpResponse | Http404
) -> None:
    @one_transaction
    def view(_request: HttpRequest) -> HttpResponse:
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RESULT_ADD)
        if isinstance(answer, Http404):
            raise answer
        return answer

    with suppress(Http404):
        view(RequestFactory().post("/"))

    assert [event.verb for event in events(AuditOutcome.ALLOWED)] == [Permission.RESULT_ADD.value]


def test_an_opening_that_cannot_be_written_at_the_end_gives_no_answer(
    alice: User, alices_record: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    @one_transaction
    def view(_request: HttpRequest) -> HttpResponse:
        patient = get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RESULT_ADD)
        Patient.objects.filter(pk=patient.pk).update(display_name="changed")
        return HttpResponse()

    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        view(RequestFactory().post("/"))

    alices_record.refresh_from_db()
    assert alices_record.display_name != "changed"


def test_one_transaction_takes_the_opening_back_with_the_change(alice: User, alices_record: Patient) -> None:
    @one_transaction
    def view(_request: HttpRequest) -> HttpResponse:
        get_patient_or_404(actor=alice, patient_id=alices_record.pk, needs=Permission.RESULT_ADD)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        view(RequestFactory().post("/"))

    assert not events(AuditOutcome.ALLOWED)


def test_one_transaction_still_writes_down_a_refusal(charlie: User, alices_record: Patient) -> None:
    @one_transaction
    def view(_request: HttpRequest) -> HttpResponse:
        get_patient_or_404(actor=charlie, patient_id=alices_record.pk, needs=Permission.RESULT_ADD)
        return HttpResponse()

    with pytest.raises(Http404):
        view(RequestFactory().post("/"))

    [event] = events(AuditOutcome.REFUSED)
    assert (event.actor_id, event.patient_id) == (charlie.pk, alices_record.pk)
