"""Lines of treatment, and where a day stands in them.

Source: clinical rules, section 4. A new medicine is a new line and starts the clock again; a change of dose or a
break does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from milestones.clinical.calendar import add_months, first_of_month, last_of_month
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
    """One medicine from its first dose to its stop; both days are days of treatment. ``stopped_on`` None: going on.

    Where only the month is known, its date is a day of that month, and a question about days allows for all of it.
    """

    started_on: date
    stopped_on: date | None = None
    medicine: Medicine = Medicine.OTHER
    started_day_is_known: bool = True
    stopped_day_is_known: bool = True


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
NOMINAL_DAYS = {window.time_point: window.nominal_day for window in WINDOWS}
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


class LineQuestion(StrEnum):
    """What is asked about two lines of treatment; each may be right, so none is ever refused."""

    OVERLAP = "two medicines on the same days"
    GAP = "days between two medicines"
    NO_LAST_DOSE = "an earlier medicine without a last dose"


@dataclass(frozen=True, slots=True)
class AskedOfLines:
    """A question about two lines, by their indices. ``days`` is a least number where a day is not known."""

    question: LineQuestion
    earlier: int
    later: int
    days: int = 0
    is_exact: bool = True


#: Two medicines may share this many days unasked: many people write the day of the switch for both (**Decision**).
SWITCH_DAYS = 1
#: More days than this without a medicine are asked about: clinical rules, section 4, flag a break from 14 days on.
LONGEST_GAP_DAYS = _SHORTEST_BREAK_DAYS


def line_questions(lines: Sequence[TreatmentLine], today: date) -> list[AskedOfLines]:
    """Return what to ask about lines that lie side by side or far apart.

    An overlap counts the days that two lines share, both ends included; a gap the days between a last and a first
    dose. An earlier line without a last dose is asked about as that, and as no overlap.

    Args:
        lines: in order of their start.
        today: the last day of a line that goes on.
    """
    asked = []
    for later in range(1, len(lines)):
        earlier_lines = range(later)
        asked += [found for earlier in earlier_lines if (found := _ask_overlap(lines, earlier, later, today))]
        if lines[later - 1].stopped_on is None and lines[later].started_on <= today:
            asked.append(AskedOfLines(LineQuestion.NO_LAST_DOSE, later - 1, later))
        gap = _ask_gap(lines, later)
        asked += [gap] if gap else []
    return asked


def _ask_overlap(lines: Sequence[TreatmentLine], earlier: int, later: int, today: date) -> AskedOfLines | None:
    one, other = lines[earlier], lines[later]
    if one.stopped_on is None:
        return None
    start = other.started_on if other.started_day_is_known else last_of_month(other.started_on)
    ends = [_earliest_end(line, today) for line in (one, other)]
    days = (min(ends) - start).days + 1
    if days <= SWITCH_DAYS:
        return None
    is_exact = other.started_day_is_known and one.stopped_day_is_known and other.stopped_day_is_known
    return AskedOfLines(LineQuestion.OVERLAP, earlier, later, days, is_exact)


def _earliest_end(line: TreatmentLine, today: date) -> date:
    if line.stopped_on is None:
        return today
    return line.stopped_on if line.stopped_day_is_known else max(line.started_on, first_of_month(line.stopped_on))


def _ask_gap(lines: Sequence[TreatmentLine], later: int) -> AskedOfLines | None:
    """Return the question about the days since the last of all earlier lines ended, if each of them has."""
    ends = []
    for earlier in range(later):
        stopped_on = lines[earlier].stopped_on
        if stopped_on is None:
            return None
        is_known = lines[earlier].stopped_day_is_known
        ends.append((stopped_on if is_known else last_of_month(stopped_on), earlier))
    end, earlier = max(ends)
    line = lines[later]
    start = line.started_on if line.started_day_is_known else first_of_month(line.started_on)
    days = (start - end).days - 1
    if days <= LONGEST_GAP_DAYS:
        return None
    is_exact = line.started_day_is_known and lines[earlier].stopped_day_is_known
    return AskedOfLines(LineQuestion.GAP, earlier, later, days, is_exact)
