"""The audit trail only grows; the database itself sees to it."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, Patient, User
from accounts.request_id import current_request_id
from accounts.services import audit
from accounts.services.audit import AuditUnavailableError, in_one_insert, record_audit_event
from accounts.services.patients import create_patient, ensure_own_patient, update_patient
from tests.audit_trail import seal_now
from tests.cast import break_audit

pytestmark = pytest.mark.django_db

TABLE = AuditEvent._meta.db_table


@pytest.fixture
def event() -> AuditEvent:
    token = current_request_id.set("0123456789abcdef")
    record_audit_event(actor_id=None, patient_id=None, verb="looked", object_type="thing", object_id="7")
    current_request_id.reset(token)
    return AuditEvent.objects.get(verb="looked")


def test_event_says_who_what_and_in_which_request(event: AuditEvent) -> None:
    assert (event.object_type, event.object_id, event.outcome) == ("thing", "7", "allowed")
    assert event.request_id == "0123456789abcdef"
    assert event.at.tzinfo is not None


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET verb = 'x'", f"DELETE FROM {TABLE}"])
def test_raw_sql_cannot_change_it(event: AuditEvent, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get(pk=event.pk).verb == "looked"


def test_truncate_cannot_empty_it(event: AuditEvent) -> None:
    if connection.vendor == "sqlite":
        return  # SQLite has no TRUNCATE; its DELETE is tested above
    seal_now()  # or PostgreSQL refuses because of the seals that wait for the end of the transaction
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}")


def test_orm_cannot_change_it(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.update(verb="x")


def test_it_survives_the_person_it_names(alice: User) -> None:
    pk = alice.pk
    alice.patient.delete()
    alice.delete()
    assert AuditEvent.objects.filter(actor_id=pk).exists()


def test_each_change_to_a_patient_is_written_down_once(alice: User) -> None:
    update_patient(patient=alice.patient, by=alice, display_name="A.", time_zone="Europe/Berlin")
    assert AuditEvent.objects.filter(verb="patient_created").count() == 1
    assert AuditEvent.objects.filter(verb="patient_changed").count() == 1


def test_first_visit_makes_one_record(make_user: type[User]) -> None:
    user = make_user(email="new@example.org")
    first, second = ensure_own_patient(user=user), ensure_own_patient(user=user)
    assert first == second


def test_a_change_that_cannot_be_written_down_is_undone(make_user: type[User], monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(email="new@example.org")
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        create_patient(user=user, by=user)
    user.refresh_from_db()
    assert not hasattr(user, "patient")


def test_what_is_not_written_down_is_undone_whatever_becomes_of_the_error(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows in one statement, as an opening and its change are."""

    def change(user: User) -> None:
        with transaction.atomic(), in_one_insert():
            Patient.objects.filter(user=user).update(display_name="Changed")
            rows: dict[str, Any] = {"actor_id": user.pk, "patient_id": user.patient.pk, "object_type": "record"}
            record_audit_event(**rows, verb="opened", may_wait=True)
            with suppress(AuditUnavailableError):
                record_audit_event(**rows, verb="changed")

    def fail(_asks: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(audit, "run_together", fail)
        with suppress(AuditUnavailableError, DatabaseError):
            change(alice)
    assert not Patient.objects.filter(display_name="Changed").exists()
    change(alice)
    assert Patient.objects.filter(display_name="Changed").exists()
