"""Whatever comes in: no crash and no wrong row. What is accepted is what the one parser says of it (S46, S49)."""

from __future__ import annotations

import io
import os
import zipfile
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestones.clinical.observation import Reading, Scale
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.interchange.columns import COLUMNS, Key
from milestones.interchange.draft import ResultDraft
from milestones.interchange.file_dates import DateOrder
from milestones.interchange.incoming import UnreadableFileError
from milestones.interchange.report_text import read_report
from milestones.interchange.table_file import Table, read_table
from milestones.interchange.table_rows import Choices, first_choices, open_questions, read_rows
from tests.interchange.readings import TODAY, texts

#: More for a long run: FUZZ_EXAMPLES=20000.
FUZZ = settings(
    deadline=None,
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
HEADS = (
    [one.key.value for one in COLUMNS] + [word for one in COLUMNS for word in one.words] + ["BCR-ABL1 IS %", "x", ""]
)
DATES = [
    "2026-02-01",
    "01/02/2026",
    "13.02.2026",
    "6 Aug 2026",
    "2026-02",
    "1/1/26",
    "45000",
    "2026-99-99",
    "3000-01-01",
]
WORDS = ["yes", "no", "IS", "not IS", "ABL1", "32.000", "32,000", "<", "≤", ">", "%", "ratio", "MR4.5", "blood", "0.85"]
cells = st.one_of(texts, st.sampled_from(DATES), st.sampled_from(WORDS), st.text(max_size=20))
tables = st.builds(
    lambda heads, rows: [heads, *rows],
    st.lists(st.sampled_from(HEADS), min_size=1, max_size=8),
    st.lists(st.lists(cells, max_size=9), max_size=6),
)
choices: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    date_order=st.sampled_from([None, *DateOrder]),
    decimal_mark=st.sampled_from([None, ".", ","]),
    unit=st.sampled_from([None, Unit.PERCENT, Unit.RATIO]),
    scale=st.sampled_from([None, *Scale]),
)


def read(content: bytes) -> Table | None:
    try:
        return read_table(content)
    except UnreadableFileError:
        return None


def hold(table: Table, chosen: Choices) -> None:
    """Hold every accepted row against the one parser."""
    open_questions(table, chosen)
    for (_number, row), incoming in zip(table.rows, read_rows(table, chosen, TODAY), strict=True):
        assert (incoming.draft is None) == bool(incoming.problems)
        if not isinstance(incoming.draft, ResultDraft):
            continue
        said = {key: row[place] for place, key in chosen.columns.items() if place < len(row) and row[place]}
        reading = incoming.draft.observation.reading
        assert said[Key.COLLECTED_ON]
        # Nothing is turned round: the text that is kept is that of the cell, with the sign of its own column.
        printed = said.get(Key.REPORTED) or said.get(Key.VALUE_PERCENT, "")
        assert printed in reading.text or reading.text == "not detected"
        fits = []
        for unit in (None, Unit.PERCENT, Unit.RATIO):
            if unit is Unit.RATIO and "ratio" not in (said.get(Key.UNIT), chosen.unit):
                continue
            for mark in (None, ".", ","):
                one = parse_reading(reading.text, unit=unit, decimal_mark=mark)
                fits.append(one if isinstance(one, Reading) else None)
        meant = (reading.kind, reading.value, reading.comparator)
        same = [one for one in fits if one and (one.kind, one.value, one.comparator) == meant]
        assert same or reading.text.lower().startswith("pos"), (said, reading)
        if "scale" not in (key.value for key in said):
            assert incoming.draft.observation.scale in (reading.scale, chosen.scale, Scale.UNKNOWN)


@FUZZ
@given(st.binary(max_size=2_000))
def test_any_bytes(content: bytes) -> None:
    table = read(content)
    if table is not None:
        hold(table, first_choices(table))


@FUZZ
@given(tables, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]), choices)
def test_nearly_right_csv(table: list[list[str]], mark: str, encoding: str, answers: dict[str, Any]) -> None:
    content = "\r\n".join(mark.join(row) for row in table).encode(encoding, "replace")
    read_in = read(content)
    if read_in is not None:
        hold(read_in, Choices(first_choices(read_in).columns, **answers))


@FUZZ
@given(tables, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 8)), max_size=6), choices)
def test_nearly_right_workbook(table: list[list[str]], numbers: list[tuple[int, int]], answers: dict[str, Any]) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for line in table:
        sheet.append(["".join(one for one in cell if one.isprintable()) for cell in line])
    for row, column in numbers:
        cell = sheet.cell(row + 1, column + 1, 0.001 * (row + 1))
        cell.number_format = ["General", "0.00%", "0.000", "yyyy-mm-dd", '0.0"%"'][column % 5]
    target = io.BytesIO()
    book.save(target)
    read_in = read(target.getvalue())
    if read_in is not None:
        hold(read_in, Choices(first_choices(read_in).columns, **answers))


def _book() -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["date", "result"])
    book.active.append(["2026-02-01", "0.05 % IS"])
    book.save(target)
    return target.getvalue()


BOOK = _book()
PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]


@FUZZ
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_damaged_workbook(changes: list[tuple[int, int]]) -> None:
    content = bytearray(BOOK)
    for place, byte in changes:
        content[place] = byte
    read(bytes(content))


@FUZZ
@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]), st.data()
)
def test_damaged_part_of_a_workbook(name: str, data: st.DataObject) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.infolist():
            part = bytearray(old.read(one))
            if one.filename == name:
                start = data.draw(st.integers(0, len(part) - 1))
                part[start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
            new.writestr(one.filename, bytes(part))
    read(target.getvalue())


LINES = [
    "Collected: 13/02/2026",
    "Received 1 March 2026",
    "BCR-ABL1/ABL1 (IS): ",
    "Control gene: ABL1",
    "ABL1 copies: 32,000",
    "Limit of detection 0.002 %",
    "MR4.5",
    "BCR-ABL1 not detected",
    "less than",
    "Result: ",
]


@FUZZ
@given(
    st.lists(st.one_of(st.sampled_from(LINES), texts, st.text(max_size=30)), max_size=12),
    st.sampled_from(["\n", " ", ""]),
)
def test_any_report(pieces: list[str], between: str) -> None:
    report = read_report(between.join(pieces))
    for row in report.results:
        assert row.reading is None or row.reading == parse_reading(row.result.text)
        for one in (row.result, *row.others):
            assert report.lines[one.line][one.start : one.end] == one.text
