"""Bringing in many rows: all or nothing, quickly, with their history, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.access import RecordForbiddenError
from accounts.models import Patient, User
from accounts.permissions import Role, view_as
from accounts.services.audit import AuditUnavailableError
from milestones.interchange.draft import TreatmentDraft
from milestones.interchange.incoming import Incoming
from milestones.interchange.table_file import read_table
from milestones.interchange.table_rows import first_choices, read_rows
from milestones.models import HeldImport, ImportBatch, LabResult, ResultSource, Treatment, WorklistEntry
from milestones.services.errors import NotInRecordError
from milestones.services.imports import apply_import, hold_table, undo_import
from tests.cast import (
    TODAY,
    audited,
    break_audit,
    change_dose,
    hold_file,
    import_table,
    long_table,
    make_team,
    months_ago,
    owner,
    seen_as,
    share_with_team,
)

pytestmark = pytest.mark.django_db

TABLE = "date,result\n2026-02-01,0.05 % IS\n2026-05-01,0.04 % IS\n"


def rows_of(table: str) -> list[Incoming]:
    read = read_table(table.encode())
    return read_rows(read, first_choices(read), TODAY)


def test_a_thousand_results_are_brought_in_and_taken_back(alices_record: Patient) -> None:
    """How long it takes is measured by benchmarks/imports.py."""
    make = long_table(1_000)
    rows = rows_of(make)
    assert not [row.problems for row in rows if row.problems]
    held = hold_file(alices_record, make)
    batch = apply_import(patient=alices_record, held_id=held.pk, rows=rows, by=owner(alices_record))
    assert LabResult.objects.filter(batch=batch).count() == 1_000
    assert LabResult.history.filter(batch_id=batch.pk, history_type="+").count() == 1_000
    undone = undo_import(patient=alices_record, batch_id=batch.pk, by=owner(alices_record))
    assert (undone.taken_back, undone.left) == (1_000, 0)


def test_all_or_nothing(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold_file(alices_record, TABLE)
    break_audit(monkeypatch, "import_applied")
    with pytest.raises(AuditUnavailableError):
        apply_import(patient=alices_record, held_id=held.pk, rows=rows_of(TABLE), by=owner(alices_record))
    assert not LabResult.objects.exists()
    assert not LabResult.history.exists()
    assert not ImportBatch.objects.exists()
    assert HeldImport.objects.filter(pk=held.pk).exists()


def test_one_bad_row_keeps_all_out(alices_record: Patient) -> None:
    held, rows = hold_file(alices_record, TABLE), rows_of(TABLE)
    draft: Any = rows[1].draft
    observation = replace(draft.observation, collected_on=date(1980, 1, 1))
    rows[1] = replace(rows[1], draft=replace(draft, observation=observation))
    with pytest.raises(IntegrityError):
        apply_import(patient=alices_record, held_id=held.pk, rows=rows, by=owner(alices_record))


def test_second_time_returns_the_first_batch(alices_record: Patient) -> None:
    """R5."""
    held, by = hold_file(alices_record, TABLE), owner(alices_record)
    batches = {apply_import(patient=alices_record, held_id=held.pk, rows=rows_of(TABLE), by=by).pk for _ in range(3)}
    assert len(batches) == 1
    assert LabResult.objects.count() == 2
    assert audited("import_applied") == 1
    with pytest.raises(NotInRecordError):
        apply_import(patient=alices_record, held_id=uuid4(), rows=rows_of(TABLE), by=by)


def test_teams_list_is_kept_once(alices_record: Patient, alice: User) -> None:
    """The list says what the results say, after bringing in and after taking back."""
    team = make_team(alice)
    share_with_team(alices_record, team, by=alice)
    batch = import_table(alices_record, TABLE)
    assert WorklistEntry.objects.get().latest_on == date(2026, 5, 1)
    undo_import(patient=alices_record, batch_id=batch.pk, by=owner(alices_record))
    assert WorklistEntry.objects.get().latest_on == date.min


def test_source_says_who_brought_it_in(alices_record: Patient, alice: User) -> None:
    import_table(alices_record, TABLE)
    assert set(LabResult.objects.values_list("source", flat=True)) == {ResultSource.IMPORTED}
    LabResult.objects.all().delete()
    import_table(seen_as(alices_record, view_as(Role.TEAM_ADD)), TABLE, by=alice)
    assert set(LabResult.objects.values_list("source", flat=True)) == {ResultSource.TEAM}


def line_of(medicine: str) -> Incoming:
    return Incoming("entry 1", (), TreatmentDraft(medicine, months_ago(12)), external_id="urn:1")


def test_medicines_are_brought_in_and_taken_back_but_those_with_changes(alices_record: Patient) -> None:
    held, by = hold_file(alices_record, TABLE), owner(alices_record)
    rows = [line_of("imatinib"), line_of("nilotinib")]
    batch = apply_import(patient=alices_record, held_id=held.pk, rows=rows, by=by)
    assert set(Treatment.objects.values_list("external_id", flat=True)) == {"urn:1"}
    change_dose(Treatment.objects.get(medicine="nilotinib"), months_ago(3))
    undone = undo_import(patient=alices_record, batch_id=batch.pk, by=by)
    assert (undone.taken_back, undone.left) == (1, 1)
    assert Treatment.objects.get(medicine="imatinib").status == "entered-in-error"


def test_carer_who_may_not_change_medicines_brings_none_in(alices_record: Patient, alice: User) -> None:
    record = seen_as(alices_record, view_as(Role.CARER_ADD))
    held = hold_file(record, TABLE, by=alice)
    with pytest.raises(RecordForbiddenError):
        apply_import(patient=record, held_id=held.pk, rows=[line_of("imatinib")], by=alice)


def test_carer_takes_back_their_own_only(alices_record: Patient, charlie: User) -> None:
    carer = seen_as(alices_record, view_as(Role.CARER_ADD))
    theirs, own = import_table(alices_record, TABLE), import_table(carer, TABLE, by=charlie)
    with pytest.raises(RecordForbiddenError):
        undo_import(patient=carer, batch_id=theirs.pk, by=charlie)
    assert undo_import(patient=carer, batch_id=own.pk, by=charlie).taken_back == 2


def test_command_deletes_what_waited_too_long(alices_record: Patient) -> None:
    old = hold_table(patient=alices_record, content=b"a", by=owner(alices_record))
    HeldImport.objects.update(created_at=timezone.now() - timedelta(hours=25))
    new = HeldImport.objects.create(patient=alices_record, made_by=owner(alices_record), kind="table", content=b"b")
    call_command("clean_imports")
    assert [row.pk for row in HeldImport.objects.all()] == [new.pk]
    assert old != new.pk
