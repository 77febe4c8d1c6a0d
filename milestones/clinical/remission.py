"""Treatment-free remission: schedule, restart trigger, and the published conditions. It never says "eligible".

Source: clinical rules, section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from milestones.clinical.calendar import add_months
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import Place, is_above_mmr
from milestones.clinical.schedule import DueReason, NextTest
from milestones.clinical.treatment import SECOND_GENERATION, Medicine, TreatmentLine

_MONTHLY_UNTIL_MONTH = 6
_TWO_MONTHLY_UNTIL_MONTH = 12


def interval_after_stopping(stopped_on: date, day: date) -> int:
    """Return the months to the next test for one on ``day``: monthly for 6 months, 2-monthly to 12, then 3."""
    if day < add_months(stopped_on, _MONTHLY_UNTIL_MONTH):
        return 1
    return 2 if day < add_months(stopped_on, _TWO_MONTHLY_UNTIL_MONTH) else 3


def next_test_after_stopping(stopped_on: date, dates: Sequence[date]) -> NextTest:
    """Return the next test of a person who has stopped; ``dates`` are the days samples were taken, in order."""
    since_stop = [day for day in dates if day > stopped_on]
    last = since_stop[-1] if since_stop else stopped_on
    interval = interval_after_stopping(stopped_on, last)
    return NextTest(add_months(last, interval), interval, DueReason.AFTER_STOPPING)


@dataclass(frozen=True, slots=True)
class PlannedAfterStop:
    """One test of the schedule after a stop: its month, its day, and the index of the sample that answers it."""

    month: int
    due_on: date
    answered_by: int | None


def plan_after_stopping(stopped_on: date, dates: Sequence[date], today: date) -> tuple[PlannedAfterStop, ...]:
    """Return the schedule from the stop to the first test after ``today``: months 1 to 6, 8, 10, 12, 15 and so on.

    A sample answers the planned day that it lies nearest to, the later one where two are as near; of several the
    nearest counts, the later one again.

    Args:
        stopped_on: the day of the last dose.
        dates: the days samples were taken, in order.
        today: the day to plan on.
    """
    months = [1]
    while add_months(stopped_on, months[-1]) <= today:
        months.append(months[-1] + interval_after_stopping(stopped_on, add_months(stopped_on, months[-1])))
    days = [add_months(stopped_on, month) for month in months]
    answers: dict[int, int] = {}
    for index, day in enumerate(dates):
        if day <= stopped_on:
            continue
        nearest = min(range(len(days)), key=lambda place: (abs((days[place] - day).days), -place))
        held = answers.get(nearest)
        if held is None or abs((days[nearest] - day).days) <= abs((days[nearest] - dates[held]).days):
            answers[nearest] = index
    return tuple(
        PlannedAfterStop(month, day, answers.get(place))
        for place, (month, day) in enumerate(zip(months, days, strict=True))
    )


@dataclass(frozen=True, slots=True)
class RemissionCourse:
    """The time since the last recorded stop, while no restart is recorded.

    ``triggered_by`` is the index of the first result above 0.1 since the stop: one is enough to contact the team.
    """

    stopped_on: date
    months: int
    triggered_by: int | None


def follow_remission(
    findings: Sequence[LevelFinding],
    places: Sequence[Place],
    is_on_scale: Sequence[bool],
    lines: Sequence[TreatmentLine],
    today: date,
) -> RemissionCourse | None:
    """Return the remission course, or None while treatment goes on or none is recorded.

    0.1 is still MMR, and losing MR4 alone is no trigger.
    """
    if not lines or lines[-1].stopped_on is None or lines[-1].stopped_on > today:
        return None
    stopped_on = lines[-1].stopped_on
    current = len(lines) - 1
    months = 0
    while add_months(stopped_on, months + 1) <= today:
        months += 1
    triggered_by = None
    for index, place in enumerate(places):
        if place.line == current and place.day is None and is_on_scale[index] and is_above_mmr(findings[index]):
            triggered_by = index
            break
    return RemissionCourse(stopped_on, months, triggered_by)


def restart_triggers(
    findings: Sequence[LevelFinding], places: Sequence[Place], is_on_scale: Sequence[bool]
) -> set[int]:
    """Return the index of each result off treatment that lies above 0.1 for certain."""
    return {
        index
        for index, place in enumerate(places)
        if place.line is not None and place.day is None and is_on_scale[index] and is_above_mmr(findings[index])
    }


class ConditionState(StrEnum):
    """What the record says of a condition."""

    MET = "met"
    NOT_MET = "not met"
    NOT_RECORDED = "not recorded"


class Condition(StrEnum):
    """The published conditions that a team weighs before a stop; a list to talk through, and no verdict."""

    TREATED_3_YEARS = "treatment for at least 3 years (NCCN)"
    TREATED_LONG_ENOUGH_FOR_MEDICINE = "over 5 years of imatinib or over 4 of a second-generation medicine (ELN)"
    MR4_HELD = "MR4 held over 2 years, on at least 4 tests at least 3 months apart"
    CHRONIC_PHASE = "chronic phase"
    NO_RESISTANCE = "no resistance"


_NCCN_YEARS = 3
_IMATINIB_YEARS = 5
_SECOND_GENERATION_YEARS = 4
_MR4_YEARS = 2
_MR4_TESTS = 4
_MR4_MONTHS_APART = 3


def assess_conditions(
    findings: Sequence[LevelFinding],
    dates: Sequence[date],
    is_on_scale: Sequence[bool],
    lines: Sequence[TreatmentLine],
    today: date,
    *,
    chronic_phase: bool | None = None,
    resistance: bool | None = None,
) -> dict[Condition, ConditionState]:
    """Return each published condition as met, not met or not recorded, on the day ``today``.

    Args:
        findings: level findings in order of collection.
        dates: the day each sample was taken.
        is_on_scale: whether each can be judged.
        lines: lines of treatment in order of their start.
        today: the day to count to.
        chronic_phase: whether the phase on record is chronic; None if none is recorded.
        resistance: whether resistance is on record; None if nothing is recorded.
    """
    return {
        Condition.TREATED_3_YEARS: _treated_years(lines, today),
        Condition.TREATED_LONG_ENOUGH_FOR_MEDICINE: _treated_for_medicine(lines, today),
        Condition.MR4_HELD: _mr4_held(findings, dates, is_on_scale),
        Condition.CHRONIC_PHASE: _recorded(chronic_phase),
        Condition.NO_RESISTANCE: _recorded(None if resistance is None else not resistance),
    }


def _recorded(holds: bool | None) -> ConditionState:
    if holds is None:
        return ConditionState.NOT_RECORDED
    return ConditionState.MET if holds else ConditionState.NOT_MET


def _days_on(lines: Sequence[TreatmentLine], today: date) -> int:
    """Return the days on these lines; a line that a later one follows without a stop ends where that begins."""
    days = 0
    for position, line in enumerate(lines):
        ends = [end for end in (line.stopped_on, today) if end is not None]
        if position + 1 < len(lines):
            ends.append(lines[position + 1].started_on)
        days += max(0, (min(ends) - line.started_on).days)
    return days


def _treated_years(lines: Sequence[TreatmentLine], today: date) -> ConditionState:
    if not lines:
        return ConditionState.NOT_RECORDED
    return _recorded(_days_on(lines, today) >= _days_of_years(_NCCN_YEARS))


def _treated_for_medicine(lines: Sequence[TreatmentLine], today: date) -> ConditionState:
    if not lines:
        return ConditionState.NOT_RECORDED
    imatinib = second_generation = 0
    for position, line in enumerate(lines):
        following = lines[position + 1 : position + 2]
        days = _days_on([line, *following], today) - _days_on(following, today)
        if line.medicine is Medicine.IMATINIB:
            imatinib += days
        elif line.medicine in SECOND_GENERATION:
            second_generation += days
    return _recorded(
        imatinib > _days_of_years(_IMATINIB_YEARS) or second_generation > _days_of_years(_SECOND_GENERATION_YEARS)
    )


def _days_of_years(years: int) -> int:
    """Return the days of so many years, leap days included (365.25 days a year, rounded up)."""
    return (years * 1461 + 3) // 4


def _mr4_held(findings: Sequence[LevelFinding], dates: Sequence[date], is_on_scale: Sequence[bool]) -> ConditionState:
    """Whether the latest unbroken run of MR4 spans over 2 years with at least 4 tests at least 3 months apart."""
    run: list[date] = []
    seen = False
    for finding, day, on_scale in zip(findings, dates, is_on_scale, strict=True):
        if on_scale:
            seen = True
            run = [*run, day] if finding.is_mr4_or_deeper else []
    if not seen:
        return ConditionState.NOT_RECORDED
    if not run:
        return ConditionState.NOT_MET
    spaced = [run[0]]
    for day in run[1:]:
        if day >= add_months(spaced[-1], _MR4_MONTHS_APART):
            spaced.append(day)
    return _recorded(len(spaced) >= _MR4_TESTS and run[-1] > add_months(run[0], 12 * _MR4_YEARS))
