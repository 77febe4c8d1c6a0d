"""What the patient reads of their latest result: the very sentences of home and of the result's page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.selectors.home import HomePage, home_page
from milestones.selectors.planned_tests import PlannedTestRow
from milestones.selectors.result import ResultPage, result_page
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The patient's own two pages, from the functions that make them; ``result`` None before the first result."""

    home: HomePage
    result: ResultPage | None


def own_words(timeline: Timeline, planned: PlannedTestRow | None) -> OwnWords:
    """Return what the patient reads; visits and questions are left out, as they may not be shared."""
    own = as_the_patient_reads(timeline)
    return OwnWords(home_page(own, planned), result_page(own, len(own.rows) - 1) if own.rows else None)


def as_the_patient_reads(timeline: Timeline) -> Timeline:
    """Return the record with the person's own rule set alone, and no flag that rests on another's verdict."""
    entries = tuple(_own(entry) for entry in timeline.course.entries)
    return replace(timeline, course=replace(timeline.course, entries=entries))


def _own(entry: CourseEntry) -> CourseEntry:
    verdicts, flags = entry.verdicts[:1], entry.flags
    if flags and not any(verdict.confirmed for verdict in verdicts):
        flags = tuple(flag for flag in flags if flag is not CourseFlag.CONFIRMED_BY_SECOND)
    return replace(entry, verdicts=verdicts, flags=flags)
