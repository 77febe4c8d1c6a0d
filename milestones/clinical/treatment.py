"""Lines of treatment, and where a day stands in them.

Source: clinical rules, section 4. A new medicine is a new line and starts the clock again; a change of dose or a
break does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from milestones.clinical.calendar import add_months
from milestones.clinical.guidelines.loader import TimePoint


class Medicine(StrEnum):
    """The medicines of clinical rules, section 7."""

    IMATINIB = "imatinib"
    DASATINIB = "dasatinib"
    NILOTINIB = "nilotinib"
    BOSUTINIB = "bosutinib"
    PONATINIB = "ponatinib"
    ASCIMINIB = "asciminib"
    OTHER = "other"


SECOND_GENERATION = frozenset({Medicine.DASATINIB, Medicine.NILOTINIB, Medicine.BOSUTINIB})


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """One medicine from its first dose to its stop; both days are days of treatment. ``stopped_on`` None: going on."""

    started_on: date
    stopped_on: date | None = None
    medicine: Medicine = Medicine.OTHER


@dataclass(frozen=True, slots=True)
class TreatmentBreak:
    """Days without the medicine within a line, both inclusive; ``ended_on`` None: still in the break."""

    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A time point's days since the first dose, both inclusive, and its nominal day."""

    time_point: TimePoint
    first_day: int
    last_day: int
    nominal_day: int


BASELINE_LAST_DAY = 7
AFTER_FIRST_DAY = 427
WINDOWS = (
    Window(TimePoint.MONTH_3, 70, 126, 91),
    Window(TimePoint.MONTH_6, 152, 213, 182),
    Window(TimePoint.MONTH_12, 335, 426, 365),
)
_SHORTEST_BREAK_DAYS = 14
_BREAK_AFTERMATH_MONTHS = 3


def time_point_of(day: int) -> TimePoint:
    """Return the time point whose window holds ``day`` (days since the first dose of the current line)."""
    if day <= BASELINE_LAST_DAY:
        return TimePoint.BASELINE
    if day >= AFTER_FIRST_DAY:
        return TimePoint.AFTER
    for window in WINDOWS:
        if window.first_day <= day <= window.last_day:
            return window.time_point
    return TimePoint.NONE


def last_passed_time_point(day: int) -> TimePoint:
    """Return the time point whose window closed last before ``day``; ``NONE`` before the first has closed."""
    passed = TimePoint.NONE
    for window in WINDOWS:
        if day > window.last_day:
            passed = window.time_point
    return passed


def line_index_at(lines: Sequence[TreatmentLine], day: date) -> int | None:
    """Return the index of the line that ``day`` belongs to: the last that had begun, or the first if none had.

    Args:
        lines: in order of their start.
        day: the day a sample was taken.
    """
    index = None
    for position, line in enumerate(lines):
        if line.started_on <= day:
            index = position
    return 0 if index is None and lines else index


def is_off_treatment(line: TreatmentLine, day: date) -> bool:
    """Whether ``day`` lies after the recorded stop of the line that it belongs to."""
    return line.stopped_on is not None and day > line.stopped_on


def is_near_a_break(breaks: Sequence[TreatmentBreak], day: date) -> bool:
    """Whether ``day`` lies in a break of 14 days or more, or within 3 months after one."""
    for pause in breaks:
        if day < pause.started_on:
            continue
        end = pause.ended_on or day
        if (end - pause.started_on) + timedelta(days=1) < timedelta(days=_SHORTEST_BREAK_DAYS):
            continue
        if day <= add_months(end, _BREAK_AFTERMATH_MONTHS):
            return True
    return False
