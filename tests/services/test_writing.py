"""The statements that are put together once write what Django itself would, in either database."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Patient, User
from milestones.models import LabResult, PlannedTest, Treatment, WorklistEntry
from milestones.services.rows import insert_row
from milestones.services.writing import PreparedUpdate, insert_once
from tests.cast import make_team, share_with_team

pytestmark = pytest.mark.django_db


def _line(patient: Patient, by: User, **columns: Any) -> Treatment:
    return Treatment(patient=patient, entered_by=by, medicine="imatinib", started_on=date(2025, 3, 1), **columns)


def test_inserted_as_django_does(alices_record: Patient, alice: User) -> None:
    """Column by column, the texts and dates as they come back, for a row with as many empty columns as it can have."""
    ours, djangos = _line(alices_record, alice, dose="400 mg"), _line(alices_record, alice, dose="400 mg")
    assert insert_once(ours, by=alice)
    djangos.save()
    own = {"id", "idempotency_key", "created_at", "updated_at"}
    names = [field.attname for field in Treatment._meta.concrete_fields if field.attname not in own]
    first, second = Treatment.objects.get(pk=ours.pk), Treatment.objects.get(pk=djangos.pk)
    assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]
    assert first.created_at is not None
    assert first.updated_at is not None
    first.dose = "300 mg"
    first.save()  # it counts as saved: a change of it is an update
    assert Treatment.objects.get(pk=ours.pk).dose == "300 mg"


def test_same_key_is_not_inserted(alices_record: Patient, alice: User) -> None:
    """And the transaction goes on."""
    key = uuid4()
    assert insert_once(_line(alices_record, alice, idempotency_key=key), by=alice)
    assert not insert_once(_line(alices_record, alice, idempotency_key=key), by=alice)
    assert Treatment.objects.count() == Treatment.history.count() == 1


def test_another_refusal_is_raised(alices_record: Patient, alice: User) -> None:
    """A constraint that is broken is no repeat, and neither is another unique column."""
    wrong = LabResult(patient=alices_record, entered_by=alice, collected_on=date(2026, 1, 5), kind="number")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(wrong, by=alice, verb="result_recorded")
    line = _line(alices_record, alice)
    insert_row(line, by=alice, verb="treatment_recorded")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(_line(alices_record, alice, pk=line.pk), by=alice, verb="treatment_recorded")
    assert not LabResult.objects.exists()
    assert Treatment.objects.count() == 1


def test_every_kind_of_row_has_a_history() -> None:
    """``insert_once`` asks each for it."""
    assert all(hasattr(model, "history") for model in (LabResult, Treatment, PlannedTest))


def test_update_sets_and_empties(alices_record: Patient, charlie: User) -> None:
    """What is nothing stands in the statement: a second shape is another statement."""
    share_with_team(alices_record, make_team(charlie), by=charlie)
    update = PreparedUpdate(WorklistEntry, "patient_id")
    update({"medicine": "nilotinib", "started_on": date(2024, 1, 2), "followed": [["a", 1, "event"]]}, alices_record.pk)
    entry = WorklistEntry.objects.get()
    assert (entry.medicine, entry.started_on, entry.followed) == ("nilotinib", date(2024, 1, 2), [["a", 1, "event"]])
    update({"medicine": "", "started_on": None, "followed": []}, alices_record.pk)
    entry.refresh_from_db()
    assert (entry.medicine, entry.started_on, entry.followed) == ("", None, [])
    update({"medicine": "dasatinib", "started_on": date(2024, 1, 2), "followed": []}, uuid4())
    entry.refresh_from_db()
    assert entry.medicine == ""
