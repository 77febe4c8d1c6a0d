"""The lines of a result in the record and of a report: what is one number in other digits does not differ."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from milestones.clinical.observation import Observation
from milestones.clinical.units import Unit
from milestones.interchange.draft import ResultDraft
from milestones.selectors.comparing import compare
from milestones.selectors.result_rows import ResultRow
from tests.cast import TODAY, observe


def differing(recorded: Observation, report: Observation, *, day_is_known: bool = True) -> list[str]:
    row = ResultRow(uuid4(), 1, "final", "typed", day_is_known=True, observation=recorded)
    return [line.term for line in compare(row, ResultDraft(report, day_is_known)) if line.differs]


@pytest.mark.parametrize(
    ("recorded", "report"),
    [
        ("0.042 %", "0,0420 %"),
        ("< 0.01 %", "<0.0100%"),
        ("not detected", "NOT DETECTED"),
        ("MR4.5", "MR 4.5"),
    ],
)
def test_one_number_in_other_digits(recorded: str, report: str) -> None:
    assert differing(observe(recorded), observe(report)) == []


@pytest.mark.parametrize(
    ("recorded", "report"),
    [
        ("0.042 %", "0.0421 %"),
        ("0.042 %", "< 0.042 %"),
        ("< 0.01 %", "0.01 %"),
        ("not detected", "0.001 %"),
        ("MR4", "MR4.5"),
    ],
)
def test_another_number(recorded: str, report: str) -> None:
    assert differing(observe(recorded), observe(report)) == ["We understand"]


def test_a_ratio_is_not_a_percentage() -> None:
    assert differing(observe("0.042", unit=Unit.RATIO), observe("0.042", unit=Unit.PERCENT)) == ["We understand"]


def test_a_ratio_and_the_percentage_that_it_is_are_one_value() -> None:
    assert differing(observe("0.00042", unit=Unit.RATIO), observe("0.042 %")) == []


def test_limits_and_factors_are_numbers_too() -> None:
    recorded = observe("0.042 %", limit="0.002", factor="0.8")
    assert differing(recorded, observe("0.042 %", limit="0.0020", factor="0.80")) == []
    assert differing(recorded, observe("0.042 %", limit="0.003", factor="0.9")) == [
        "The test could see down to",
        "Conversion factor",
    ]


def test_a_month_is_not_a_day() -> None:
    observation = observe("0.042 %", TODAY)
    assert differing(observation, observation, day_is_known=False) == ["Blood taken"]


def test_what_only_one_of_the_two_says_is_shown_and_differs() -> None:
    recorded = observe("0.042 %", copies=32_000)
    report = replace(recorded, control_gene_copies=None, laboratory="")
    assert differing(recorded, report) == ["Laboratory", "Copies of the control gene"]
