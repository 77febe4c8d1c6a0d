"""How a line came to MMR, and which tests came in time: two rows a limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from milestones.clinical.course import CourseEntry, classify_entries
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.quality import OnTime, count_missing_test, count_tests_on_time, follow_to_mmr
from milestones.clinical.schedule import next_test_on_treatment
from milestones.clinical.track import tracked
from milestones.clinical.treatment import TreatmentLine
from tests.cast import observe

START = date(2025, 1, 1)
RULES = tuple(load_rule_sets().values())


def entries(results: str, lines: list[TreatmentLine]) -> list[CourseEntry]:
    """Return a course written as "91 2 %, 182 0.05 %": days since START, and what the report says."""
    observations = []
    for result in results.split(", ") if results else []:
        day, text = result.split(" ", 1)
        observations.append(observe("not detected" if text == "nd" else text, START + timedelta(days=int(day))))
    return classify_entries(observations, lines, RULES)


@pytest.mark.parametrize(
    ("results", "stopped", "followed"),
    [
        # The first result at the line counts, the limit belongs to it.
        ("91 2 %, 182 0.1 %, 274 0.01 %", None, Followed(182, Outcome.EVENT)),
        ("91 2 %, 182 0.101 %, 274 0.1 %", None, Followed(274, Outcome.EVENT)),
        # What cannot be judged is no event.
        ("91 2 %, 182 invalid, 274 0.5 %", None, Followed(274, Outcome.CENSORED)),
        # The end of the line competes, and comes after an event no more.
        ("91 2 %", 200, Followed(200, Outcome.COMPETING)),
        ("91 0.05 %", 200, Followed(91, Outcome.EVENT)),
        # Seen up to the last judged result.
        ("91 2 %, 182 1 %", None, Followed(182, Outcome.CENSORED)),
        ("", None, None),
        ("", 200, Followed(200, Outcome.COMPETING)),
    ],
)
def test_follow_to_mmr(results: str, stopped: int | None, followed: Followed | None) -> None:
    lines = [TreatmentLine(START, START + timedelta(days=stopped) if stopped else None)]
    assert follow_to_mmr(entries(results, lines), lines, 0) == followed


def test_the_next_line_ends_the_one_before_it() -> None:
    lines = [TreatmentLine(START), TreatmentLine(START + timedelta(days=150))]
    course = entries("91 2 %, 240 0.05 %", lines)
    assert follow_to_mmr(course, lines, 0) == Followed(150, Outcome.COMPETING)
    assert follow_to_mmr(course, lines, 1) == Followed(90, Outcome.EVENT)


def test_a_line_that_began_in_mmr_had_no_way_to_go() -> None:
    lines = [TreatmentLine(START, START + timedelta(days=400)), TreatmentLine(START + timedelta(days=400))]
    course = entries("91 0.05 %, 182 0.03 %, 390 0.02 %, 490 0.02 %", lines)
    assert follow_to_mmr(course, lines, 1) is None


@pytest.mark.parametrize(
    ("results", "today", "counted"),
    [
        # The first test is due after three months, with 14 days of grace.
        ("", 104, OnTime(0, 0)),
        ("", 105, OnTime(0, 1)),
        ("104 2 %", 110, OnTime(1, 1)),
        ("105 2 %", 110, OnTime(0, 1)),
        # Each is counted from the one before it.
        ("90 2 %, 194 1 %", 200, OnTime(2, 2)),
        ("90 2 %, 196 1 %", 200, OnTime(1, 2)),
        # One before the first dose is no test of the line.
        ("-10 60 %, 90 2 %", 100, OnTime(1, 1)),
    ],
)
def test_count_tests_on_time(results: str, today: int, counted: OnTime) -> None:
    course = entries(results, [TreatmentLine(START)])
    days = [entry.observation.collected_on for entry in course]
    planned = next_test_on_treatment(START, days, [entry.finding for entry in course])
    track = tuple(tracked(entry.observation, entry.finding, entry.place) for entry in course)
    answered = count_tests_on_time(track, START)
    assert count_missing_test(answered, planned, START + timedelta(days=today)) == counted
