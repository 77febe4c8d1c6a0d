"""The timeline: what was recorded, read once, and the same findings on every page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Patient, User
from accounts.services.patients import update_patient
from milestones.charts.spec import PointKind
from milestones.charts.table import TableColumns
from milestones.clinical.observation import ControlGene, Scale
from milestones.clinical.trends import ChangeKind
from milestones.selectors.goals import goals_page
from milestones.selectors.history import get_stored_result
from milestones.selectors.home import home_page
from milestones.selectors.pictures import chart_of, point_words, story, treatment_bars
from milestones.selectors.presenting import describe_change, said_of_result
from milestones.selectors.result import result_page
from milestones.selectors.results import ResultFilter, ResultsPage, results_page
from milestones.selectors.steps import ladder_of
from milestones.selectors.timelines import Timeline, get_timeline, today_of
from milestones.services.results import withdraw_result
from milestones.services.treatments import withdraw_treatment
from tests.cast import (
    NORTH,
    SOUTH,
    TODAY,
    months_ago,
    observe,
    owner,
    record,
    record_all,
    record_many,
    set_up,
    treat,
    ways_of,
)

pytestmark = pytest.mark.django_db

COLUMNS = TableColumns("Blood taken", "Result", "Level", "What it says")
TEXTS = ["0.05 %", "<0.0032 %", "5.10 %", "not detected", "MR4.5", ">55 %", "0.0317 % IS", "invalid", "0 %", "detected"]
COPIES: dict[str, Any] = {"gene": ControlGene.ABL1, "copies": 40_000}


def results_of(timeline: Timeline, since: date | None = None) -> tuple[ResultsPage, list[str]]:
    """Return the results page, and the markup of each row of its table."""
    page = results_page(timeline, ResultFilter(since=since), COLUMNS)
    return page, re.findall(r"<tr>.*?</tr>", page.rows, re.DOTALL)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    results=st.lists(
        st.tuples(
            st.sampled_from(TEXTS), st.integers(0, 3_000), st.sampled_from(list(Scale)), st.sampled_from([NORTH, SOUTH])
        ),
        max_size=8,
    )
)
def test_timeline_is_what_was_recorded(alices_record: Patient, results: list[tuple[str, int, Scale, str]]) -> None:
    """Every result once, in order of collection, as it was read."""
    for row in get_timeline(alices_record, today=TODAY).rows:
        withdraw_result(patient=alices_record, result_id=row.id, version=row.version, by=owner(alices_record))
    recorded = []
    for text, days, scale, laboratory in results:
        day = date.fromordinal(TODAY.toordinal() - days)
        record(alices_record, text, day, scale=scale, laboratory=laboratory)
        recorded.append(observe(text, day, scale=scale, laboratory=laboratory))
    timeline = get_timeline(alices_record, today=TODAY)
    assert [row.observation for row in timeline.rows] == sorted(recorded, key=lambda found: found.collected_on)
    assert [entry.observation for entry in timeline.course.entries] == [row.observation for row in timeline.rows]


def test_timeline_costs_four_queries(alices_record: Patient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    record_many(alices_record, 20)
    treat(alices_record, months_ago(12))
    set_up(alices_record, baseline_text="62 %")
    with django_assert_num_queries(ways_of(4)):
        get_timeline(alices_record)


def test_history_of_a_result_costs_two(
    alices_record: Patient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = record(alices_record)
    with django_assert_num_queries(2):
        get_stored_result(alices_record, row.pk)


def test_only_ones_own_record_is_read(alices_record: Patient, charlie: User) -> None:
    """S17: nothing of another record, not even how much there is."""
    record(charlie.patient, "0.0317731 %")
    treat(charlie.patient, months_ago(12))
    set_up(charlie.patient, baseline_text="62 %")
    timeline = get_timeline(alices_record)
    assert (timeline.rows, timeline.treatments, timeline.profile.baseline_text) == ((), (), "")
    assert get_stored_result(alices_record, get_timeline(charlie.patient).rows[0].id) is None
    assert get_stored_result(alices_record, uuid4()) is None


def test_entered_in_error_never_counts(alices_record: Patient) -> None:
    """Not for a level, a change, a goal, a chart, a trigger or the next test."""
    treat(alices_record, months_ago(72), months_ago(6))
    record_all(alices_record, "12 nd, 5 0.004 %", **COPIES)
    wrong = record(alices_record, "25 %", months_ago(1), laboratory="Wrong", **COPIES)
    withdraw_result(patient=alices_record, result_id=wrong.pk, version=1, by=owner(alices_record))
    wrong_line = treat(alices_record, months_ago(1), medicine="dasatinib")
    withdraw_treatment(patient=alices_record, treatment_id=wrong_line.pk, version=1, by=owner(alices_record))

    timeline = get_timeline(alices_record, today=TODAY)
    assert len(timeline.rows) == len(timeline.course.entries) == 2
    assert timeline.course.remission is not None
    assert timeline.course.remission.triggered_by is None
    assert timeline.course.next_test.due_on == date(2026, 4, 23)
    assert timeline.entry_of(wrong.pk) is None
    chart = chart_of(timeline)
    assert len(chart.points) + len(chart.ticks) == 2
    assert [bar.label for bar in treatment_bars(timeline)] == ["imatinib"]
    page, table = results_of(timeline)
    assert (page.count, len(table), len(page.withdrawn)) == (2, 2, 1)
    assert "Wrong" not in page.laboratories
    assert home_page(timeline).contact_now is None


def test_same_words_for_a_change_everywhere(alices_record: Patient) -> None:
    """One function says "blip or trend?": on home, list, page, chart and in its story."""
    treat(alices_record, months_ago(40))
    courses = "30 5 %, 27 0.5 %, 24 0.05 %, 21 0.06 %, 18 0.11 %, 15 0.03 %, 12 0.07 %, 9 0.12 %, 6 1.3 %, 3 nd"
    record_all(alices_record, courses, **COPIES)
    record(alices_record, "0.02 %", months_ago(1), laboratory=SOUTH, **COPIES)
    timeline = get_timeline(alices_record, today=TODAY)
    rows = list(reversed(results_of(timeline)[1]))
    chart = chart_of(timeline)
    said = {chart.href_of(point): point.words for point in chart.points}
    under_the_axis = [tick.words for tick in chart.ticks]
    kinds = set()
    for index, entry in enumerate(timeline.course.entries):
        words = describe_change(timeline, index)
        kinds.add(entry.change.kind)
        assert result_page(timeline, index).change == words
        assert f"{words.title}." in rows[index]
        assert words.title in point_words(timeline.rows[index], said_of_result(timeline.course.entries[index]))
        [href] = re.findall(r'href="([^"]*)"', rows[index])
        in_table = point_words(timeline.rows[index], said_of_result(timeline.course.entries[index]))
        assert said[href] == in_table if href in said else in_table in under_the_axis
    last = describe_change(timeline, len(rows) - 1)
    latest = home_page(timeline).latest
    assert latest is not None
    assert latest.change == last
    assert story(timeline).startswith(last.title)
    assert len(kinds) >= 6


def test_words_for_a_change_do_not_depend_on_what_is_shown(alices_record: Patient) -> None:
    """A filter hides rows; what is said of the others stays."""
    record_all(alices_record, "30 5 %, 3 0.5 %, 0 0.05 %")
    timeline = get_timeline(alices_record, today=TODAY)
    every = results_of(timeline)[1]
    recent = results_of(timeline, months_ago(12))[1]
    assert recent == every[:2]
    assert chart_of(timeline, [1, 2]).points == chart_of(timeline).points[1:]


# --- Points -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "around", "kind", "y"),
    [
        ("0.05 %", {}, PointKind.MEASURED, "0.05"),
        ("<0.0032 %", COPIES, PointKind.BELOW_BOUND, "0.0032"),
        (">55 %", {}, PointKind.ABOVE_BOUND, "55"),
        ("not detected", {"limit": "0.002", **COPIES}, PointKind.NOT_DETECTED, "0.002"),
        ("0.05 %", {"scale": Scale.NOT_IS}, PointKind.NOT_COMPARABLE, "0.05"),
        ("0.05 %", {"scale": Scale.UNKNOWN}, PointKind.NOT_COMPARABLE, "0.05"),
        ("0.05 %", {"scale": Scale.NOT_IS, "factor": "2"}, PointKind.MEASURED, "0.10"),
        ("not detected", {}, None, ""),
        ("not detected", {"gene": ControlGene.ABL1, "copies": 900}, None, ""),
        ("0 %", {}, None, ""),
        ("invalid", {}, None, ""),
        ("detected", {}, None, ""),
    ],
    ids=str,
)
def test_mark_of_a_result(
    alices_record: Patient, text: str, around: dict[str, Any], kind: PointKind | None, y: str
) -> None:
    """ux: each kind has its own shape, what was not detected stands at its limit and never at 0."""
    record(alices_record, text, **around)
    chart = chart_of(get_timeline(alices_record, today=TODAY))
    if kind is None:
        assert not chart.points
        assert len(chart.ticks) == 1
    else:
        [point] = chart.points
        assert (point.kind, str(point.y)) == (kind, y)
        assert not chart.ticks


def test_other_laboratory_is_a_hollow_square_and_breaks_the_line(alices_record: Patient) -> None:
    record_all(alices_record, "9 0.46 %, 3 0.3 %, 0 0.2 %", laboratory=NORTH)
    record(alices_record, "0.9 %", months_ago(6), laboratory=SOUTH)
    chart = chart_of(get_timeline(alices_record, today=TODAY))
    kinds = [point.kind for point in chart.points]
    assert kinds == [PointKind.MEASURED, PointKind.NOT_COMPARABLE, PointKind.MEASURED, PointKind.MEASURED]


def test_goal_is_named_for_the_time_in_treatment(alices_record: Patient) -> None:
    treat(alices_record, months_ago(7))
    record(alices_record, "0.9 %")
    goal = chart_of(get_timeline(alices_record, today=TODAY)).goal
    assert goal is not None
    assert (str(goal.percent), goal.goal_label) == ("0.1", "MMR, your goal by month 12")


def test_steps_show_where_somebody_is(alices_record: Patient) -> None:
    record_all(alices_record, "9 9.1 %, 6 0.46 %, 3 0.2 %, 1 0.05 %")
    steps = ladder_of(get_timeline(alices_record, today=TODAY)).steps
    labels = [step.label for step in steps]
    here = next(step for step in steps if step.state == "here")
    assert here.label == "0.05%"
    assert labels.index("0.1%") < labels.index("0.05%") < labels.index("0.01%")
    assert [step.side for step in steps if step.state == "was"] == ["Nov 2025", "Feb 2026", "May 2026"]


def test_bars_of_treatment_follow_each_other(alices_record: Patient) -> None:
    """A medicine that another one replaced ends where that begins; the last runs on."""
    treat(alices_record, months_ago(12), dose="400 mg a day")
    treat(alices_record, months_ago(5), medicine="nilotinib")
    bars = treatment_bars(get_timeline(alices_record, today=TODAY))
    assert [(bar.label, bar.started_on, bar.stopped_on) for bar in bars] == [
        ("imatinib 400 mg a day", months_ago(12), months_ago(5)),
        ("nilotinib", months_ago(5), None),
    ]


# --- Verdicts ---------------------------------------------------------------------------------------------------------


def test_no_verdict_anywhere_where_the_site_shows_none(alices_record: Patient, settings: Settings) -> None:
    """PATIENT_VERDICTS=off: value, level and published goal, and no word of where a result stands to it."""
    treat(alices_record, months_ago(24))
    record_all(alices_record, "18 12 %, 12 0.5 %, 6 0.05 %, 3 2 %")
    timeline = get_timeline(alices_record, today=TODAY)

    def everything_said() -> str:
        pages = [result_page(timeline, index) for index in range(len(timeline.rows))]
        return str((home_page(timeline), results_of(timeline)[1], pages, goals_page(timeline)))

    verdicts = ("Not yet at the goal", "Above the goal")
    assert all(verdict in everything_said() for verdict in verdicts)
    settings.PATIENT_VERDICTS = False
    said = everything_said()
    assert not [verdict for verdict in verdicts if verdict in said]
    assert "0.1% or lower" in said


def test_what_the_guideline_says_to_do_is_no_verdict_either(alices_record: Patient, settings: Settings) -> None:
    settings.PATIENT_VERDICTS = False
    treat(alices_record, months_ago(24))
    record_all(alices_record, "18 12 %, 3 12 %")
    timeline = get_timeline(alices_record, today=TODAY)
    for index in range(len(timeline.rows)):
        page = result_page(timeline, index)
        assert page.badge is None
        assert not [ask for ask in page.asks if "goal" in ask]


# --- Days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", 23), ("Pacific/Kiritimati", 24), ("Pacific/Pago_Pago", 23), ("America/New_York", 23), ("Asia/Tokyo", 24)],
)
def test_today_is_where_the_person_lives(alices_record: Patient, zone: str, day: int) -> None:
    """H18."""
    update_patient(patient=alices_record, by=owner(alices_record), display_name="A", time_zone=zone)
    with time_machine.travel(datetime(2026, 8, 23, 18, tzinfo=UTC)):
        assert today_of(alices_record) == date(2026, 8, day)


def test_a_date_is_the_same_in_every_time_zone(alices_record: Patient) -> None:
    """H18: a day of blood is a date, and no clock moves it."""
    record(alices_record, "0.05 %", date(2026, 3, 29))
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        update_patient(patient=alices_record, by=owner(alices_record), display_name="A", time_zone=zone)
        assert get_timeline(alices_record).rows[0].observation.collected_on == date(2026, 3, 29)


def test_two_results_of_one_day_stand_in_the_order_of_entry(alices_record: Patient) -> None:
    for text in ("0.3 %", "0.1 %", "0.2 %"):
        record(alices_record, text)
    found = [row.observation.reading.text for row in get_timeline(alices_record).rows]
    assert found == ["0.3 %", "0.1 %", "0.2 %"]


def test_first_result_of_all_is_the_first(alices_record: Patient) -> None:
    record(alices_record)
    assert get_timeline(alices_record).course.entries[0].change.kind is ChangeKind.FIRST
