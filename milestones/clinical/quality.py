"""How a care team's tests and goals go, from the courses of its patients: for its lead, and of nobody by name.

Source: clinical rules, sections 4 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from milestones.clinical.course import CourseEntry
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.schedule import NextTest
from milestones.clinical.track import Track, day_of, planned_after
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
    track: Track, started_on: date, chosen_interval_months: int | None = None, *, places: Iterable[int] | None = None
) -> OnTime:
    """Return how many tests of a line that goes on were answered, and how many of them came in time.

    A test is in time up to 14 days after its day.

    Args:
        track: of a person's results.
        started_on: first dose of the line.
        chosen_interval_months: as ``next_test_on_treatment`` takes it.
        places: which results to count, by their places in the track; all where it is absent.
    """
    on_time = due = 0
    for place in range(len(track)) if places is None else places:
        came_on = day_of(track[place])
        if came_on > started_on:
            planned = planned_after(track[:place], started_on, chosen_interval_months)
            on_time += not planned.is_overdue(came_on)
            due += 1
    return OnTime(on_time, due)


def count_missing_test(counted: OnTime, planned: NextTest, today: date) -> OnTime:
    """Return the tests counted so far, and the next one among them where its day and its grace have passed."""
    return OnTime(counted.on_time, counted.due + planned.is_overdue(today))
