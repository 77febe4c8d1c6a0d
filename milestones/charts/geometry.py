"""Where things are: axes, ticks, lanes, and a coarse grid that keeps words apart.

Pixels may be floats; nothing here decides a class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor, log10

from milestones.charts.spec import BarKind, ChartPoint, ChartSpec, ChartStep, ChartTick, GoalWindow, TreatmentBar

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
_MONTHS = 12
_SHORTEST_DAYS = 180
_LOOK_BACK_DAYS = 120
_LOOK_AHEAD_DAYS = 400
_MOST_EVEN_LINES = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """The sizes of one drawing, in the units of its view box."""

    name: str
    width: int
    left: int
    right: int
    top: int
    plot: int
    text: int
    bar: int
    radius: float
    tick_room: int

    @property
    def bottom(self) -> int:
        """The y of the time axis."""
        return self.top + self.plot

    @property
    def edge(self) -> int:
        """The x of the right edge of the plot."""
        return self.width - self.right


NARROW = Layout("narrow", 300, 57, 10, 24, 232, 13, 20, 4.5, 62)
WIDE = Layout("wide", 880, 74, 16, 28, 320, 14, 24, 5.5, 96)
# On a sheet of paper: as low as the steps and their names allow.
PAPER = Layout("paper", 880, 84, 16, 28, 190, 16, 24, 5.5, 96)


@dataclass(frozen=True, slots=True)
class Axes:
    """The ranges of a chart: first and last day, and the ends of the scale.

    ``low`` and ``high`` are powers of ten, or percentages where ``is_linear``.
    """

    first: date
    last: date
    low: float
    high: float
    is_linear: bool = False

    @property
    def days(self) -> int:
        """How many days the time axis spans."""
        return (self.last - self.first).days

    def shows(self, day: date) -> bool:
        """Whether a day lies on the time axis."""
        return self.first <= day <= self.last


def _axes_of(spec: ChartSpec, values: list[float]) -> Axes:
    """Return the ranges that hold every point, step, tick, today and the next test; or those of the window.

    ``values`` are those of the points.
    """
    first, last = spec.window or _whole_time(spec)
    pad = timedelta(days=max(4, round((last - first).days * 0.025)))
    first, last = first - pad, last + pad
    if spec.is_linear:
        ceiling = max(values)
        return Axes(first, last, -ceiling * 0.04, ceiling * 1.12, is_linear=True)
    values = values + [float(step.percent) for step in spec.steps]
    return Axes(first, last, log10(min(values)) - 0.3, log10(max(values)) + 0.12)


def _whole_time(spec: ChartSpec) -> tuple[date, date]:
    days = [point.collected_on for point in spec.points] + [tick.collected_on for tick in spec.ticks]
    first, last = min(days), max(days)
    reach = first - timedelta(days=_LOOK_BACK_DAYS)
    first = min([first, *(bar.started_on for bar in spec.treatments if reach <= bar.started_on)])
    ahead = [event.on for event in spec.events] + ([spec.next_test_on] if spec.next_test_on else [])
    ahead = [day for day in ahead if (day - last).days <= _LOOK_AHEAD_DAYS]
    return first, max(last, spec.today, *ahead, first + timedelta(days=_SHORTEST_DAYS))


def steps_of(spec: ChartSpec, axes: Axes) -> tuple[ChartStep, ...]:
    """Return the lines of the scale: the steps, or evenly spaced percentages and the goal on a linear scale."""
    if not axes.is_linear:
        return spec.steps
    size = 10 ** floor(log10(axes.high / 2))
    size = next(size * by for by in (1, 2, 5, 10) if axes.high / (size * by) <= _MOST_EVEN_LINES)
    even = [Decimal(str(round(size * count, 9))).normalize() for count in range(1, int(axes.high / size) + 1)]
    goal = [step for step in spec.steps if step.is_goal and step.percent <= axes.high]
    return (*goal, *(ChartStep(percent, f"{percent:f}%") for percent in even))


def goals_of(spec: ChartSpec, axes: Axes) -> tuple[GoalWindow, ...]:
    """Return the published goals in the shown time; on a linear scale one may lie far above all that is drawn."""
    shown = [goal for goal in spec.goals if axes.shows(goal.first_on) and axes.shows(goal.last_on)]
    return tuple(goal for goal in shown if not axes.is_linear or goal.percent <= axes.high)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days and percentages to the units of one layout."""

    axes: Axes
    layout: Layout

    def x(self, day: date) -> float:
        """Return the x of a day, held inside the plot."""
        share = (day - self.axes.first).days / self.axes.days
        width = self.layout.edge - self.layout.left
        return self.layout.left + width * min(1.0, max(0.0, share))

    def places(self, shares: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return x and y of each point from its shares of the axes, see ``Ground``."""
        layout = self.layout
        left, width, top, plot = layout.left, layout.edge - layout.left, layout.top, layout.plot
        return [(left + across * width, top + down * plot) for across, down in shares]

    def y(self, percent: float) -> float:
        """Return the y of a percentage."""
        value = percent if self.axes.is_linear else log10(percent)
        share = (self.axes.high - value) / (self.axes.high - self.axes.low)
        return self.layout.top + self.layout.plot * share


def month_ticks(axes: Axes, months: tuple[str, ...], room: float) -> Iterator[tuple[date, str]]:
    """Yield the days and words of the time axis, at most one for each share ``room`` of its length."""
    span = axes.days / 30.44
    step = next((step for step in _MONTH_STEPS if span / step * room <= 1), _MONTH_STEPS[-1])
    start = axes.first.year * _MONTHS + axes.first.month - 1
    stop = axes.last.year * _MONTHS + axes.last.month
    year = None
    for count in range(ceil(start / step) * step, stop, step):
        day = date(count // _MONTHS, count % _MONTHS + 1, 1)
        if not axes.shows(day):
            continue
        if step >= _MONTHS:
            yield day, str(day.year)
        else:
            name = months[day.month - 1]
            yield day, name if day.year == year else f"{name} {day.year}"
        year = day.year


def lanes_of(spec: ChartSpec, axes: Axes) -> list[tuple[TreatmentBar, int]]:
    """Return each visible treatment bar with its lane: overlapping medicines lie beneath each other."""
    ends: list[date] = []
    placed: list[tuple[TreatmentBar, int]] = []
    lane_of_last = 0
    for bar in sorted(spec.treatments, key=lambda bar: (bar.kind is BarKind.BREAK, bar.started_on)):
        stop = bar.stopped_on or spec.today
        if stop < axes.first or bar.started_on > axes.last:
            continue
        if bar.kind is BarKind.BREAK:
            around = [lane for other, lane in placed if other.started_on <= bar.started_on]
            placed.append((bar, around[-1] if around else 0))
            continue
        lane_of_last = next((lane for lane, end in enumerate(ends) if end <= bar.started_on), len(ends))
        if lane_of_last == len(ends):
            ends.append(stop)
        else:
            ends[lane_of_last] = stop
        placed.append((bar, lane_of_last))
    return placed


@dataclass(frozen=True, slots=True)
class Ground:
    """What every drawing of a chart stands on, narrow or wide.

    ``goals``, ``points``, ``ticks`` and ``bars`` are those in the shown time. ``shares`` are of all points, in order:
    how far each lies along the time axis and down the scale, 0 to 1 inside the plot.
    """

    spec: ChartSpec
    axes: Axes
    steps: tuple[ChartStep, ...]
    goals: tuple[GoalWindow, ...]
    points: Sequence[ChartPoint]
    ticks: Sequence[ChartTick]
    bars: Sequence[tuple[TreatmentBar, int]]
    shares: Sequence[tuple[float, float]]


def ground_of(spec: ChartSpec) -> Ground:
    """Return what the drawings of a chart stand on; it has a point at least."""
    values = [float(point.y) for point in spec.points]
    axes = _axes_of(spec, values)
    heights = values if axes.is_linear else [log10(value) for value in values]
    first, days, high, span = axes.first.toordinal(), axes.days, axes.high, axes.high - axes.low
    return Ground(
        spec,
        axes,
        steps_of(spec, axes),
        goals_of(spec, axes),
        spec.points if spec.window is None else [point for point in spec.points if axes.shows(point.collected_on)],
        [tick for tick in spec.ticks if axes.shows(tick.collected_on)],
        lanes_of(spec, axes),
        [
            ((point.collected_on.toordinal() - first) / days, (high - height) / span)
            for point, height in zip(spec.points, heights, strict=True)
        ],
    )


_WIDTHS = {**dict.fromkeys("ijlI.,:;'|!()[] ", 0.29), **dict.fromkeys("mwMW%@", 0.88), **dict.fromkeys("frt-", 0.4)}


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is set; a little too wide rather than too narrow."""
    units = sum([_WIDTHS.get(letter, 0.6) for letter in text])
    return units * size * (1.06 if bold else 1.0)


class Grid:
    """A coarse map of what is drawn where: one bit for each cell, one integer for each row."""

    cell = 5
    #: What is no longer than this is covered by the marks at its ends.
    near = cell * 3

    def __init__(self, width: float, height: float) -> None:
        self.rows = [0] * (ceil(height / self.cell) + 1)
        self.width = width
        self.height = height

    def _mask(self, left: float, right: float) -> int:
        first, last = max(0, floor(left / self.cell)), max(0, ceil(right / self.cell))
        return (1 << last) - (1 << first) if last > first else 0

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Mark a rectangle as drawn on."""
        mask = self._mask(left, right)
        last = min(len(self.rows), ceil(bottom / self.cell))
        for row in range(max(0, floor(top / self.cell)), last):
            self.rows[row] |= mask

    def take_dots(self, places: Sequence[tuple[float, float]]) -> None:
        """Mark small marks and their neighbours as drawn on."""
        rows, cell = self.rows, self.cell
        for x, y in places:
            row, mask = int(y / cell), 7 << int(x / cell) - 1
            rows[row - 1] |= mask
            rows[row] |= mask
            rows[row + 1] |= mask

    def take_line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Mark a line between two points as drawn on."""
        far = max(abs(x1 - x0), abs(y1 - y0))
        if far <= self.near:
            return
        count = int(far / (self.cell * 2)) + 1
        rows, cell = self.rows, self.cell
        step_x, step_y = (x1 - x0) / count, (y1 - y0) / count
        for _ in range(count + 1):
            rows[int(y0 / cell)] |= 1 << int(x0 / cell)
            x0 += step_x
            y0 += step_y

    def line_crossings(self, x0: float, y0: float, x1: float, y1: float) -> int:
        """Return how many cells of a line are drawn on already, its first few left out: they hold the mark itself."""
        count = int(max(abs(x1 - x0), abs(y1 - y0)) / self.cell) + 1
        crossed = 0
        for part in range(3, count + 1):
            x, y = x0 + (x1 - x0) * part / count, y0 + (y1 - y0) * part / count
            if 0 <= y < self.height and x >= 0:
                crossed += self.rows[int(y / self.cell)] >> int(x / self.cell) & 1
        return crossed

    def crossings(self, left: float, top: float, right: float, bottom: float) -> int:
        """Return how many cells of a rectangle are drawn on already."""
        mask, cell = self._mask(left, right), self.cell
        return sum([(row & mask).bit_count() for row in self.rows[max(0, floor(top / cell)) : ceil(bottom / cell)]])
