"""Ladder and goal for now: where one is, where one was, what is asked for now, on the scale that one is on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Patient
from milestones.charts.spec import PointKind, StepState
from milestones.clinical.observation import ControlGene, Scale
from milestones.selectors.aims import aim_now
from milestones.selectors.home import home_page
from milestones.selectors.pictures import chart_of, story
from milestones.selectors.steps import ladder_of
from milestones.selectors.timelines import get_timeline
from tests.cast import TODAY, months_ago, record, record_all, set_up, treat

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("months", "limit", "name"),
    [
        (1, "10", "goal for month 3"),
        (5, "1", "goal for month 6"),
        (8, "0.1", "goal for month 12"),
        (30, "0.1", "your goal"),
    ],
)
def test_the_goal_for_now_follows_the_time_in_treatment(
    alices_record: Patient, months: int, limit: str, name: str
) -> None:
    treat(alices_record, months_ago(months))
    record(alices_record, "22 %", months_ago(0))
    timeline = get_timeline(alices_record, today=TODAY)
    aim = aim_now(timeline)
    assert aim is not None
    assert (aim.limit, aim.name) == (Decimal(limit), name)
    goals = [step for step in ladder_of(timeline).steps if step.state is StepState.GOAL]
    assert [step.label for step in goals] == [f"{limit}%"]
    assert name in goals[0].side.lower()
    assert aim.sentence in ladder_of(timeline).sentences


def test_on_the_way_mmr_is_named_as_a_later_goal(alices_record: Patient) -> None:
    treat(alices_record, months_ago(1))
    record(alices_record, "62 %")
    [later] = [step for step in ladder_of(get_timeline(alices_record, today=TODAY)).steps if step.state == "later"]
    assert (later.label, later.side) == ("0.1%", "MMR, goal for month 12")


def test_without_treatment_there_is_no_goal_for_now(alices_record: Patient) -> None:
    record(alices_record, "62 %")
    timeline = get_timeline(alices_record, today=TODAY)
    assert aim_now(timeline) is None
    ladder = ladder_of(timeline)
    assert ladder.sentences == "You are at 62%."
    assert not [step for step in ladder.steps if step.state is StepState.GOAL or "goal" in step.side]
    goal = chart_of(timeline).goal
    assert goal is not None
    assert goal.goal_label == "MMR"


def test_two_tests_of_one_month_are_told_apart(alices_record: Patient) -> None:
    treat(alices_record, months_ago(30))
    for text, day in (("0.02 %", 3), ("0.03 %", 24), ("0.04 %", 24)):
        record(alices_record, text, date(2026, 7 if text == "0.04 %" else 6, day))
    record(alices_record, "0.05 %", TODAY)
    was = [step.side for step in ladder_of(get_timeline(alices_record, today=TODAY)).steps if step.state == "was"]
    assert sorted(was) == ["24 Jun 2026", "3 Jun 2026", "Jul 2026"]


def test_after_stopping_it_is_the_line_to_stay_below(alices_record: Patient) -> None:
    treat(alices_record, months_ago(72), months_ago(6))
    record_all(alices_record, "12 0.004 %, 5 0.02 %")
    aim = aim_now(get_timeline(alices_record, today=TODAY))
    assert aim is not None
    assert aim.sentence == "The line to stay at or below is 0.1%."


def test_the_ladder_says_where_one_was_and_is(alices_record: Patient) -> None:
    treat(alices_record, months_ago(12))
    record_all(alices_record, "9 9.1 %, 6 0.46 %, 3 0.2 %, 1 0.05 %")
    said = ladder_of(get_timeline(alices_record, today=TODAY)).sentences
    assert said == "In November 2025 the result was 9.1%. Now it is 0.05%. The goal for month 12 is 0.1% or lower."


@pytest.mark.parametrize(
    ("results", "labels"),
    [
        # A rise is seen as one: each place lies under what is higher.
        ("9 0.035 %, 6 0.068 %, 3 0.14 %, 1 0.33 %", ["1%", "0.33%", "0.14%", "0.1%", "0.068%", "0.035%", "0.01%"]),
        # A limit belongs to the deeper level, and so lies under its line.
        ("3 0.1 %, 1 0.1 %", ["1%", "0.1%", "0.1%", "0.1%", "0.01%"]),
        ("3 not detected, 1 0.05 %", ["1%", "0.1%", "0.05%", "0.01%", "0.0032%", "found none"]),
    ],
)
def test_every_place_stands_where_its_value_belongs(alices_record: Patient, results: str, labels: list[str]) -> None:
    treat(alices_record, months_ago(20))
    record_all(alices_record, results, limit="0.002" if "not" in results else None)
    steps = ladder_of(get_timeline(alices_record, today=TODAY)).steps
    shown = [step.label for step in steps]
    assert shown[shown.index("1%") : shown.index("1%") + len(labels)] == labels
    assert [step.label for step in steps if step.state is StepState.HERE] == [results.split()[-2] + "%"]


def own_course(patient: Patient) -> None:
    set_up(patient, baseline_text="118 %", baseline_scale="not IS", baseline_laboratory="Laboratory North")
    treat(patient, months_ago(12))
    for months, text in ((9, "11.2 %"), (6, "1.6 %"), (3, "0.092 %")):
        record(patient, text, months_ago(months), scale=Scale.NOT_IS)


def test_off_the_scale_the_steps_count_from_the_own_start(alices_record: Patient) -> None:
    own_course(alices_record)
    ladder = ladder_of(get_timeline(alices_record, today=TODAY))
    assert [step.label for step in ladder.steps] == [
        "118%",
        "11.8%",
        "11.2%",
        "1.6%",
        "1.18%",
        "0.118%",
        "0.092%",
        "0.0118%",
    ]
    assert ladder.has_place
    said = " ".join(f"{step.words} {step.side} {step.more}" for step in ladder.steps)
    assert "MMR" not in said
    assert "goal" not in said
    assert "your own start" in said


def test_off_the_scale_the_chart_has_no_goal_and_joins_its_own(alices_record: Patient) -> None:
    own_course(alices_record)
    timeline = get_timeline(alices_record, today=TODAY)
    chart = chart_of(timeline)
    assert {point.kind for point in chart.points} == {PointKind.OWN_SCALE}
    assert chart.goal is None
    assert (chart.goals, chart.ribbon) == ((), None)
    assert [step.name for step in chart.steps] == ["your own start", "", "", "3-log", "4-log"]
    home = home_page(timeline)
    assert home.ladder_title == "3-log below your own starting level"
    # MMR is a word of the International Scale: nothing is said of whether it was reached.
    assert home.year_one is None


def test_one_result_on_the_scale_is_enough_for_its_steps(alices_record: Patient) -> None:
    own_course(alices_record)
    record(alices_record, "0.05 %", months_ago(1))
    timeline = get_timeline(alices_record, today=TODAY)
    assert ladder_of(timeline).steps[0].label == "100%"
    kinds = [point.kind for point in chart_of(timeline).points]
    assert kinds == [PointKind.NOT_COMPARABLE] * 3 + [PointKind.MEASURED]


def test_the_chart_tells_of_goals_events_and_the_first_year(alices_record: Patient) -> None:
    treat(alices_record, months_ago(20))
    treat(alices_record, months_ago(8), medicine="nilotinib")
    record_all(alices_record, "14 22 %, 6 2 %, 3 0.08 %")
    chart = chart_of(get_timeline(alices_record, today=TODAY))
    assert [event.name for event in chart.events] == ["New medicine", "Year 1"]
    assert [(str(goal.percent), goal.name) for goal in chart.goals] == [
        ("10", "goal, month 3"),
        ("1", "goal, month 6"),
        ("0.1", "goal, month 12"),
    ]
    assert chart.ribbon is not None
    assert (chart.ribbon.months[0], chart.ribbon.filled) == (months_ago(8), 5)


def test_a_kept_response_has_no_first_year(alices_record: Patient) -> None:
    treat(alices_record, months_ago(40))
    treat(alices_record, months_ago(8), medicine="nilotinib")
    record_all(alices_record, "9 0.03 %, 3 0.02 %")
    timeline = get_timeline(alices_record, today=TODAY)
    chart = chart_of(timeline)
    assert chart.ribbon is None
    assert [event.name for event in chart.events] == ["New medicine"]
    aim = aim_now(timeline)
    assert aim is not None
    assert aim.name == "your goal"


@pytest.mark.parametrize(
    ("results", "ends"),
    [
        ("9 9.1 %, 4 0.08 %", "MMR was reached in month 8."),
        ("9 9.1 %, 4 0.08 %, 1 0.05 %", "MMR was reached in month 8, and no result has been above the line since."),
        # What was reached is no news to somebody who has lost it.
        ("9 9.1 %, 4 0.08 %, 1 0.5 %", "The latest test says 0.5%."),
        ("9 9.1 %", "The latest test says 9.1%."),
    ],
)
def test_the_story_ends_with_the_milestone(alices_record: Patient, results: str, ends: str) -> None:
    treat(alices_record, months_ago(12))
    record_all(alices_record, results)
    assert story(get_timeline(alices_record, today=TODAY)).endswith(ends)


def test_a_sample_that_was_not_deep_enough_says_so_under_the_axis(alices_record: Patient) -> None:
    record(alices_record, "62 %", date(2026, 1, 5))
    few: dict[str, Any] = {"gene": ControlGene.ABL1, "copies": 4_000}
    record(alices_record, "not detected", date(2026, 3, 5), **few)
    record(alices_record, "invalid", date(2026, 4, 5))
    notes = [tick.note for tick in chart_of(get_timeline(alices_record, today=TODAY)).ticks]
    assert notes == ["too few copies to say", "no result"]
