"""Recording a result: row, history and audit are one thing, and a repeat changes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Patient, User
from accounts.services.audit import AuditUnavailableError
from milestones.clinical.observation import Observation, Scale, Specimen, Transcript
from milestones.clinical.units import Unit
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult
from milestones.selectors.result_rows import observation_of
from milestones.selectors.timelines import get_timeline
from milestones.services.results import record_result
from tests.cast import SOUTH, TODAY, apart, at_once, audited, break_audit, months_ago, observe, real_database, record

pytestmark = pytest.mark.django_db


def test_row_history_and_audit_say_the_same(alice: User, alices_record: Patient) -> None:
    row = record(alices_record, "<0,0032 % IS", date(2026, 3, 29), laboratory=SOUTH, copies=32_000)

    stored = LabResult.objects.get()
    assert stored.pk == row.pk
    assert (stored.patient_id, stored.entered_by_id, stored.version, stored.status, stored.source) == (
        alices_record.pk,
        alice.pk,
        1,
        "final",
        "typed",
    )
    [version] = LabResult.history.all()
    assert (version.id, version.version, version.reported_text) == (row.pk, 1, "<0,0032 % IS")
    event = AuditEvent.objects.get(verb="result_recorded")
    assert (event.actor_id, event.patient_id, event.object_type) == (alice.pk, alices_record.pk, "labresult")
    assert (event.object_id, event.object_version, event.outcome) == (str(row.pk), 1, "allowed")


@pytest.mark.parametrize(
    "observation",
    [
        observe("5.10 %", date(2020, 2, 29)),
        observe("<0,0032 %", laboratory=SOUTH, copies=32_000),
        observe("0.001", unit=Unit.RATIO),
        observe("not detected", limit="0.0020"),
        observe("MR4.5"),
        observe(">55 %"),
        observe("detected"),
        observe("invalid"),
        observe("0.080 %", scale=Scale.NOT_IS, factor="1.10"),
        observe("12 %", specimen=Specimen.BONE_MARROW, transcript=Transcript.OTHER),
        observe("3.2E-3 %"),
    ],
    ids=lambda observation: observation.reading.text,
)
def test_what_was_understood_comes_back_as_it_was(
    alice: User, alices_record: Patient, observation: Observation
) -> None:
    """S46, H7, H8: nothing of a reading is lost between the parser and the page."""
    draft = ResultDraft(observation, day_is_known=False)
    row = record_result(patient=alices_record, draft=draft, by=alice, idempotency_key=uuid4())
    [read] = get_timeline(alices_record, today=TODAY).rows
    assert read.observation == observation
    assert read.observation.reading.text == observation.reading.text
    assert not read.day_is_known
    assert observation_of(LabResult.history.get(id=row.pk)) == observation


@pytest.mark.parametrize("digits", ["5.10", "0.0032", "0.00320", "0.1000000000000000", "100", "9999.9999999999", "1.0"])
def test_digits_survive_the_database(alices_record: Patient, digits: str) -> None:
    """H12: 5.10 stays 5.10, as text in the column, on every database."""
    row = record(alices_record, f"{digits} %", factor="1.20", limit="0.00300")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value, conversion_factor, limit_of_detection FROM {LabResult._meta.db_table}")
        assert cursor.fetchone() == (digits, "1.20", "0.00300")
    stored = LabResult.objects.get(pk=row.pk)
    assert (str(stored.value), str(stored.conversion_factor)) == (digits, "1.20")
    assert stored.value == Decimal(digits)


def test_no_float_is_accepted(alices_record: Patient) -> None:
    """H12: a binary float never becomes a laboratory value, not even one that prints well."""
    row = record(alices_record, "0.0032 %")
    row.value = 0.0032  # type: ignore[assignment]  # on purpose
    with pytest.raises(TypeError, match="never a float"), transaction.atomic():
        row.save()
    with pytest.raises(TypeError, match="never a float"):
        LabResult.objects.filter(value=0.0032).exists()
    assert LabResult.objects.get().value == Decimal("0.0032")


@pytest.mark.django_db(transaction=True)
def test_no_audit_row_no_result(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """S32, S37: row, history and audit are one transaction."""
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        record(alices_record)
    assert not LabResult.objects.exists()
    assert not LabResult.history.exists()


@pytest.mark.django_db(transaction=True)
def test_no_history_no_result(alices_record: Patient) -> None:
    def fail(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if 'INSERT INTO "milestones_historical' in statement:
            raise DatabaseError
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(fail), pytest.raises(DatabaseError):
        record(alices_record)
    assert not LabResult.objects.exists()
    assert not audited("result_recorded")


def test_history_holds_every_column_and_who_wrote_it(client: Client, alice: User, alices_record: Patient) -> None:
    """The version is the row itself, column by column, the key of the form left out."""
    record(alices_record, "0.05 %", copies=32_000, factor="1.20", limit="0.0030")
    address = reverse("milestones:result_withdraw", args=[alices_record.pk, LabResult.objects.get().pk])
    client.force_login(alice)
    client.post(address, {"version": "1"})

    row = LabResult.objects.get()
    first, second = LabResult.history.order_by("history_id")
    columns = [field.attname for field in LabResult._meta.fields if field.name != "idempotency_key"]
    assert {name: getattr(second, name) for name in columns} == {name: getattr(row, name) for name in columns}
    assert not hasattr(second, "idempotency_key")
    assert (first.history_type, first.history_user_id, first.version) == ("+", alice.pk, 1)
    assert (second.history_type, second.history_user_id, second.version) == ("~", alice.pk, 2)
    assert second.updated_at <= second.history_date <= timezone.now()
    assert second.history_change_reason is None


def test_same_key_twice_writes_once(alices_record: Patient) -> None:
    """R5: the second post is answered with the row of the first, whatever it says by then."""
    key = uuid4()
    first = record(alices_record, "0.05 %", key=key)
    second = record(alices_record, "0.07 %", key=key)
    assert second.pk == first.pk
    assert [row.reported_text for row in LabResult.objects.all()] == ["0.05 %"]
    assert LabResult.history.count() == audited("result_recorded") == 1


def test_key_belongs_to_one_record(alices_record: Patient, charlie: User) -> None:
    """S14: a key that somebody else used gives no way into their record."""
    key = uuid4()
    first = record(alices_record, "0.05 %", key=key)
    second = record(charlie.patient, "0.07 %", key=key)
    assert first.pk != second.pk
    assert second.patient_id == charlie.patient.pk


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_write_once(alices_record: Patient) -> None:
    """R5, H19: twenty posts of one form, at the same moment: one row, one version, one audit row, one answer."""
    key = uuid4()

    def post(_number: int) -> UUID:
        return record(alices_record, "0.05 %", key=key).pk

    with real_database():
        answers = at_once(20, post)
        rows, versions = apart(LabResult.objects.count), apart(LabResult.history.count)
        events = apart(lambda: audited("result_recorded"))
    assert len(set(answers)) == 1
    assert (rows, versions, events) == (1, 1, 1)


def test_ids_are_random(alices_record: Patient) -> None:
    """S19."""
    ids = [record(alices_record, "0.05 %", months_ago(number)).pk for number in range(3)]
    assert {row_id.version for row_id in ids} == {4}


@pytest.mark.parametrize(
    "columns",
    [
        {"value": None},
        {"kind": "not detected"},
        {"detected": False},
        {"kind": "level only", "value": None, "comparator": "<"},
        {"conversion_factor": None, "conversion_factor_valid_from": TODAY},
        {"status": "gone"},
        {"collected_on": date(1989, 12, 31)},
    ],
    ids=str,
)
def test_the_database_guards_what_belongs_together(alices_record: Patient, columns: dict[str, object]) -> None:
    row = record(alices_record, "0.05 %")
    with pytest.raises(IntegrityError), transaction.atomic():
        LabResult.objects.filter(pk=row.pk).update(**columns)


def test_nothing_else_answers_a_broken_constraint(alices_record: Patient) -> None:
    """A constraint that is not the key's stops the service: no other row is returned in its place."""
    record(alices_record, "0.05 %")
    with pytest.raises(IntegrityError), transaction.atomic():
        record(alices_record, "0.05 %", date(1989, 1, 1))
    assert LabResult.objects.count() == 1
