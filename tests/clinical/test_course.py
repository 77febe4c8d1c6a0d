"""One person's whole course: flags, own values before treatment, next test, and the published stop series."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.course import (
    CourseFlag,
    classify_entries,
    read_course,
    values_before_treatment,
)
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.levels import ResponseLevel
from milestones.clinical.milestones import MmrEvent, YearOneStatus
from milestones.clinical.observation import Observation, Scale
from milestones.clinical.schedule import DueReason
from milestones.clinical.treatment import TreatmentBreak, TreatmentLine
from tests.clinical.samples import ON_TREATMENT, START, deep, eln, entries, seen, series

F = CourseFlag
STOP = START + timedelta(days=1_000)
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "hahnel2020_tki_stop_21pts.csv"
MADE_UP = Path(__file__).resolve().parents[1] / "data" / "six_who_stopped.csv"


@pytest.mark.parametrize(
    ("results", "flags"),
    [
        ([(182, "0.1 %")], [(F.MMR_REACHED,)]),
        ([(500, "0.05 %"), (600, "0.2 %"), (700, "0.2 %")],
         [(F.MMR_REACHED,), (F.POSSIBLE_LOSS_OF_MMR,), (F.CONFIRMED_LOSS_OF_MMR,)]),
        ([(85, "12 %"), (91, "5 %")], [(F.OTHER_RESULT_ANSWERS,), ()]),
        ([(91, "12 %"), (136, "12 %")], [(F.CONFIRMED_BY_SECOND,), (F.CONFIRMED_BY_SECOND,)]),
        ([(91, "12 %"), (136, "9 %")], [(), ()]),
        ([(91, "invalid")], [()]),
    ],
)  # fmt: skip
def test_flags(results: list[tuple[int, str]], flags: list[tuple[CourseFlag, ...]]) -> None:
    assert [entry.flags for entry in entries(series(*results))] == flags


def test_flags_of_a_stop_a_switch_and_a_break() -> None:
    stopped = [TreatmentLine(START, STOP)]
    assert [entry.flags for entry in entries(series((900, "0.05 %"), (1_030, "0.2 %")), stopped)] == [
        (F.MMR_REACHED,),
        (F.RESTART_TRIGGER,),
    ]
    switched = [TreatmentLine(START), TreatmentLine(STOP)]
    assert [entry.flags for entry in entries(series((900, "0.05 %"), (1_091, "0.05 %")), switched)] == [
        (F.MMR_REACHED,),
        (F.RESPONSE_KEPT,),
    ]
    ended = [TreatmentLine(START), TreatmentLine(STOP, STOP + timedelta(days=50))]
    assert [entry.flags for entry in entries(series((900, "0.05 %"), (1_091, "0.05 %")), ended)][1] == ()
    pause = [TreatmentBreak(START + timedelta(days=400), START + timedelta(days=420))]
    flagged = classify_entries(series((300, "0.5 %"), (450, "0.5 %")), ON_TREATMENT, [], breaks=pause)
    assert [entry.flags for entry in flagged] == [(), (F.NEAR_A_BREAK,)]
    assert [entry.verdicts for entry in flagged] == [(), ()]


def test_verdicts_stand_in_the_order_that_was_asked() -> None:
    rule_sets = [load_rule_sets()[name] for name in ("nccn_2024", "eln_2020")]
    entry = classify_entries([seen("0.5 %", 365)], ON_TREATMENT, rule_sets)[0]
    assert [verdict.words for verdict in entry.verdicts] == ["sensitive; for a treatment-free goal not yet", "warning"]


def test_a_resistance_that_a_team_enters_reaches_the_verdict() -> None:
    entry = classify_entries([seen("0.05 %", 365)], ON_TREATMENT, [eln()], resistance_found_on=START)[0]
    assert entry.verdicts[0].words == "failure"


def test_baselines_are_held_against_their_own_result() -> None:
    raw = [seen(text, day, scale=Scale.NOT_IS) for day, text in ((91, "0.08 %"), (182, "0.08 %"))]
    held = classify_entries(raw, (), [], baselines=[seen("80 %", 0, scale=Scale.NOT_IS), None])
    assert [entry.finding.level for entry in held] == [ResponseLevel.OWN_3_LOG, ResponseLevel.NOT_EVALUABLE]


def test_the_own_value_before_treatment() -> None:
    observations = [
        seen("90 %", -60),
        seen("80 %", 0),
        seen("70 %", 1),
        seen("60 %", 5, laboratory="South"),
        seen("50 %", 9, scale=Scale.NOT_IS),
    ]
    first = observations[1]
    assert values_before_treatment(observations, START) == [first, None, first, None, None]
    assert values_before_treatment(observations, None) == [None] * 5
    assert values_before_treatment(observations[2:], START) == [None] * 3
    words = [seen("not detected", -1), seen("5 %", 91)]
    assert values_before_treatment(words, START) == [None, None]


def test_read_course_on_treatment() -> None:
    observations = series((0, "80 %"), (91, "5 %"), (182, "0.1 %"))
    course = read_course(observations, ON_TREATMENT, [eln()], START + timedelta(days=200))
    assert course.latest is course.entries[-1]
    assert course.year_one.status is YearOneStatus.REACHED
    assert course.next_test.reason is DueReason.EVERY_3_MONTHS
    assert course.remission is None
    assert [entry.mmr_event for entry in course.entries] == [MmrEvent.NONE, MmrEvent.NONE, MmrEvent.REACHED]


def test_read_course_with_an_interval_of_its_own() -> None:
    observations = series((365, "0.05 %"), (456, "0.05 %"))
    course = read_course(observations, ON_TREATMENT, [eln()], START + timedelta(days=460), chosen_interval_months=6)
    assert (course.next_test.interval_months, course.next_test.reason) == (6, DueReason.MMR_HOLDS)


def test_read_course_after_a_stop() -> None:
    lines = [TreatmentLine(START, STOP)]
    course = read_course(series((900, "0.002 %"), (1_030, "0.2 %")), lines, [eln()], STOP + timedelta(days=40))
    assert course.remission is not None
    assert course.remission.triggered_by == 1
    assert course.next_test.reason is DueReason.AFTER_STOPPING
    still_to_come = read_course([], lines, [eln()], STOP - timedelta(days=1))
    assert still_to_come.remission is None
    assert still_to_come.next_test.reason is DueReason.FIRST_TEST


def test_read_course_of_nothing() -> None:
    course = read_course([], (), [eln()], START)
    assert (course.entries, course.latest, course.remission) == ((), None, None)
    assert course.next_test.reason is DueReason.NO_TREATMENT
    assert course.next_test.due_on is None
    assert course.year_one.status is YearOneStatus.NO_TREATMENT


# --- People who stopped: published, and made up -----------------------------------------------------------------------

Course = tuple[list[Observation], TreatmentLine]


def people_who_stopped(path: Path) -> dict[str, Course]:
    """Return each person's results and line of treatment; months are counted from the diagnosis.

    A value that is only an upper limit is "not detected" with that limit of detection.
    """
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            rows[row["patient"]].append(row)
    people = {}
    for patient, own in rows.items():
        results: list[Observation] = []
        last_on_treatment = 0
        for row in sorted(own, key=lambda row: float(row["months"])):
            day = round(float(row["months"]) * 30.4375)
            value = f"{float(row['bcr_abl1_percent']):.7f}"
            text = f"not detected, limit of detection {value} %" if row["upper_limit_only"] == "1" else f"{value} %"
            results.append(seen(text, day))
            if row["phase"] == "on_TKI":
                last_on_treatment = max(last_on_treatment, day)
        line = TreatmentLine(START, START + timedelta(days=last_on_treatment))
        people[patient] = (sorted(results, key=lambda one: one.collected_on), line)
    return people


def triggered(people: dict[str, Course]) -> set[str]:
    """Return who reaches the restart trigger; the course and the flag of each result have to agree."""
    found = set()
    for patient, (observations, line) in people.items():
        course = read_course(observations, [line], [eln()], date(2100, 1, 1))
        assert course.remission is not None
        flagged = any(F.RESTART_TRIGGER in entry.flags for entry in course.entries)
        assert flagged is (course.remission.triggered_by is not None)
        if flagged:
            found.add(patient)
    return found


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published series is not beside this project")
def test_the_published_patients_who_reach_the_restart_trigger() -> None:
    """21 people, Haehnel 2020, doi:10.1158/0008-5472.CAN-19-2175: nine have a detected value above 0.1 after a stop."""
    people = people_who_stopped(PUBLISHED)
    assert len(people) == 21
    assert triggered(people) == {"1", "2", "3", "4", "7", "9", "10", "18", "19"}


def test_the_made_up_people_who_reach_the_restart_trigger() -> None:
    """Of six, one rises over the line, one comes to rest on it, one only in a sample that could not see below it."""
    people = people_who_stopped(MADE_UP)
    assert len(people) == 6
    assert triggered(people) == {"rises", "rises late"}


# --- Properties -------------------------------------------------------------------------------------------------------

COURSES = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(["50 %", "5 %", "0.5 %", "0.1 %", "0.004 %", "invalid", "<0.01 %"])),
    min_size=1,
    max_size=8,
    unique_by=lambda pair: pair[0],
).map(sorted)


def levels(observations: Sequence[Observation]) -> list[ResponseLevel]:
    return [entry.finding.level for entry in entries(observations)]


@given(COURSES, st.integers(1, 600))
def test_a_later_result_never_changes_the_level_of_another(results: list[tuple[int, str]], later: int) -> None:
    observations = series(*results)
    assert levels([*observations, deep(results[-1][0] + later)])[:-1] == levels(observations)


@given(COURSES)
def test_another_laboratory_name_changes_no_level_and_no_verdict(results: list[tuple[int, str]]) -> None:
    here = entries(series(*results))
    there = entries([replace(one, laboratory="South") for one in series(*results)])
    assert [(one.finding, one.verdicts) for one in here] == [(one.finding, one.verdicts) for one in there]


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        # A rise, a loss, and a value just above the line call for a repeat.
        (("0.05 %", "0.05 %", "0.3 %"), DueReason.REPEAT),
        (("0.05 %", "0.09 %", "0.11 %"), DueReason.REPEAT),
        # Above the line for the second time, without a further rise.
        (("0.05 %", "0.2 %", "0.2 %"), DueReason.REPEAT),
        # Falling, or about the same.
        (("0.5 %", "0.3 %", "0.05 %"), DueReason.EVERY_3_MONTHS),
        (("0.05 %", "0.05 %", "0.06 %"), DueReason.MMR_HOLDS),
    ],
)
def test_a_rise_calls_for_a_repeat(texts: tuple[str, ...], reason: DueReason) -> None:
    observations = series(*((90 * (index + 5), text) for index, text in enumerate(texts)))

    course = read_course(observations, ON_TREATMENT, list(load_rule_sets().values()), date(2026, 1, 1))

    assert course.next_test.reason is reason
