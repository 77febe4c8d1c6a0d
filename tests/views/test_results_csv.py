"""The file of results: what a comparator and a scale mean is not lost, and nothing in it runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.clinical.observation import Scale
from milestones.clinical.parsing import parse_reading
from milestones.services.results import withdraw_result
from tests.cast import TODAY, audited, months_ago, owner, record, treat
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.count("\r\n") == text.count("\n"), "RFC 4180"
    return list(csv.DictReader(io.StringIO(text)))


def test_file_has_every_part_in_a_column_of_its_own(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H30."""
    treat(alices_record, months_ago(24))
    record(alices_record, "<0,0032 %", months_ago(1), copies=40_000)
    record(alices_record, "5.10 %", months_ago(2), day_is_known=False, scale=Scale.NOT_IS)
    record(alices_record, "not detected", TODAY, limit="0.0020", copies=50_000)
    answer = alices.get(to("results_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="results.csv"'
    assert answer["Cache-Control"] == "no-store"
    local, bound, unseen = rows_of(answer)
    assert (bound["reported"], bound["value_percent"], bound["comparator"]) == ("<0,0032 %", "0.0032", "<")
    assert (bound["scale"], bound["level"], bound["detected"]) == ("IS", "MR4.5", "")
    assert (local["value_percent"], local["scale"], local["level"]) == ("5.10", "not IS", "not evaluable")
    assert (local["day_is_known"], bound["day_is_known"]) == ("no", "yes")
    assert (unseen["value_percent"], unseen["detected"]) == ("", "no")
    assert unseen["limit_of_detection_percent"] == "0.0020"
    assert (bound["rule_set"], bound["verdict"]) == ("ELN 2020", "optimal")


def test_download_is_written_down(alices: Client, to: Addresses) -> None:
    """S32."""
    alices.get(to("results_csv"))
    assert audited("record_export", outcome="allowed") == 1


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "－1",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("x","y")',
        " =1",
    ],
)
def test_no_cell_is_a_formula(alices: Client, to: Addresses, alices_record: Patient, payload: str) -> None:
    """S47: whatever stands first, a spreadsheet shows it and runs nothing."""
    record(alices_record, "0.05 %", laboratory=payload)
    [row] = rows_of(alices.get(to("results_csv")))
    for cell in row.values():
        assert not cell.startswith(tuple("=+-@\t\r＝＋－＠"))
    assert row["laboratory"].endswith(payload)


def test_numbers_stay_numbers(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.05 %", copies=32_000, scale=Scale.NOT_IS, factor="1.10")
    [row] = rows_of(alices.get(to("results_csv")))
    for name in ("value_percent", "control_gene_copies", "conversion_factor", "percent_is"):
        assert row[name].replace(".", "").isdigit(), name


def test_what_is_printed_in_it_is_read_as_it_was(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H29, H30: comparator and value come back from the file."""
    for number, text in enumerate(("<0.0032 %", ">55 %", "≤0.01 %", "0.05 %")):
        record(alices_record, text, months_ago(number))
    for row in rows_of(alices.get(to("results_csv"))):
        again = parse_reading(f"{row['comparator']}{row['value_percent']} %")
        printed = parse_reading(row["reported"])
        assert (again.value, again.comparator) == (printed.value, printed.comparator)  # type: ignore[union-attr]


def test_entered_in_error_is_not_in_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.0317731 %")
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    assert rows_of(alices.get(to("results_csv"))) == []
