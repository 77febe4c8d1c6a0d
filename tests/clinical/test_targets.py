"""The published goals as days: the windows of the rules, and which goal a day looks at."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from milestones.clinical.guidelines.loader import TimePoint, load_rule_sets
from milestones.clinical.targets import target_at, targets_of
from milestones.clinical.treatment import TreatmentLine

START = date(2025, 1, 1)
LINE = TreatmentLine(START)
ELN = load_rule_sets()["eln_2020"]
NCCN = load_rule_sets()["nccn_2024"]


def on(day: int) -> date:
    return START + timedelta(days=day)


def test_the_goals_of_the_default_rules_are_steps_going_down() -> None:
    targets = targets_of(ELN, LINE)
    assert [(target.time_point, target.limit, target.first_on, target.last_on) for target in targets] == [
        (TimePoint.MONTH_3, Decimal(10), on(70), on(126)),
        (TimePoint.MONTH_6, Decimal(1), on(152), on(213)),
        (TimePoint.MONTH_12, Decimal("0.1"), on(335), on(426)),
        (TimePoint.AFTER, Decimal("0.1"), on(427), None),
    ]


def test_rules_without_a_last_row_end_with_the_first_year() -> None:
    assert [target.time_point for target in targets_of(NCCN, LINE)][-1] is TimePoint.MONTH_12


def test_a_response_that_was_kept_is_judged_by_the_last_row_from_the_first_day() -> None:
    assert [(target.time_point, target.first_on) for target in targets_of(ELN, LINE, response_kept=True)] == [
        (TimePoint.AFTER, START)
    ]
    assert targets_of(NCCN, LINE, response_kept=True) == ()


@pytest.mark.parametrize(
    ("day", "point"),
    [
        (0, TimePoint.MONTH_3),
        # A window belongs to its goal up to its last day; then the next one is looked at.
        (126, TimePoint.MONTH_3),
        (127, TimePoint.MONTH_6),
        (213, TimePoint.MONTH_6),
        (214, TimePoint.MONTH_12),
        (426, TimePoint.MONTH_12),
        (427, TimePoint.AFTER),
        (4_000, TimePoint.AFTER),
    ],
)
def test_the_goal_that_a_day_looks_at(day: int, point: TimePoint) -> None:
    target = target_at(targets_of(ELN, LINE), on(day))
    assert target is not None
    assert target.time_point is point


def test_after_the_last_published_goal_there_is_none() -> None:
    assert target_at(targets_of(NCCN, LINE), on(426)) is not None
    assert target_at(targets_of(NCCN, LINE), on(427)) is None


def test_a_time_point_that_the_rules_do_not_judge_has_no_goal() -> None:
    only = replace(ELN, bands={TimePoint.MONTH_12: ELN.bands[TimePoint.MONTH_12]})
    assert [target.time_point for target in targets_of(only, LINE)] == [TimePoint.MONTH_12]
    assert targets_of(replace(ELN, bands={}), LINE) == ()
