"""Bringing in a table, and taking it back; everything is seen before it is saved (S49, H1 to H20, H29)."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Patient, User
from milestones.models import HeldImport, ImportBatch, LabResult, RecordStatus, ResultSource
from milestones.services.imports import hold_table
from tests.cast import audited, everything_stored, hold_file, long_table, owner, record
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

GERMAN = (
    "Befundliste\n\nAbnahmedatum;BCR-ABL1 IS (%);Labor;Kontrollgen;Kopien;Bemerkung\n"
    "13.02.2026;0,0032;Labor Nord;ABL1;32.000;gut\n"
    "06.05.2026;<0,01;Labor Nord;ABL1;45000;\n"
    "06.06.2026;ungefähr 3;Labor Nord;ABL1;45000;\n"
)


def upload(client: Client, to: Addresses, content: bytes | str, name: str = "list.csv") -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(to("imports"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def shown(answer: Any) -> str:
    return str(answer.context["page"].digest)


def bring_in(client: Client, answer: Any, **more: Any) -> Any:
    address = answer.request["PATH_INFO"]
    return client.post(address, {"step": "apply", "shown": shown(answer), **more}, follow=True)


def test_table_is_brought_in_and_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    answer = upload(alices, to, GERMAN)
    page = answer.context["page"]
    assert (page.total, page.taken, page.problems) == (3, 2, 1)
    html = answer.content.decode()
    assert "06.05.2026 is read as 6 May 2026." in html
    assert "Bemerkung" in html
    assert "Bring in 2 results" in html
    assert LabResult.objects.count() == 0
    done = bring_in(alices, answer)
    assert "2 results brought in" in done.content.decode()
    first, second = LabResult.objects.order_by("collected_on")
    assert (str(first.value), first.comparator, first.scale, first.unit) == ("0.0032", "", "IS", "%")
    assert (first.reported_text, first.control_gene_copies, first.laboratory) == ("0,0032", 32_000, "Labor Nord")
    assert (str(second.value), second.comparator, second.reported_text) == ("0.01", "<", "<0,01")
    assert {first.source, second.source} == {ResultSource.IMPORTED}
    assert first.entered_by == owner(alices_record)
    assert first.history.count() == 1
    assert audited("import_applied") == 1
    assert not HeldImport.objects.exists()
    batch = ImportBatch.objects.get()
    assert (batch.results, batch.left_out) == (2, 1)
    alices.post(to("import_undo", batch_id=batch.pk))
    assert set(LabResult.objects.values_list("status", "version")) == {(RecordStatus.ENTERED_IN_ERROR, 2)}
    assert first.history.count() == 2
    assert audited("import_undone") == 1
    assert "This import is undone" in alices.get(to("import_batch", batch_id=batch.pk)).content.decode()


def test_double_click_writes_once(alices: Client, to: Addresses) -> None:
    """R5, H19."""
    answer = upload(alices, to, GERMAN)
    first, second = bring_in(alices, answer), bring_in(alices, answer)
    assert first.request["PATH_INFO"] == second.request["PATH_INFO"]
    assert LabResult.objects.count() == 2


def test_nothing_is_brought_in_unseen(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """The record, or what was ticked, changed after the preview was drawn: it is shown once more."""
    answer = upload(alices, to, GERMAN)
    record(alices_record, "0.0032 %", date(2026, 2, 13))
    again = bring_in(alices, answer)
    assert again.status_code == 422
    assert again.context["is_changed"]
    assert LabResult.objects.count() == 1


def test_order_of_dates_is_asked_on_an_example(alices: Client, to: Addresses) -> None:
    """H17."""
    answer = upload(alices, to, "Date,Result\n01/02/2026,0.05 % IS\n")
    assert answer.request["PATH_INFO"].endswith("/columns/")
    html = answer.content.decode()
    assert "1 February 2026" in html
    assert "2 January 2026" in html
    columns = {"column_0": "collected_on", "column_1": "reported"}
    again = alices.post(answer.request["PATH_INFO"], columns, follow=True)
    assert again.status_code == 422
    answer = alices.post(answer.request["PATH_INFO"], {**columns, "date_order": "month first"}, follow=True)
    assert "01/02/2026 is read as 2 January 2026." in answer.content.decode()
    bring_in(alices, answer)
    assert LabResult.objects.get().collected_on.isoformat() == "2026-01-02"


@pytest.mark.parametrize(
    ("answers", "value", "scale"),
    [
        ({"unit": "%", "scale": "IS"}, "0.05", "IS"),
        ({"unit": "ratio", "scale": "unknown"}, "5", "unknown"),
        ({"unit": "%", "scale": "not IS"}, "0.05", "not IS"),
    ],
)
def test_unit_and_scale_are_asked(
    alices: Client, to: Addresses, answers: dict[str, str], value: str, scale: str
) -> None:
    """H4 and H6: never inferred."""
    answer = upload(alices, to, "date;result\n2026-02-01;0.05\n")
    columns = {"column_0": "collected_on", "column_1": "reported"}
    assert alices.post(answer.request["PATH_INFO"], columns).status_code == 422
    bring_in(alices, alices.post(answer.request["PATH_INFO"], {**columns, **answers}, follow=True))
    row = LabResult.objects.get()
    assert (str(row.value), row.scale) == (value, scale)


def test_columns_are_corrected_by_hand(alices: Client, to: Addresses) -> None:
    answer = upload(alices, to, "when,what,where\n2026-02-01,0.05 % IS,North\n")
    address = answer.request["PATH_INFO"]
    assert address.endswith("/columns/")
    assert "For example: 2026-02-01" in answer.content.decode()
    twice = alices.post(address, {"column_0": "collected_on", "column_1": "reported", "column_2": "reported"})
    assert twice.status_code == 422
    assert "Another column is" in twice.content.decode()
    answer = alices.post(
        address, {"column_0": "collected_on", "column_1": "reported", "column_2": "laboratory"}, follow=True
    )
    bring_in(alices, answer)
    assert LabResult.objects.get().laboratory == "North"


def test_what_seems_to_be_there_is_left_out_unless_ticked(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H19: against the record within three days, and within the file."""
    record(alices_record, "0.05 %", date(2026, 2, 1))
    answer = upload(alices, to, "date,result,scale\n2026-02-03,0.05 %,IS\n2026-03-01,0.04 %,IS\n2026-03-01,0.04 %,IS\n")
    page = answer.context["page"]
    assert (page.taken, page.repeats) == (1, 2)
    assert "seems to be in the record already: 0.05%, 1 February 2026" in answer.content.decode()
    assert "the same test as row 3" in answer.content.decode()
    ticked = alices.post(
        answer.request["PATH_INFO"], {"listed": ["2", "4"], "take": ["2"], "step": "keep"}, follow=True
    )
    assert ticked.context["page"].taken == 2
    bring_in(alices, ticked, listed=["2", "4"], take=["2"])
    assert LabResult.objects.count() == 3


def test_questions_have_to_be_looked_at(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H20: a slip of a digit."""
    record(alices_record, "0.05 %", date(2026, 1, 1))
    answer = upload(alices, to, "date,result,scale\n2026-02-03,5 %,IS\n")
    assert answer.context["page"].questions == 1
    refused = bring_in(alices, answer)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "<title>Error: " in html
    assert html.count("Some rows ask you to look at them. Look, then tick this box.") == 2, "on top and at the box"
    assert 'href="#id_seen_0"' in html
    assert html.count('id="id_seen_0"') == 1
    bring_in(alices, answer, seen="1")
    row = LabResult.objects.exclude(batch=None).get()
    assert row.questions_confirmed


def test_changed_results_stay_when_an_import_is_undone(alices: Client, to: Addresses, alices_record: Patient) -> None:
    bring_in(alices, upload(alices, to, GERMAN))
    first, second = LabResult.objects.order_by("collected_on")
    alices.post(to("result_withdraw", result_id=first.pk), {"version": "1"})
    alices.post(to("result_withdraw", result_id=first.pk), {"version": "2", "undo": "1"})
    batch = ImportBatch.objects.get()
    assert "will stay" in alices.get(to("import_batch", batch_id=batch.pk)).content.decode()
    answer = alices.post(to("import_undo", batch_id=batch.pk), follow=True)
    assert "1 was changed since, and stays." in answer.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (RecordStatus.CORRECTED, RecordStatus.ENTERED_IN_ERROR)
    assert alices.post(to("import_undo", batch_id=batch.pk)).status_code == 404


def test_undo_ends_after_thirty_days(alices: Client, to: Addresses) -> None:
    bring_in(alices, upload(alices, to, GERMAN))
    ImportBatch.objects.update(created_at=timezone.now() - timedelta(days=30, minutes=1))
    batch = ImportBatch.objects.get()
    assert alices.post(to("import_undo", batch_id=batch.pk)).status_code == 404
    assert "Undo this import" not in alices.get(to("import_batch", batch_id=batch.pk)).content.decode()


def test_file_waits_for_a_day_and_for_nobody_else(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User
) -> None:
    held = hold_table(patient=alices_record, content=GERMAN.encode(), by=owner(alices_record))
    assert alices.get(to("import_preview", held_id=held)).status_code == 200
    HeldImport.objects.update(made_by=charlie)
    assert alices.get(to("import_preview", held_id=held)).status_code == 404
    HeldImport.objects.update(made_by=owner(alices_record), created_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert alices.get(to("import_preview", held_id=held)).status_code == 404
    upload(alices, to, GERMAN)
    assert not HeldImport.objects.filter(pk=held).exists()


def test_cancel_deletes_the_file(alices: Client, to: Addresses) -> None:
    upload(alices, to, GERMAN)
    held = HeldImport.objects.get()
    alices.post(to("import_cancel", held_id=held.pk))
    assert not HeldImport.objects.exists()
    assert alices.post(to("import_cancel", held_id=uuid4())).status_code == 404


# --- What is refused --------------------------------------------------------------------------------------------------


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            if one.filename != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return target.getvalue()


BOOK = workbook([["date", "result"], ["2026-02-01", "0.05 % IS"]])
BOMB = with_part(BOOK, "xl/sharedStrings.xml", b"<sst>" + b" " * 60_000_000 + b"</sst>")
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><sst>&b;</sst>'
REFUSED = {
    "empty": b"",
    "blank": b" \n \n",
    "too large": b"date,result\n" + b"x" * 1_048_576,
    "too many rows": b"date,result\n" + b"2026-01-01,1\n" * 5_001,
    "gzip": b"\x1f\x8b\x08" + bytes(20),
    "PDF": b"%PDF-1.7 a",
    "json": b'{"resourceType": "Bundle"}',
    "xml": b"<?xml version='1.0'?><a/>",
    "nul": b"date,result\n2026-01-01,\0\n",
    "no text": b"\x81\x8d\x8f\x90",
    "open quote": b'date,result\n"2026-01-01,1\n',
    "a wide table": b"date," * 61 + b"result\n",
    "old workbook": b"\xd0\xcf\x11\xe0" + bytes(600),
    "bomb": BOMB,
    "macros": with_part(BOOK, "xl/vbaProject.bin", b"x"),
    "entities": with_part(BOOK, "xl/sharedStrings.xml", ENTITIES),
    "entities, UTF-16": with_part(BOOK, "xl/sharedStrings.xml", ENTITIES.decode().encode("utf-16")),
    "half a workbook": BOOK[: len(BOOK) // 2],
    "another zip": with_part(b"PK\x05\x06" + bytes(18), "../../etc/passwd", b"x"),
    "no sheet": with_part(BOOK, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c></row>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_a_clear_sentence(alices: Client, to: Addresses, name: str) -> None:
    """S49."""
    before = everything_stored()
    answer = upload(alices, to, REFUSED[name])
    assert answer.status_code == 422
    [[error]] = answer.context["form"].errors.values()
    assert 20 < len(str(error)) < 120
    assert everything_stored() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_kind_of_csv_is_read(alices: Client, to: Addresses, encoding: str, mark: str) -> None:
    lines = ["Datum", "Ergebnis", "Labor"], ["2026-02-01", "0.05 % IS", "Universität"]
    text = "\r\n".join(mark.join(line) for line in lines)
    bring_in(alices, upload(alices, to, text.encode(encoding)))
    assert LabResult.objects.get().laboratory == "Universität"


def test_workbook_is_read_as_it_is_seen(alices: Client, to: Addresses) -> None:
    """H4: a cell that shows 0.1% holds 0.001. A date cell is a date, and numbers keep the digits that they show."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["date", "result", "scale"])
    sheet.append([datetime(2026, 2, 1), 0.001, "IS"])  # noqa: DTZ001 - as a spreadsheet holds it
    sheet.append([datetime(2026, 3, 1), 5.1, "IS"])  # noqa: DTZ001 - as above
    sheet["B2"].number_format = "0.0%"
    sheet["B3"].number_format = '0.00"%"'
    target = io.BytesIO()
    book.save(target)
    answer = upload(alices, to, target.getvalue(), "list.xlsx")
    values = [row.source[1][1] for row in answer.context["page"].rows]
    assert values[0] == "0.1%"
    bring_in(alices, answer, seen="1")
    assert "0.1" in {str(value) for value in LabResult.objects.values_list("value", flat=True)}


def test_cells_can_be_pasted_and_survive_an_error(alices: Client, to: Addresses) -> None:
    wrong = alices.post(to("imports"), {"cells": '"2026-02-01\t0.05 % IS'})
    assert wrong.status_code == 422
    assert "2026-02-01\t0.05 % IS" in wrong.content.decode()
    answer = alices.post(to("imports"), {"cells": "Date\tResult\n2026-02-01\t0.05 % IS\n"}, follow=True)
    bring_in(alices, answer)
    assert LabResult.objects.count() == 1
    assert alices.post(to("imports"), {}).status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_can_be_brought_in(alices: Client, to: Addresses, kind: str) -> None:
    template = alices.get(to("import_template", kind=kind))
    assert template["Content-Disposition"] == f'attachment; filename="template.{kind}"'
    answer = upload(alices, to, template.content)
    assert answer.context["page"].taken == 1
    assert alices.get(to("import_template", kind="pdf")).status_code == 404


def test_five_thousand_rows_ask_the_database_no_more_than_five(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """How long it takes is measured by benchmarks/imports.py."""
    asked = []
    for count in (5, 5, 5_000):  # the first asks what is asked once a session
        held = hold_file(alices_record, long_table(count))
        with CaptureQueriesContext(connection) as queries:
            answer = alices.get(to("import_preview", held_id=held.pk))
        assert (answer.context["page"].total, answer.context["page"].problems) == (count, 0)
        asked.append(len(queries))
    assert asked[1] == asked[2]
