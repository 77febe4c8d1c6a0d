"""What a chart or a ladder shows, before anybody decides how it is drawn.

Values are percentages as ``Decimal``; dates are the days the samples were taken. A chart never
holds a zero: what was not detected stands at the limit that the test could see, and what has no
place at all (an invalid sample, an unknown depth) is a ``ChartTick`` under the time axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class PointKind(StrEnum):
    """How a result is marked; each kind has its own shape."""

    MEASURED = "measured"
    NOT_DETECTED = "not_detected"
    BELOW_BOUND = "below_bound"
    ABOVE_BOUND = "above_bound"
    NOT_COMPARABLE = "not_comparable"
    OWN_SCALE = "own_scale"


class BarKind(StrEnum):
    """What a treatment bar stands for."""

    MEDICINE = "medicine"
    BREAK = "break"


#: Kinds that stand at the limit of the test.
AT_LIMIT = frozenset({PointKind.NOT_DETECTED, PointKind.BELOW_BOUND})

#: Kinds that are only a bound, so that a line to them is dashed.
BOUNDS = AT_LIMIT | {PointKind.ABOVE_BOUND}

#: Two results further apart than this are joined by dashes: nobody knows what lay between.
LONG_GAP_DAYS = 274


class ChartPoint(NamedTuple):
    """One result with a place in the chart.

    ``y`` is in percent and above zero. ``words`` is the whole sentence for the tooltip, the same
    as in the table. Points of one ``series`` (one laboratory and scale) are joined in date order,
    unless ``gap_before`` says that this one cannot be compared with the one before. ``note`` is
    written beside the point; ``note_short`` replaces it where there is little room. ``here`` names
    the newest result ("You are here") before its value. ``key`` ends the address of its result,
    see ``ChartSpec.href_of``.
    """

    collected_on: date
    y: Decimal
    kind: PointKind
    value_text: str
    words: str
    series: str = ""
    key: object = ""
    note: str = ""
    note_short: str = ""
    here: str = ""
    gap_before: bool = False


@dataclass(frozen=True, slots=True)
class ChartTick:
    """A result without a place on the scale: a small open mark under the time axis, with the reason in few words."""

    collected_on: date
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChartStep:
    """One horizontal line: its percentage, the words on the axis, its name, and if it is the goal.

    ``goal_label`` is written on the goal line ("MMR, your goal by month 12"); ``name`` is written
    there where there is little room.
    """

    percent: Decimal
    label: str
    name: str = ""
    is_goal: bool = False
    goal_label: str = ""


@dataclass(frozen=True, slots=True)
class TreatmentBar:
    """A medicine or a break on the time axis; an open end runs to today."""

    label: str
    started_on: date
    stopped_on: date | None = None
    kind: BarKind = BarKind.MEDICINE
    label_short: str = ""


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """A day that changed something: a thin upright line with its name on top."""

    on: date
    name: str
    name_short: str = ""


@dataclass(frozen=True, slots=True)
class GoalWindow:
    """A published goal at one time in treatment: a short strong line over the days on which it is asked for."""

    first_on: date
    last_on: date
    percent: Decimal
    name: str = ""


@dataclass(frozen=True, slots=True)
class YearRibbon:
    """The first year as twelve cells on the time axis.

    ``months`` holds the first day of each month of treatment and, last, the day on which the year ends; ``filled``
    is the month from which the goal was held (1 to 12), or 0.
    """

    months: tuple[date, ...]
    name: str
    filled: int = 0


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The few words that a chart says by itself, so that they can be translated."""

    today: str = "Today"
    next_test: str = "Next test"
    months: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    measured: str = "Measured"
    not_detected: str = "Not detected, drawn at the lowest level the test could see"
    below_bound: str = "Lower than this"
    above_bound: str = "Higher than this"
    not_comparable: str = "Other laboratory or scale: not compared"
    own_scale: str = "Not on the International Scale: compared with each other only"
    tick: str = "A test with no place on the scale"
    target: str = "Goal at this time in treatment"
    break_: str = "Break"


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """Everything a chart says, in any form.

    ``window`` holds the first and the last day to show, both inclusive; without it the chart shows all. ``is_linear``
    asks for a scale of equal distances instead of tenths. ``href_base`` is what the results' addresses begin with.
    ``joins`` are the lines between points, worked out here.

    Raises:
        ValueError: a point or a step is not above zero (it has no place on a scale of tenths).
    """

    title: str
    story: str
    help_line: str
    today: date
    points: tuple[ChartPoint, ...] = ()
    steps: tuple[ChartStep, ...] = ()
    ticks: tuple[ChartTick, ...] = ()
    treatments: tuple[TreatmentBar, ...] = ()
    events: tuple[ChartEvent, ...] = ()
    goals: tuple[GoalWindow, ...] = ()
    ribbon: YearRibbon | None = None
    next_test_on: date | None = None
    window: tuple[date, date] | None = None
    is_linear: bool = False
    href_base: str = ""
    words: ChartWords = field(default_factory=ChartWords)
    joins: tuple[Join, ...] = field(init=False, compare=False, default=())

    def __post_init__(self) -> None:
        if any(not point.y.is_finite() or point.y <= 0 for point in self.points):
            raise ValueError("A chart point is above zero; what was not detected stands at its limit.")
        if any(not step.percent.is_finite() or step.percent <= 0 for step in self.steps):
            raise ValueError("A step is above zero.")
        object.__setattr__(self, "points", tuple(sorted(self.points, key=lambda point: point.collected_on)))
        object.__setattr__(self, "joins", tuple(_joins(self.points)))

    @property
    def goal(self) -> ChartStep | None:
        """The goal line, if one is drawn."""
        return next((step for step in self.steps if step.is_goal), None)

    def href_of(self, point: ChartPoint) -> str:
        """Return the address of a point's result, or "" where it has none."""
        return f"{self.href_base}{point.key}/" if point.key != "" else ""

    def shows(self, day: date) -> bool:
        """Whether a day lies in the part of the time that is shown."""
        return self.window is None or self.window[0] <= day <= self.window[1]


class Join(NamedTuple):
    """A line between two points; dashed where what lies between is not known.

    ``start`` and ``end`` are places in ``ChartSpec.points``.
    """

    start: int
    end: int
    dashed: bool


def _joins(points: tuple[ChartPoint, ...]) -> Iterator[Join]:
    """Yield the lines between neighbours of one series.

    A result that cannot be compared is never joined to anything. A line to a result that is only
    a bound, or across more than nine months, is dashed.
    """
    last: dict[str, int] = {}
    for index, point in enumerate(points):
        if point.kind is PointKind.NOT_COMPARABLE:
            continue
        before = last.get(point.series)
        last[point.series] = index
        if before is None or point.gap_before:
            continue
        earlier = points[before]
        far = (point.collected_on - earlier.collected_on).days > LONG_GAP_DAYS
        yield Join(before, index, far or earlier.kind in BOUNDS or point.kind in BOUNDS)


class StepState(StrEnum):
    """What one step of the ladder says."""

    PLAIN = "plain"
    GOAL = "goal"
    LATER = "later"
    HERE = "here"
    HERE_NOT_DETECTED = "unseen"
    WAS = "was"


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One bar of the ladder.

    ``label`` is the number ("0.1%"), ``words`` what it means ("1,000 times lower"), ``side`` what is
    said beside it ("MMR, your goal", "You are here"), ``more`` what is added where there is room. A place where
    the person stood before (``WAS``) is no bar: its ``label`` is the value then, its ``side`` the month.
    """

    label: str
    words: str = ""
    side: str = ""
    state: StepState = StepState.PLAIN
    more: str = ""


@dataclass(frozen=True, slots=True)
class LadderSpec:
    """The steps down from a starting point, where the person stands, and the same in sentences.

    The steps stand in order of their values, the highest first. ``was_here`` stands before each earlier month, for
    those who hear the ladder.
    """

    label: str
    steps: tuple[LadderStep, ...]
    help_line: str = ""
    sentences: str = ""
    was_here: str = "you were here in"

    @property
    def has_place(self) -> bool:
        """Whether the person stands on one of the steps."""
        return any(step.state in (StepState.HERE, StepState.HERE_NOT_DETECTED) for step in self.steps)
