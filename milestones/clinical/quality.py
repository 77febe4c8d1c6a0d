"""How a care team's tests and goals go, from the courses of its patients: for its lead, and of nobody by name.

Source: clinical rules, sections 4 and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from milestones.clinical.course import CourseEntry
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.schedule import GRACE_DAYS, next_test_on_treatment
from milestones.clinical.treatment import TreatmentLine


@dataclass(frozen=True, slots=True)
class OnTime:
    """Tests that were due on treatment: how many came by their day and its grace, and how many there were."""

    on_time: int
    due: int


def follow_to_mmr(entries: Sequence[CourseEntry], lines: Sequence[TreatmentLine], line: int) -> Followed | None:
    """Return how long a line was seen on its way to MMR, and how that ended; None where there was no way to go.

    MMR is the first judged result at or below 0.1 % IS; the end of the line before it competes. A line without
    either was seen up to its last judged result. A line that began in MMR is left out.

    Args:
        entries: a person's results in order of collection.
        lines: their lines in order of their start.
        line: index of the line.
    """
    judged = [entry for entry in entries if entry.place.line == line and entry.place.is_judged]
    if any(entry.place.response_kept for entry in judged):
        return None
    reached = next((entry.place.day for entry in judged if entry.finding.is_mmr_or_deeper), None)
    if reached is not None:
        return Followed(max(0, reached), Outcome.EVENT)
    start = lines[line].started_on
    ended = lines[line].stopped_on
    if line + 1 < len(lines):
        following = lines[line + 1].started_on
        ended = min(ended, following) if ended else following
    if ended is not None:
        return Followed(max(0, (ended - start).days), Outcome.COMPETING)
    days = [entry.place.day for entry in judged if entry.place.day is not None]
    return Followed(max(0, days[-1]), Outcome.CENSORED) if days else None


def count_tests_on_time(
    entries: Sequence[CourseEntry], started_on: date, today: date, chosen_interval_months: int | None = None
) -> OnTime:
    """Return how many tests of the line that goes on were due, and how many came in time.

    A test is in time up to 14 days after its day; one that is not in by then counts as due and not in time.

    Args:
        entries: a person's results in order of collection.
        started_on: first dose of the line.
        today: the day on which it is asked.
        chosen_interval_months: as ``next_test_on_treatment`` takes it.
    """
    findings = [entry.finding for entry in entries]
    dates = [entry.observation.collected_on for entry in entries]
    on_time = due = 0
    for number in range(len(dates) + 1):
        is_next = number == len(dates)
        if not is_next and dates[number] <= started_on:
            continue
        planned = next_test_on_treatment(started_on, dates[:number], findings[:number], chosen_interval_months)
        grace = timedelta(days=GRACE_DAYS)
        if planned.due_on is None or (is_next and today <= planned.due_on + grace):
            continue
        due += 1
        on_time += not is_next and dates[number] <= planned.due_on + grace
    return OnTime(on_time, due)
