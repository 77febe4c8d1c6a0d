"""Where everything of a chart stands: marks, lines and words, and the grid that keeps the words apart.

Both the SVG and the Plotly figure take their places from here, so that the two look alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from milestones.charts.escaping import escape_all
from milestones.charts.geometry import (
    Ground,
    Layout,
    Scale,
    month_ticks,
    text_width,
)
from milestones.charts.spec import BarKind, ChartStep, PointKind, TreatmentBar
from milestones.charts.words import Lettering

#: From this many points on, marks are thin and the sentences stay in the table.
MANY_POINTS = 120

#: The height of the row of the first year, and the narrowest month in it.
RIBBON = 8
NARROWEST_CELL = 3.5

#: Marks smaller than this are drawn without a rim.
SMALL_MARK = 3.6


def px(value: float) -> str:
    """Return a coordinate with one decimal, as short as it can be written."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Bar:
    """A treatment bar with a place."""

    treatment: TreatmentBar
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of the first year with a place."""

    x: float
    y: float
    width: float
    is_filled: bool


SQUARES = frozenset({PointKind.NOT_COMPARABLE, PointKind.OWN_SCALE})
_KINDS = tuple(PointKind)
_MARK_CSS = {PointKind.MEASURED: "c-full", **dict.fromkeys(SQUARES, "c-other")}


def _shape(kind: PointKind, size: float) -> str:
    """Return the outline of a square or a triangle as path data that starts from its middle."""
    if kind in SQUARES:
        return f"m-{size}-{size}h{size * 2}v{size * 2}h-{size * 2}z"
    wide = size * 1.35
    up = -1 if kind is PointKind.ABOVE_BOUND else 1
    return f"m-{px(wide)} {px(-up * wide * 0.8)}h{px(wide * 2)}l-{px(wide)} {px(up * wide * 1.7)}z"


class Drawing(Lettering):
    """One drawing in the making: its parts, and the grid that keeps its words apart."""

    def __init__(self, ground: Ground, layout: Layout, *, with_words: bool) -> None:
        self.spec = ground.spec
        self.layout = layout
        self.scale = Scale(ground.axes, layout)
        self.steps, self.goals, self.bars = ground.steps, ground.goals, ground.bars
        self.points, self.ticks = ground.points, ground.ticks
        self.with_words = with_words and len(self.points) <= MANY_POINTS
        share = 0.45 * (layout.edge - layout.left) / max(1, len(self.points))
        self.size = round(min(layout.radius, max(2.4, share)), 1)
        self.cells = self._cells()
        self.tick_row = 18 if self.ticks else 0
        self.ribbon_top = layout.bottom + self.tick_row + 9
        self.bars_top = self.ribbon_top + (RIBBON + 7 if self.cells else 1)
        lanes = max([lane for _, lane in self.bars], default=-1) + 1
        self.axis_text = self.bars_top + lanes * (layout.bar + 4) + layout.text + 4
        self.height = self.axis_text + 6
        super().__init__(layout, self.height)
        self.parts: list[str] = []
        self.boxes: list[Bar] = []
        #: Where all points are, and those in the shown time: as numbers and as path data.
        self.all_places = self.places = self.scale.places(ground.shares)
        self.all_written = self.written = [f"{x:.1f} {y:.1f}" for x, y in self.places]
        if self.points is not self.spec.points:
            shown = [at for at, point in enumerate(self.spec.points) if ground.axes.shows(point.collected_on)]
            self.places = [self.all_places[at] for at in shown]
            self.written = [self.all_written[at] for at in shown]
        self.is_own = any(point.kind is PointKind.OWN_SCALE for point in self.points)

    def _cells(self) -> list[Cell]:
        """Return the months of the first year, where there is room to tell one from the next."""
        ribbon = self.spec.ribbon
        if ribbon is None:
            return []
        axes, edges = self.scale.axes, [self.scale.x(day) for day in ribbon.months]
        if not (axes.shows(ribbon.months[0]) or axes.shows(ribbon.months[-1])):
            return []
        if (edges[-1] - edges[0]) / (len(edges) - 1) < NARROWEST_CELL:
            return []
        top = self.layout.bottom + (18 if self.ticks else 0) + 9.0
        filled = ribbon.filled or len(edges)
        return [
            Cell(left + 0.75, top, right - left - 1.5, month >= filled)
            for month, (left, right) in enumerate(pairwise(edges), start=1)
            if right - left > 1.5
        ]

    # Layers, from the back to the front ----------------------------------------------------

    def zone_and_steps(self) -> None:
        """Draw the goal zone and one thin line a step, with its percentage on the axis."""
        layout, goal = self.layout, self.spec.goal
        if goal is not None:
            top = self.scale.y(float(goal.percent))
            self.parts.append(
                f'<rect class="c-zone" x="{layout.left}" y="{px(top)}" '
                f'width="{layout.edge - layout.left}" height="{px(layout.bottom - top)}"/>'
            )
        path, above = [], 0.0
        for step in self.steps:
            y = self.scale.y(float(step.percent))
            line = f"M{layout.left} {px(y)}H{layout.edge}"
            if step.is_goal:
                self.parts.append(f'<path class="c-goal" d="{line}"/>')
            else:
                path.append(line)
            if abs(y - above) < layout.text:
                continue  # on a linear scale the goal may lie so low that two names would cover each other
            above = y
            css = "g a" if step.is_goal else "a"
            self.text(layout.left - 7, y + layout.text * 0.35, step.label, anchor="e", css=css)
        self.parts.append(f'<path class="c-step" d="{"".join(path)}"/>')

    def step_name(self, step: ChartStep) -> None:
        """Name a step on its line: at the right if there is room, else at the left."""
        layout = self.layout
        y = self.scale.y(float(step.percent))
        over, under = y - 5, y + layout.text + 2
        spots = [(x, y, side) for y in (over, under) for x, side in ((layout.edge, "e"), (layout.left + 6.0, "s"))]
        if not step.is_goal:
            self.put(step.name, spots[:2], css="n", most=2)
        elif not (step.goal_label and layout.name == "wide" and self.put(step.goal_label, spots, css="g", most=1)):
            self.put(step.name, spots, css="g", most=8)
        if step.is_goal:
            self.grid.take_line(layout.left, y, layout.edge, y)

    def targets(self) -> None:
        """Draw the published goals as short strong lines over the days that they are asked for."""
        for start, end, y, _ in self.target_places():
            self.parts.append(f'<path class="c-target" d="M{px(start)} {px(y)}H{px(end)}"/>')
            self.grid.take_line(start, y, end, y)

    def target_places(self) -> list[tuple[float, float, float, str]]:
        """Return left, right and y of each published goal that is shown, with its name."""
        x, y = self.scale.x, self.scale.y
        return [(x(goal.first_on), x(goal.last_on), y(float(goal.percent)), goal.name) for goal in self.goals]

    def target_names(self) -> None:
        """Name the published goals, where nothing is written yet."""
        if self.layout.name == "wide":
            for start, end, y, name in self.target_places():
                middle = (start + end) / 2
                over, under = y - 7, y + self.layout.text + 3
                self.put(name, [(end + 6, y + 5, "s"), (start, under, "s"), (middle, over, "m")], css="n")

    def upright(self) -> None:
        """Draw the days that changed something, today, and the next test."""
        spec, layout, axes = self.spec, self.layout, self.scale.axes
        for event in spec.events:
            if not axes.shows(event.on):
                continue
            x, y = self.scale.x(event.on), layout.top - 8.0
            self.parts.append(f'<path class="c-event" d="M{px(x)} {layout.top}V{layout.bottom + 4}"/>')
            low = y + self.layout.text + 4
            spots = [(x, y, "m"), (x + 4, y, "e"), (x - 4, y, "s"), (x + 4, low, "s"), (x - 4, low, "e")]
            for name in dict.fromkeys((event.name, event.name_short)):
                if name and self.put(name, spots, css="n"):
                    break
        if axes.shows(spec.today):
            x = self.scale.x(spec.today)
            self.parts.append(f'<path class="c-today" d="M{px(x)} {layout.bottom - 10}V{layout.bottom + 4}"/>')
            self.grid.take(x - 1, layout.bottom - 10, x + 1, layout.bottom)
        if self.next_test_shows():
            x, y = self.scale.x(spec.next_test_on or spec.today), float(layout.bottom)
            self.parts.append(f'<path class="c-next" d="M{px(x)} {px(y - 5)}l5 5-5 5-5-5z"/>')
            self.grid.take(x - 5, y - 5, x + 5, y + 5)

    def next_test_shows(self) -> bool:
        """Whether the next test lies ahead and in the shown time."""
        day = self.spec.next_test_on
        return day is not None and day >= self.spec.today and self.scale.axes.shows(day)

    def upright_names(self) -> None:
        """Name today and the next test, where nothing is written yet."""
        spec, layout = self.spec, self.layout
        if self.scale.axes.shows(spec.today):
            x, y = self.scale.x(spec.today), layout.bottom - 12.0
            self.put(spec.words.today, [(x, y, "m"), (x, y, "e"), (x - 5, y + 8, "e"), (x, y, "s")], css="n", most=3)
        if self.next_test_shows():
            x, y = self.scale.x(spec.next_test_on or spec.today), layout.bottom - 9.0
            self.put(spec.words.next_test, [(x, y, "m"), (layout.edge, y, "e")], css="n")

    def lines(self) -> None:
        """Draw the joins: one path for what was measured, one for what is only an upper bound."""
        places, written, near = self.all_places, self.all_written, self.grid.near
        first, last_x = self.layout.left, self.layout.edge
        paths: dict[bool, list[str]] = {False: [], True: []}
        last: dict[bool, int] = {}
        for join in self.spec.joins:
            start, end, dashed = join.start, join.end, join.dashed
            (x0, y0), (x1, y1) = places[start], places[end]
            if x0 < first or x1 > last_x:
                continue  # the figure cuts it at the edge; there is nothing to keep words away from
            path = paths[dashed]
            if last.get(dashed) != start:
                path.append("M" + written[start])
            path.append("L" + written[end])
            last[dashed] = end
            if x1 - x0 > near or abs(y1 - y0) > near:
                self.grid.take_line(x0, y0, x1, y1)
        for dashed, path in paths.items():
            if path:
                css = "c-join c-own" if self.is_own else "c-join"
                self.parts.append(f'<path class="{css}{" c-dash" if dashed else ""}" d="{"".join(path)}"/>')

    def marks(self) -> None:
        """Draw one mark a result, in the shape of its kind, with its sentence as a tooltip."""
        self.grid.take_dots(self.places)
        titles = escape_all([point.words for point in self.points]) if self.with_words else ()
        by_kind: dict[PointKind, list[int]] = {}
        for index, point in enumerate(self.points):
            by_kind.setdefault(point.kind, []).append(index)
        for kind in sorted(by_kind, key=_KINDS.index):
            css, indices = f"{_MARK_CSS.get(kind, 'c-open')} {kind.value}", by_kind[kind]
            if titles:
                drawn = "".join(self._marks_with_titles(kind, [(index, titles[index]) for index in indices]))
                self.parts.append(f'<g class="{css}">{drawn}</g>')
            else:
                self.parts.append(f'<path class="{css}" d="{"".join(self._outlines(kind, indices))}"/>')

    def _outlines(self, kind: PointKind, indices: list[int]) -> list[str]:
        """Return marks as path data; without tooltips one path holds all marks of a kind."""
        if kind is PointKind.MEASURED:
            size, places = self.size, self.places
            half = f"a{size} {size} 0 1 0"
            circle = f"{half} {size * 2} 0{half}-{size * 2} 0"
            return [f"M{x - size:.1f} {y:.1f}{circle}" for x, y in [places[index] for index in indices]]
        shape, written = _shape(kind, self.size), self.written
        return [f"M{written[index]}{shape}" for index in indices]

    def _marks_with_titles(self, kind: PointKind, marks: list[tuple[int, str]]) -> list[str]:
        if kind is PointKind.MEASURED:
            radius, places = f'r="{self.size}"', self.places
            return [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" {radius}><title>{title}</title></circle>'
                for (x, y), title in [(places[index], title) for index, title in marks]
            ]
        outlines = self._outlines(kind, [index for index, _ in marks])
        return [
            f'<path d="{path}"><title>{title}</title></path>' for path, (_, title) in zip(outlines, marks, strict=True)
        ]

    def notes(self) -> None:
        """Write the exact value at the last point, and the notes that the spec asks for."""
        if not self.points:
            return
        final, wide = len(self.points) - 1, self.layout.name == "wide"
        newest = self.points[final]
        value = newest.value_text
        if text_width(value, self.layout.text, bold=True) > (self.layout.edge - self.layout.left) / 2:
            value = value.split(" (")[0]
        here = f"{newest.here}: {value}" if wide and newest.here else ""
        if not (here and self._beside(final, here)):
            self._beside(final, value, must=True)
        for index, point in enumerate(self.points):
            if point.note:
                short = not wide and point.note_short
                self._beside(index, short or point.note)

    def _beside(self, index: int, words: str, *, must: bool = False) -> bool:
        return self.note(*self.places[index], words, size=self.size, must=must)

    # Under the axis ------------------------------------------------------------------------

    def under(self) -> None:
        """Draw what has no place on the scale, the first year, the treatment bars, and the months."""
        layout = self.layout
        self._under_ticks()
        if self.cells:
            last = self.cells[-1]
            words = self.spec.ribbon.name if self.spec.ribbon else ""
            if last.x + last.width + 8 + text_width(words, layout.text) <= layout.width:
                self.text(last.x + last.width + 8, self.ribbon_top + RIBBON, words, css="m")
        for bar, lane in self.bars:
            self._bar(bar, lane)
        room = layout.tick_room / (layout.edge - layout.left)
        free = 0.0
        for day, words in month_ticks(self.scale.axes, self.spec.words.months, room):
            half = text_width(words, layout.text) / 2
            x = min(max(self.scale.x(day), half), layout.width - half)
            if x - half >= free:
                self.text(x, self.axis_text, words, anchor="m", css="m")
                free = x + half + 8

    def _under_ticks(self) -> None:
        """Draw a cross for each test without a place, and say why beside it, the newest first."""
        if not self.ticks:
            return
        layout, y = self.layout, self.layout.bottom + 13
        marks, taken = [], float(layout.width)
        for tick in reversed(self.ticks):
            x = self.scale.x(tick.collected_on)
            title = f"<title>{escape(tick.words)}</title>" if self.with_words else ""
            marks.append(f'<path d="M{px(x - 4)} {y - 4}l8 8m0-8l-8 8">{title}</path>')
            wide = text_width(tick.note, layout.text) + 10
            if tick.note and x + wide <= taken:
                self.text(x + 8, y + layout.text * 0.35, tick.note, css="m")
            elif tick.note and taken == layout.width and x - wide >= layout.left:
                self.text(x - 8, y + layout.text * 0.35, tick.note, anchor="e", css="m")
                x -= wide
            taken = x - 8
        self.parts.append(f'<g class="c-mark">{"".join(reversed(marks))}</g>')

    def _bar(self, bar: TreatmentBar, lane: int) -> None:
        layout = self.layout
        start, stop = self.scale.x(bar.started_on), self.scale.x(bar.stopped_on or self.spec.today)
        width, top = max(3.0, stop - start - 2), self.bars_top + lane * (layout.bar + 4)
        self.boxes.append(Bar(bar, start, top, width))
        if bar.kind is BarKind.BREAK:
            return
        after = [
            self.scale.x(other.started_on)
            for other, row in self.bars
            if row == lane and other.started_on > bar.started_on
        ]
        room = min([width, *(x - start for x in after)])
        y = top + layout.bar * 0.68
        for words in (bar.label, bar.label_short, bar.label.split(" ")[0]):
            needs = text_width(words, layout.text - 1, bold=True) + 12
            if words and needs <= room:
                self.text(start + 7, y, words, css="t")
                return
            if words and not after and start + width + needs <= layout.width:
                self.text(start + width + 6, y, words, css="t")
                return

    def compose(self) -> None:
        """Draw every layer, and find a place for every word: what matters most is placed first."""
        self.zone_and_steps()
        self.targets()
        self.upright()
        self.lines()
        self.under()
        self.marks()
        for step in self.steps:
            if step.is_goal:
                self.step_name(step)
        self.notes()
        for step in self.steps:
            if step.name and not step.is_goal:
                self.step_name(step)
        self.upright_names()
        self.target_names()
