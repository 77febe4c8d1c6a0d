"""Where the rule sets differ, by the limits that they publish."""

from __future__ import annotations

from decimal import Decimal

import pytest

from milestones.clinical.course import classify_entries
from milestones.clinical.differences import Limits, limits_at, standings_differ
from milestones.clinical.guidelines.loader import TimePoint, load_rule_sets
from tests.clinical.samples import ON_TREATMENT, seen

D = Decimal
ELN, NCCN = load_rule_sets()["eln_2020"], load_rule_sets()["nccn_2024"]


@pytest.mark.parametrize(
    ("point", "eln", "nccn"),
    [
        (TimePoint.MONTH_3, Limits(True, D(10)), Limits(True, D(10))),
        (TimePoint.MONTH_6, Limits(True, D(1), D(10)), Limits(True, D(10), D(10))),
        (TimePoint.MONTH_12, Limits(True, D("0.1"), D(1)), Limits(True, D(1), D(10))),
        (TimePoint.AFTER, Limits(True, D("0.1"), D(1)), Limits(False)),
        (TimePoint.BASELINE, Limits(False), Limits(False)),
    ],
)
def test_limits(point: TimePoint, eln: Limits, nccn: Limits) -> None:
    assert limits_at(ELN, point) == eln
    assert limits_at(NCCN, point) == nccn


@pytest.mark.parametrize(
    ("text", "day", "differ"),
    [
        # Optimal and sensitive are two words for one standing.
        ("0.05 %", 365, False),
        # 0.5 % at 12 months: a warning for one, sensitive for the other.
        ("0.5 %", 365, True),
        ("5 %", 182, True),
        ("11 %", 182, False),
        ("12 %", 91, False),
        # After 12 months only one has a word, and the other says nothing.
        ("0.5 %", 600, False),
    ],
)
def test_two_rule_sets_differ_where_they_place_a_result_differently(text: str, day: int, differ: bool) -> None:
    [entry] = classify_entries([seen(text, day)], ON_TREATMENT, [ELN, NCCN])
    assert standings_differ(entry.verdicts) is differ
