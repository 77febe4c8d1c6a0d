"""The text of a report: what is found in it, where, and what is never taken for the result (H2 to H17)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from milestones.clinical.observation import Reading
from milestones.clinical.parsing import parse_reading
from milestones.interchange.file_dates import FoundDate
from milestones.interchange.report_text import Found, Report, read_report

ENGLISH = """Laboratory North, Dept. of Haematology
Patient: A. Example   DOB: 03/04/1970
Sample collected: 12 March 2026    Received: 13 March 2026
Report date: 20 March 2026
Test: BCR::ABL1 p210 quantification (RT-qPCR)
Control gene: ABL1
ABL1 copies: 45,000   BCR::ABL1 copies: 14
BCR::ABL1/ABL1 ratio: 0.031 % (IS)
Molecular response: MMR
Limit of detection: 0.002 %
MMR corresponds to <= 0.1 % IS. MR4 is defined as <=0.01 %.
Previous result (2025-12-12): 0.0554 %
"""
GERMAN = """Universitätsklinikum Nord
Entnahmedatum: 13.02.2026 Eingang: 14.02.2026 Befunddatum: 20.02.2026
BCR-ABL1/ABL1 (Internationale Skala): 0,0032 %
Kontrollgen ABL1: 32.000 Kopien
Nachweisgrenze: 0,001 %
"""
# The phrases of laboratories are read where a folder beside this project holds them.
PHRASES = next(iter(sorted(Path(__file__).resolve().parents[2].parent.glob("*/data/report_phrases.csv"))), Path("none"))


def found(report: Report) -> list[dict[str, str]]:
    return [
        {"result": one.result.text, **{other.kind.value: other.value for other in one.others}} for one in report.results
    ]


def test_english_report() -> None:
    report = read_report(ENGLISH)
    assert found(report) == [
        {
            "result": "0.031 % (IS)",
            "collected": "12 March 2026",
            "scale": "IS",
            "control gene": "ABL1",
            "copies": "45,000",
            "level": "MMR",
            "limit": "0.002",
        }
    ]
    assert report.results[0].date == FoundDate(date(2026, 3, 12))
    kinds = [one.kind for one in report.dates]
    assert kinds == [Found.BORN, Found.COLLECTED, Found.RECEIVED, Found.REPORTED, Found.OTHER_DATE]


def test_every_finding_is_where_it_says() -> None:
    for text in (ENGLISH, GERMAN):
        report = read_report(text)
        for one in (*report.dates, *(each for row in report.results for each in (row.result, *row.others))):
            assert report.lines[one.line][one.start : one.end] == one.text


def test_german_report_tells_its_order_of_dates() -> None:
    """One date that has a single reading tells it for all."""
    report = read_report(GERMAN)
    assert found(report)[0] == {
        "result": "0,0032 %",
        "collected": "13.02.2026",
        "scale": "IS",
        "control gene": "ABL1",
        "copies": "32.000",
        "limit": "0,001",
    }
    assert report.results[0].date == FoundDate(date(2026, 2, 13))


@pytest.mark.parametrize(
    "line",
    [
        "Date de prélèvement : 02/01/2026",
        "Collected: 01/02/2026",
        "Received: 12 March 2026",
        "Report date: 12 March 2026",
        "Date of birth: 12 March 1976",
        "12 March 2026",
    ],
)
def test_date_is_asked_where_it_is_not_told(line: str) -> None:
    """H17: neither an order that is not known, nor the date of something else."""
    [result] = read_report(f"{line}\nBCR-ABL1: 0.05 % IS").results
    assert result.date is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("BCR-ABL1: less than or equal to 0.1 %", "less than or equal to 0.1 %"),
        ("BCR-ABL1: < 0.0032 % (IS)", "< 0.0032 % (IS)"),
        ("BCR-ABL1: unter 0,01 %", "unter 0,01 %"),
        ("BCR-ABL1 : inférieur à 0,01 %", "inférieur à 0,01 %"),
        ("BCR-ABL1 detected below the limit of quantification, <0.0069 %", None),
        ("BCR-ABL1 approximately 0.05 %", "approximately 0.05 %"),
        ("BCR-ABL1 not detected, <0.002 %", "not detected, <0.002 %"),
        ("BCR-ABL1 positive <0.0069%", "positive <0.0069%"),
    ],
)
def test_no_bound_is_lost(line: str, text: str | None) -> None:
    """H7: what cannot be read with its bound is asked, and never read without it."""
    [result] = read_report(line).results
    assert text is None or result.result.text == text
    if result.reading is not None and result.reading.value is not None:
        assert result.reading.comparator.value


@pytest.mark.parametrize(
    "line",
    [
        "MMR corresponds to 0.1 % IS",
        "Reference range: 0 - 0.1 %",
        "Previous BCR-ABL1: 0.05 %",
        "Limit of detection of BCR-ABL1: 0.002 %",
        "BCR-ABL1 0.0030-55.00 %",
        "BCR-ABL1 1,234.5 %",
        "BCR-ABL1 12345 %",
        "BCR-ABL1 copies: 14",
        "Haemoglobin: 13.2",
    ],
)
def test_what_is_no_result_is_not_taken_for_one(line: str) -> None:
    assert read_report(line).results == ()


@pytest.mark.parametrize(
    "line",
    [
        "BCR::ABL1 not detected",
        "Transcrit BCR-ABL1 : non détecté",
        "BCR-ABL1: nicht nachweisbar",
        "BCR-ABL1 no detectado",
        "Trascritto BCR-ABL1: non rilevabile",
        "BCR-ABL1 not detected (LOD 0.002 %)",
    ],
)
def test_not_detected_in_some_languages(line: str) -> None:
    [result] = read_report(line).results
    assert result.result.value == "not detected"


def test_several_reports_in_one_text_keep_their_own_parts() -> None:
    one = "Collected 13/02/2026\nABL1 copies 45,000\nBCR-ABL1: <0.0032% IS\n"
    two = "Collected 14/05/2026\nABL1 copies 51,000\nBCR-ABL1: 0.05%\n"
    first, second = read_report(one + two).results
    assert (first.date, second.date) == (FoundDate(date(2026, 2, 13)), FoundDate(date(2026, 5, 14)))
    assert (first.value_of(Found.COPIES), second.value_of(Found.COPIES)) == ("45,000", "51,000")


@pytest.mark.parametrize(
    ("text", "scale"),
    [("BCR-ABL1: 0.05 %\nResults are not on the International Scale", "not IS"), ("BCR-ABL1: 0.05 %", "")],
)
def test_scale_is_never_inferred(text: str, scale: str) -> None:
    """H6."""
    [result] = read_report(text).results
    assert result.value_of(Found.SCALE) == scale


@pytest.mark.skipif(not PHRASES.exists(), reason="the list of phrases of laboratories is not in the tree")
def test_phrases_of_laboratories_are_never_read_as_another_value() -> None:
    rows = list(csv.reader(line for line in PHRASES.read_text(encoding="utf-8").splitlines() if line[:1] != "#"))[1:]
    assert len(rows) > 10
    for phrase, *_rest in rows:
        expected = parse_reading(phrase)
        for result in read_report(f"BCR-ABL1 result: {phrase}").results:
            if result.reading is not None and isinstance(expected, Reading):
                assert (result.reading.value, result.reading.comparator) == (expected.value, expected.comparator), (
                    phrase
                )
