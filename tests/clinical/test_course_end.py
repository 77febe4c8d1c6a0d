"""One more result, read from the end of a course: where the course then stands is what the whole says, or nothing."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.clinical.attention import is_rising
from milestones.clinical.course import Course, CourseEntry, read_course, values_before_treatment
from milestones.clinical.course_end import AddedResult, CourseEnd, add_result, end_of_course
from milestones.clinical.guidelines.loader import Standing, load_rule_sets
from milestones.clinical.milestones import MmrEvent
from milestones.clinical.observation import ControlGene, Observation, Scale, Specimen, Transcript
from milestones.clinical.quality import OnTime
from milestones.clinical.treatment import Medicine, TreatmentLine
from milestones.clinical.trends import ChangeKind
from tests.cast import NORTH, SOUTH, observe

START = date(2020, 1, 1)
TODAY = START + timedelta(days=2_000)
RULES = tuple(load_rule_sets().values())
AGAINST = observe("80 %", START - timedelta(days=20))
AGAINST_OFF_SCALE = observe("80 %", START - timedelta(days=20), scale=Scale.NOT_IS)

_values = [
    "60 %",
    "12 %",
    "9 %",
    "1.5 %",
    "0.9 %",
    "0.3 %",
    "0.11 %",
    "0.1 %",
    "0.07 %",
    "0.02 %",
    "0.009 %",
    "0.002 %",
]
_texts = st.sampled_from([*_values, "not detected", "<0.01 %", ">10 %", "<1 %", ">1 %", "invalid", "MR4.5"])
_gaps = st.sampled_from([0, 1, 7, 27, 28, 31, 45, 62, 91, 92, 93, 125, 184, 400])


@st.composite
def _results(draw: st.DrawFn) -> list[Observation]:
    day, found = START - timedelta(days=draw(st.sampled_from([0, 1, 30, 700]))), []
    for _number in range(draw(st.integers(2, 14))):
        day += timedelta(days=draw(_gaps))
        usual = draw(st.integers(0, 3))
        found.append(
            observe(
                draw(_texts),
                day,
                laboratory=NORTH if usual else draw(st.sampled_from([NORTH, SOUTH])),
                scale=Scale.IS if usual else draw(st.sampled_from(list(Scale))),
                specimen=Specimen.BLOOD if usual else draw(st.sampled_from(list(Specimen))),
                transcript=Transcript.P210 if usual else draw(st.sampled_from(list(Transcript))),
                gene=draw(st.sampled_from([ControlGene.ABL1, ControlGene.UNKNOWN])),
                copies=draw(st.sampled_from([None, 5_000, 40_000])),
                limit=draw(st.sampled_from([None, "0.0032"])),
            )
        )
    return found


@st.composite
def _lines(draw: st.DrawFn) -> list[TreatmentLine]:
    day, found = START, []
    for number in range(draw(st.integers(0, 3))):
        medicine = (Medicine.IMATINIB, Medicine.DASATINIB, Medicine.ASCIMINIB)[number]
        stopped = day + timedelta(days=draw(st.sampled_from([-1, 0, 60, 300, 900]))) if draw(st.booleans()) else None
        found.append(TreatmentLine(day, stopped, medicine))
        day += timedelta(days=draw(st.sampled_from([0, 40, 100, 365, 430, 900])))
    return found


def whole(
    observations: list[Observation],
    lines: list[TreatmentLine],
    today: date,
    baseline: Observation | None = None,
    interval: int | None = None,
) -> Course:
    """Return a course as the site reads it: held against the level at diagnosis, or the values before treatment."""
    own = values_before_treatment(observations, lines[0].started_on if lines else None)
    baselines = [baseline] * len(observations) if baseline else own
    return read_course(observations, lines, RULES, today, baselines=baselines, chosen_interval_months=interval)


def said(entry: CourseEntry) -> tuple[object, ...]:
    """Return what is said of a result, but for its place among the others and the flags."""
    change = entry.change
    compared = (change.kind, change.then, change.now, change.at_least)
    return entry.observation, entry.finding, entry.place, compared, entry.verdicts, entry.mmr_event


@st.composite
def _as_they_come(draw: st.DrawFn) -> list[Observation]:
    """Return results in the order in which they are written down: as they were taken, or some or all of them later."""
    found = draw(_results())
    late = draw(st.sampled_from([0, 1, 3, len(found)]))
    for _number in range(late):
        found.insert(draw(st.integers(0, len(found) - 1)), found.pop(draw(st.integers(0, len(found) - 1))))
    return found


@settings(max_examples=600)
@given(
    _as_they_come(),
    _lines(),
    st.sampled_from([None, AGAINST, AGAINST_OFF_SCALE]),
    st.sampled_from([None, 6]),
    st.sampled_from([0, 500]),
)
def test_after_one_more_result_a_course_is_what_the_whole_says(
    results: list[Observation],
    lines: list[TreatmentLine],
    baseline: Observation | None,
    interval: int | None,
    later: int,
) -> None:
    end: CourseEnd | None = None
    taken: list[Observation] = []
    for one in results:
        taken.insert(bisect_right(taken, one.collected_on, key=lambda other: other.collected_on), one)
        today = taken[-1].collected_on + timedelta(days=later)
        course = whole(taken, lines, today, baseline, interval)
        computed = end_of_course(course, lines, baseline=baseline, chosen_interval_months=interval)
        added = add_result(end, one, RULES, today) if end else None
        if added is not None:
            latest = course.latest
            assert latest is not None
            assert said(added.latest) == said(latest)
            assert added.before == course.before_latest
            assert is_rising(added.latest, added.before) == is_rising(latest, course.before_latest)
            assert added.end == computed
            assert added.next_test.due_on == course.next_test.due_on
        end = added.end if added else computed


def end_of(results: str, lines: list[TreatmentLine], *, interval: int | None = None, **around: Any) -> CourseEnd:
    """Return the end of a course written as "91 2 %, 182 0.05 %": days since START, and what the report says."""
    observations = [observe(text, START + timedelta(days=int(day)), **around) for day, text in _parts(results)]
    return end_of_course(whole(observations, lines, TODAY), lines, chosen_interval_months=interval)


def added(
    results: str, one: str, lines: list[TreatmentLine], *, interval: int | None = None, **around: Any
) -> AddedResult | None:
    [(day, text)] = _parts(one)
    end = end_of(results, lines, interval=interval)
    return add_result(end, observe(text, START + timedelta(days=int(day)), **around), RULES, TODAY)


def _parts(results: str) -> list[list[str]]:
    return [result.split(" ", 1) for result in results.split(", ")]


LINE = TreatmentLine(START)
NEXT = TreatmentLine(START + timedelta(days=500))
STOPPED = TreatmentLine(START, START + timedelta(days=1_500))


@pytest.mark.parametrize(
    ("results", "one", "lines", "is_read"),
    [
        ("500 0.05 %", "501 0.05 %", [LINE], True),
        # Before others, wherever that is; of two of one day, which came first is not the end's to tell.
        ("500 0.05 %", "499 0.05 %", [LINE], True),
        ("500 0.05 %", "500 0.05 %", [LINE], False),
        ("500 0.05 %, 600 0.05 %, 700 0.05 %, 800 0.05 %", "550 0.05 %", [LINE], True),
        ("500 0.05 %, 600 0.05 %, 700 0.05 %, 800 0.05 %", "500 0.05 %", [LINE], False),
        # The day of the first dose belongs to the line before.
        ("-90 60 %", "0 60 %", [LINE], False),
        ("-90 60 %, 91 2 %", "0 60 %", [LINE], False),
        ("-90 60 %, 91 2 %", "1 60 %", [LINE], True),
        # A new line: the result has to come after its first dose.
        ("450 0.05 %", "500 0.05 %", [LINE, NEXT], False),
        ("450 0.05 %", "508 0.05 %", [LINE, NEXT], True),
        ("450 0.05 %, 600 0.05 %", "500 0.05 %", [LINE, NEXT], False),
        ("450 0.05 %, 600 0.05 %", "501 0.05 %", [LINE, NEXT], True),
        # No rule set has a word: between time points, and of what is not evaluable.
        ("91 2 %", "127 2 %", [LINE], False),
        ("91 2 %", "152 2 %", [LINE], True),
        ("500 0.05 %", "590 invalid", [LINE], False),
        # It is the word on the latest that counts, be it another.
        ("500 0.05 %, 590 invalid", "550 0.05 %", [LINE], False),
        ("500 0.05 %, 590 0.05 %", "550 invalid", [LINE], True),
        # Day 125 does not answer month 3, as day 70 lies nearer: nothing that day 213 could confirm.
        ("70 0.9 %, 125 12 %, 182 0.9 %, 190 0.9 %", "213 12 %", [LINE], False),
        # Off treatment there is no verdict to wait for, but it has to be after the last dose.
        ("1400 0.05 %", "1501 invalid", [STOPPED], True),
        ("1400 0.05 %", "1500 0.05 %", [STOPPED], False),
        ("1400 0.05 %, 1600 0.05 %", "1500 0.05 %", [STOPPED], False),
        ("1400 0.05 %, 1600 invalid", "1501 0.05 %", [STOPPED], True),
    ],
)
def test_what_needs_the_whole_course(results: str, one: str, lines: list[TreatmentLine], is_read: bool) -> None:
    assert (added(results, one, lines) is not None) is is_read


@pytest.mark.parametrize(("stopped", "is_read"), [(2_000, True), (2_001, False)])
def test_a_last_dose_that_lies_ahead_needs_the_whole_course(stopped: int, is_read: bool) -> None:
    line = TreatmentLine(START, START + timedelta(days=stopped))
    end = end_of("500 0.05 %", [line])
    result = observe("0.05 %", START + timedelta(days=2_005))
    assert (add_result(end, result, RULES, TODAY) is not None) is is_read


def test_the_first_result_and_one_without_treatment() -> None:
    empty = end_of_course(whole([], [LINE], TODAY), [LINE])
    assert empty.observations == ()
    result = observe("0.05 %", START + timedelta(days=500))
    first = add_result(empty, result, RULES, TODAY)
    assert first is not None
    assert first.latest.change.kind is ChangeKind.FIRST
    assert add_result(end_of_course(whole([result], [], TODAY), []), result, RULES, TODAY) is None


def test_the_end_of_a_long_course_is_short() -> None:
    results = ", ".join(f"{91 * number} 0.0{number % 7 + 2} %" for number in range(1, 61))
    assert len(end_of(results, [LINE]).observations) == 3
    one = added(results, "5551 0.05 %", [LINE])
    assert one is not None
    assert any(verdict.standing is Standing.AT_GOAL for verdict in one.latest.verdicts)


def test_the_last_two_levels_are_there_though_others_came_after_them() -> None:
    """MMR holds, so that day 580 is in time after six months; two results that show no level lie between."""
    one = added("100 0.05 %, 200 0.05 %, 300 >1 %, 400 >1 %", "580 0.05 %", [LINE], interval=6)
    assert one is not None
    assert one.end.tests == OnTime(5, 5)


def test_an_older_level_changes_what_was_planned_past_results_that_show_none() -> None:
    """With it MMR holds, so that day 470 is in time after six months, whatever has shown no level since."""
    results = "100 0.05 %, 110 >1 %, 290 >1 %, 470 0.05 %, 560 0.05 %"
    assert end_of(results, [LINE], interval=6).tests == OnTime(3, 5)
    one = added(results, "105 0.05 %", [LINE], interval=6)
    assert one is not None
    assert one.end.tests == OnTime(6, 6)


def test_an_older_level_changes_what_was_planned_up_to_the_second_level_after_it() -> None:
    """Days 300 and 490 are in time after six months only while the last two levels are MMR; 0.3 % on day 200 is not."""
    results = "100 0.05 %, 300 0.05 %, 490 0.05 %, 680 0.05 %"
    one = added(results, "200 0.3 %", [LINE], interval=6)
    assert one is not None
    assert one.end.tests == OnTime(4, 5)


def test_a_result_of_the_day_of_the_switch_is_one_that_mmr_is_kept_by() -> None:
    one = added("400 0.5 %, 500 0.05 %, 600 0.05 %, 610 0.05 %, 690 0.05 %", "800 0.05 %", [LINE, NEXT])
    assert one is not None
    assert one.latest.place.response_kept
    assert one.end.followed[-1] is None


def test_an_older_result_says_what_the_latest_does_to_mmr_if_it_is_of_blood() -> None:
    for specimen, event in ((Specimen.BLOOD, MmrEvent.CONFIRMED_LOSS), (Specimen.BONE_MARROW, MmrEvent.POSSIBLE_LOSS)):
        one = added("500 0.05 %, 600 0.3 %", "550 0.3 %", [LINE], specimen=specimen)
        assert one is not None
        assert one.latest.mmr_event is event


def test_mmr_that_was_seen_only_off_treatment_is_reached_by_the_next_line() -> None:
    lines = [TreatmentLine(START, START + timedelta(days=600)), TreatmentLine(START + timedelta(days=800))]
    one = added("500 0.5 %, 700 0.05 %, 1165 0.05 %", "900 0.5 %", lines)
    assert one is not None
    assert one.latest.mmr_event is MmrEvent.REACHED


def test_what_says_nothing_is_not_compared_with() -> None:
    """Two samples that were not deep enough, and two of another place, lie after those that a rise is held against."""
    before = [observe(text, START + timedelta(days=day)) for day, text in ((500, "0.02 %"), (600, "0.03 %"))]
    before += [observe("0.03 %", START + timedelta(days=day), laboratory=SOUTH) for day in (610, 620)]
    shallow: Any = {"limit": "0.0032", "copies": 5_000, "gene": ControlGene.ABL1}
    before += [observe("not detected", START + timedelta(days=day), **shallow) for day in (700, 800)]
    end = end_of_course(whole(before, [LINE], TODAY), [LINE])
    one = add_result(end, observe("0.07 %", START + timedelta(days=900)), RULES, TODAY)
    assert one is not None
    assert one.latest.change.kind is ChangeKind.TWO_IN_A_ROW


def test_what_has_no_scale_is_no_level_that_mmr_is_held_by() -> None:
    before = [observe("80 %", START - timedelta(days=1), scale=Scale.NOT_IS)]
    before += [observe("0.05 %", START + timedelta(days=day)) for day in (100, 200)]
    before += [observe(">1 %", START + timedelta(days=day)) for day in (300, 400)]
    before += [observe("0.05 %", START + timedelta(days=day), scale=Scale.NOT_IS) for day in (480, 490)]
    end = end_of_course(whole(before, [LINE], TODAY, None, 6), [LINE], chosen_interval_months=6)
    one = add_result(end, observe("0.05 %", START + timedelta(days=660)), RULES, TODAY)
    assert one is not None
    assert one.end.tests == OnTime(7, 7)
