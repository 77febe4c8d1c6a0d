"""The workbook of results: numbers as numbers, nothing in it runs (S47, H30)."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from accounts.models import Patient
from tests.cast import audited, months_ago, record
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def cells_of(answer: Any) -> list[dict[str, Any]]:
    names, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.rows
    return [{name.value: cell for name, cell in zip(names, row, strict=True)} for row in rows]


def test_numbers_stay_numbers_to_the_digit(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "5.10 %", months_ago(2), copies=32_000)
    record(alices_record, "<0.00000123456789012 %", months_ago(1))
    answer = alices.get(to("results_xlsx"))
    assert answer["Content-Disposition"] == 'attachment; filename="results.xlsx"'
    plain, long = cells_of(answer)
    assert (plain["value_percent"].value, plain["value_percent"].number_format) == (5.1, "0.00")
    assert plain["control_gene_copies"].value == 32_000
    assert (long["value_percent"].value, long["comparator"].value) == (1.23456789012e-06, "<")
    assert audited("record_export", outcome="allowed") == 1


@pytest.mark.parametrize(
    "payload", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1", '=HYPERLINK("x","y")']
)
def test_no_cell_is_a_formula(alices: Client, to: Addresses, alices_record: Patient, payload: str) -> None:
    record(alices_record, "0.05 %", laboratory=payload)
    [row] = cells_of(alices.get(to("results_xlsx")))
    assert row["laboratory"].value == f"'{payload}"
    assert {cell.data_type for cell in row.values() if cell.value is not None} <= {"s", "n"}
