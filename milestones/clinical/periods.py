"""What the results of one stretch of time add up to, so that two of them can be held against each other.

Nothing is interpolated, and what was not measured reaches no average. Source: clinical rules, sections 1, 5 and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal

from milestones.clinical.course import CourseEntry
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import can_be_judged
from milestones.clinical.observation import ReadingKind
from milestones.clinical.quantity import EXACT, Comparator
from milestones.clinical.remission import next_test_after_stopping
from milestones.clinical.schedule import GRACE_DAYS, NextTest, next_test_on_treatment
from milestones.clinical.treatment import TreatmentLine
from milestones.clinical.trends import series_key

_SHOWN = Context(prec=8)


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """The results of one period.

    ``first`` and ``last`` are places in the series, of any result; None where there is none. ``lowest``, ``highest``
    and ``median`` are in %IS, over the ``measured`` ones: measured on the International Scale, from blood. ``median``
    is the median of log10, as a percentage: of an even number the geometric mean of the two in the middle.
    ``log10_change`` is ``log10(last measured / first measured)``, None where the two cannot be compared. Of
    ``with_due_day`` tests that had a day to be held against, ``on_time`` came within the 14 days of grace.
    """

    count: int = 0
    measured: int = 0
    not_detected: int = 0
    first: int | None = None
    last: int | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    median: Decimal | None = None
    log10_change: Decimal | None = None
    on_time: int = 0
    with_due_day: int = 0


def summarise_period(
    entries: Sequence[CourseEntry],
    lines: Sequence[TreatmentLine],
    first_on: date,
    last_on: date,
    *,
    chosen_interval_months: int | None = None,
) -> PeriodSummary:
    """Return what the results between two days add up to.

    Args:
        entries: one person's whole course in order of collection, as what was due depends on what came before.
        lines: lines of treatment in order of their start.
        first_on: the first day of the period.
        last_on: its last day, inclusive.
        chosen_interval_months: see ``schedule.next_test_on_treatment``.
    """
    within = [place for place, entry in enumerate(entries) if first_on <= entry.observation.collected_on <= last_on]
    if not within:
        return PeriodSummary()
    measured = [place for place in within if _is_measured(entries[place])]
    values = [low for place in measured if (low := entries[place].finding.low) is not None]
    due = due_days(entries, lines, chosen_interval_months=chosen_interval_months)
    held = [(entries[place].observation.collected_on, day) for place in within if (day := due[place]) is not None]
    return PeriodSummary(
        count=len(within),
        measured=len(measured),
        not_detected=sum(entries[place].observation.reading.kind is ReadingKind.NOT_DETECTED for place in within),
        first=within[0],
        last=within[-1],
        lowest=min(values, default=None),
        highest=max(values, default=None),
        median=median_of_logs(values) if values else None,
        log10_change=_log10_change(entries[measured[0]], entries[measured[-1]]) if len(measured) > 1 else None,
        on_time=sum(taken <= day + timedelta(days=GRACE_DAYS) for taken, day in held),
        with_due_day=len(held),
    )


def median_of_logs(values: Sequence[Decimal]) -> Decimal:
    """Return the median of log10 of percentages above 0, as a percentage.

    The logarithm keeps the order, so that it is the value in the middle, digit for digit; of an even number it is
    ``sqrt(a * b)`` of the two in the middle, to 8 digits.

    Raises:
        ValueError: there is no value, or one that is not above 0 and so has no logarithm.
    """
    ordered = sorted(values)
    if not ordered or ordered[0] <= 0:
        raise ValueError("a median of logarithms takes values above 0")
    middle = len(ordered) // 2
    if len(ordered) % 2 or ordered[middle - 1] == ordered[middle]:
        return ordered[middle]
    return _SHOWN.plus(EXACT.sqrt(EXACT.multiply(ordered[middle - 1], ordered[middle])))


def due_days(
    entries: Sequence[CourseEntry], lines: Sequence[TreatmentLine], *, chosen_interval_months: int | None = None
) -> list[date | None]:
    """Return the day each test was due by what was known before it; None where nothing was planned.

    Args:
        entries: results in order of collection.
        lines: lines of treatment in order of their start.
        chosen_interval_months: see ``schedule.next_test_on_treatment``.
    """
    due: list[date | None] = []
    last_levels: list[LevelFinding] = []
    before: list[date] = []
    for entry in entries:
        planned = _planned(entry, lines, before, last_levels, chosen_interval_months)
        due.append(planned.due_on if planned is not None else None)
        before = [entry.observation.collected_on]
        if entry.finding.on_is and entry.finding.is_evaluable:
            last_levels = [*last_levels[-1:], entry.finding]
    return due


def _planned(
    entry: CourseEntry,
    lines: Sequence[TreatmentLine],
    before: list[date],
    last_levels: list[LevelFinding],
    chosen_interval_months: int | None,
) -> NextTest | None:
    """Return the test that this result came for; none before treatment began."""
    place = entry.place
    if place.line is None or entry.observation.collected_on < lines[place.line].started_on:
        return None
    line = lines[place.line]
    if place.day is None and line.stopped_on is not None:
        return next_test_after_stopping(line.stopped_on, before)
    if entry.observation.collected_on == line.started_on:  # the sample from before the first dose
        return None
    return next_test_on_treatment(line.started_on, before, last_levels, chosen_interval_months)


def _is_measured(entry: CourseEntry) -> bool:
    reading = entry.observation.reading
    is_number = reading.kind is ReadingKind.NUMBER and reading.comparator is Comparator.EQ
    return is_number and bool(entry.finding.low) and can_be_judged(entry.observation, entry.finding)


def _log10_change(first: CourseEntry, last: CourseEntry) -> Decimal | None:
    then, now = first.finding.low, last.finding.low
    keys = [series_key(entry.observation, entry.finding) for entry in (first, last)]
    if not then or not now or keys[0] is None or keys[0] != keys[1]:
        return None
    return _SHOWN.plus(EXACT.log10(EXACT.divide(now, then)))
