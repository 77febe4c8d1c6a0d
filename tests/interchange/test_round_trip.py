"""What leaves as a table comes back equal, digit for digit (H29, H30, S47)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestones.interchange.columns import COLUMNS, READ, Column, cells_of_template, headings, match_columns
from milestones.interchange.csv_cells import as_written, csv_line, inert
from milestones.interchange.csv_results import write_results
from milestones.interchange.draft import ResultDraft
from milestones.interchange.table_file import read_table
from milestones.interchange.table_rows import first_choices, open_questions, read_rows
from milestones.interchange.xlsx_results import results_workbook, template_workbook
from tests.interchange.readings import TODAY, drafts, entries_of

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
# XML turns a carriage return into a line feed, and cannot hold control characters at all.
IN_XML = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\x85\u2028")


def come_back(content: bytes, sent: list[ResultDraft]) -> None:
    table = read_table(content)
    rows = read_rows(table, first_choices(table), TODAY)
    assert [row.problems for row in rows] == [()] * len(sent)
    received = [row.draft for row in rows]
    expected = sorted(sent, key=lambda one: one.observation.collected_on)
    assert received == expected
    for one, other in zip(received, expected, strict=True):
        assert isinstance(one, ResultDraft)
        assert one.observation.reading.text == other.observation.reading.text.strip()
        # Equal numbers can differ in their digits: 5.10 stays 5.10.
        assert repr(one.observation.reading.value) == repr(other.observation.reading.value)
        assert repr(one.observation.reading.limit_of_detection) == repr(other.observation.reading.limit_of_detection)


@SLOW
@given(st.lists(drafts(), min_size=1, max_size=6))
def test_csv_comes_back_equal(sent: list[ResultDraft]) -> None:
    come_back("".join(write_results(entries_of(sent), "ELN 2020")).encode(), sent)


@settings(SLOW, max_examples=40)
@given(st.lists(drafts(IN_XML), min_size=1, max_size=6))
def test_workbook_comes_back_equal(sent: list[ResultDraft]) -> None:
    come_back(results_workbook(entries_of(sent), "ELN 2020"), sent)


def test_nothing_is_asked_about_an_own_file() -> None:
    lines = "".join(write_results([], "ELN 2020")) + csv_line(["2026-01-02", "yes", "0.05 %"])
    table = read_table(lines.encode())
    questions = open_questions(table, first_choices(table))
    assert (questions.date_order, questions.decimal_mark, questions.unit, questions.scale) == ("", "", "", "")


@given(st.text())
def test_inert_cell_is_given_back(cell: str) -> None:
    assert as_written(inert(cell)) == cell


@pytest.mark.parametrize("column", READ, ids=lambda column: column.key.value)
def test_each_column_is_found_by_its_words(column: Column) -> None:
    for word in (column.key.value, *column.words):
        for written in (word, word.upper(), f" {word.title()} "):
            assert list(match_columns([written]).values()) == [column.key], written


def test_template_is_read_without_a_problem() -> None:
    csv_template = "".join(csv_line(row) for row in cells_of_template()).encode()
    for content in (csv_template, template_workbook()):
        table = read_table(content)
        [row] = read_rows(table, first_choices(table), TODAY)
        assert row.problems == ()
        assert isinstance(row.draft, ResultDraft)


def test_export_heads_every_column_once() -> None:
    assert list(headings()) == [column.key.value for column in COLUMNS]
    assert len(set(headings())) == len(COLUMNS)
