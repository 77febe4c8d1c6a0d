"""The chart as SVG, written by hand: it stands in the page first, and it is what prints.

Colours and letter sizes come from classes in the style sheet; there is no inline style. One
drawing is for narrow places and one for wide ones; the style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from milestones.charts.geometry import NARROW, WIDE, Grid, Layout, Scale, axes_of, lanes_of, month_ticks, text_width
from milestones.charts.spec import (
    AT_LIMIT,
    BarKind,
    ChartPoint,
    ChartSpec,
    ChartStep,
    PointKind,
    TreatmentBar,
    joins,
)

#: From this many points on, marks are thin and the sentences stay in the table.
MANY_POINTS = 120

#: Marks smaller than this are drawn without a rim.
SMALL_MARK = 3.6

_STYLED = frozenset("bgnt")
_ANCHORS = {"s": "", "m": ' text-anchor="middle"', "e": ' text-anchor="end"'}


def _n(value: float) -> str:
    """Return a coordinate with one decimal, as short as it can be written."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Label:
    """Words with a place: ``css`` says what they are (b note, g goal, n name, t bar, m month, a axis)."""

    x: float
    y: float
    words: str
    anchor: str
    css: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A treatment bar with a place."""

    treatment: TreatmentBar
    x: float
    y: float
    width: float


class Drawing:
    """One drawing in the making: its parts, and the grid that keeps its words apart.

    The Plotly figure takes the places of the words from here, so that the two look alike.
    """

    def __init__(self, spec: ChartSpec, layout: Layout, *, with_words: bool) -> None:
        self.spec = spec
        self.layout = layout
        self.scale = Scale(axes_of(spec), layout)
        self.many = len(spec.points) > MANY_POINTS
        self.with_words = with_words and not self.many
        share = 0.45 * (layout.edge - layout.left) / max(1, len(spec.points))
        self.size = round(min(layout.radius, max(2.4, share)), 1)
        size = self.size
        self.circle = f"a{size} {size} 0 1 0 {size * 2} 0a{size} {size} 0 1 0-{size * 2} 0"
        self.bars = lanes_of(spec, self.scale.axes)
        self.tick_row = 16 if spec.ticks else 0
        lanes = max([lane for _, lane in self.bars], default=-1) + 1
        self.bars_top = layout.bottom + self.tick_row + 10
        self.axis_text = self.bars_top + lanes * (layout.bar + 4) + layout.text + 4
        self.height = self.axis_text + 6
        self.grid = Grid(layout.width, self.height)
        self.parts: list[str] = []
        self.labels: list[Label] = []
        self.leaders: list[tuple[float, float, float, float]] = []
        self.boxes: list[Bar] = []
        self.places = self.scale.places(spec.points)

    # Words ---------------------------------------------------------------------------------

    def text(self, x: float, y: float, words: str, *, anchor: str = "s", css: str = "") -> None:
        """Write words on the drawing."""
        self.labels.append(Label(x, y, words, anchor, css))

    def box(self, x: float, y: float, width: float, anchor: str) -> tuple[float, float, float, float]:
        """Return the rectangle that a text takes."""
        left = {"s": x, "m": x - width / 2, "e": x - width}[anchor]
        return left, y - self.layout.text * 0.85, left + width, y + self.layout.text * 0.25

    def put(self, words: str, spots: list[tuple[float, float, str]], *, css: str = "", most: int = 0) -> int:
        """Write words at the first free spot, or the least crowded one; return which, or -1.

        Words stay inside the plot. ``most`` is how many taken cells may be crossed before they are left out.
        """
        width = text_width(words, self.layout.text, bold=bool(css))
        best, least = -1, most + 1
        for index, (x, y, anchor) in enumerate(spots):
            box = self.box(x, y, width, anchor)
            if (
                box[0] < self.layout.left
                or box[2] > self.layout.width - 1
                or box[1] < 0
                or box[3] > self.layout.bottom - 1
            ):
                continue
            crossed = self.grid.crossings(*box)
            if crossed < least:
                best, least = index, crossed
            if not crossed:
                break
        if best >= 0:
            x, y, anchor = spots[best]
            self.grid.take(*self.box(x, y, width, anchor))
            self.text(x, y, words, anchor=anchor, css=css)
        return best

    # Layers, from the back to the front ----------------------------------------------------

    def zone_and_steps(self) -> None:
        """Draw the goal zone and one thin line a step, with its percentage on the axis."""
        layout, goal = self.layout, self.spec.goal
        if goal is not None:
            top = self.scale.y(float(goal.percent))
            self.parts.append(
                f'<rect class="c-zone" x="{layout.left}" y="{_n(top)}" '
                f'width="{layout.edge - layout.left}" height="{_n(layout.bottom - top)}"/>'
            )
        path = []
        for step in self.spec.steps:
            y = self.scale.y(float(step.percent))
            line = f"M{layout.left} {_n(y)}H{layout.edge}"
            if step.is_goal:
                self.parts.append(f'<path class="c-goal" d="{line}"/>')
            else:
                path.append(line)
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
        elif not (step.goal_label and layout.name == "wide" and self.put(step.goal_label, spots, css="g", most=1) >= 0):
            self.put(step.name, spots, css="g", most=8)
        if step.is_goal:
            self.grid.take_line(layout.left, y, layout.edge, y)

    def upright(self) -> None:
        """Draw the year-1 line, today, and the next test."""
        spec, layout, words = self.spec, self.layout, self.spec.words
        for day, name, css in ((spec.year_1_on, words.year_1, "c-year"), (spec.today, words.today, "c-today")):
            if day is None or not self.scale.axes.first <= day <= self.scale.axes.last:
                continue
            x = self.scale.x(day)
            top = layout.top if css == "c-year" else layout.bottom - 10
            self.parts.append(f'<path class="{css}" d="M{_n(x)} {top}V{layout.bottom + 4}"/>')
            if css == "c-today":
                self.grid.take(x - 1, top, x + 1, layout.bottom)
            else:
                y = layout.top - 8.0
                self.put(name, [(x, y, "m"), (x + 4, y, "e"), (x - 4, y, "s")], css="n")
        if spec.next_test_on and spec.next_test_on >= spec.today:
            x, y = self.scale.x(spec.next_test_on), float(layout.bottom)
            self.parts.append(f'<path class="c-next" d="M{_n(x)} {_n(y - 5)}l5 5-5 5-5-5z"/>')
            self.grid.take(x - 5, y - 5, x + 5, y + 5)

    def upright_names(self) -> None:
        """Name today and the next test, where nothing is written yet."""
        spec, layout = self.spec, self.layout
        x, y = self.scale.x(spec.today), layout.bottom - 12.0
        self.put(spec.words.today, [(x, y, "m"), (x, y, "e"), (x - 5, y + 8, "e"), (x, y, "s")], css="n", most=3)
        if spec.next_test_on and spec.next_test_on >= spec.today:
            x, y = self.scale.x(spec.next_test_on), layout.bottom - 9.0
            self.put(spec.words.next_test, [(x, y, "m"), (layout.edge, y, "e")], css="n")

    def lines(self) -> None:
        """Draw the joins: one path for what was measured, one for what is only an upper bound."""
        places = {id(point): place for point, place in zip(self.spec.points, self.places, strict=True)}
        paths: dict[bool, list[str]] = {False: [], True: []}
        last: dict[bool, tuple[float, float] | None] = {False: None, True: None}
        for join in joins(self.spec):
            (x0, y0), (x1, y1) = places[id(join.start)], places[id(join.end)]
            move = "" if last[join.dashed] == (x0, y0) else f"M{x0:.1f} {y0:.1f}"
            paths[join.dashed].append(f"{move}L{x1:.1f} {y1:.1f}")
            last[join.dashed] = (x1, y1)
            self.grid.take_line(x0, y0, x1, y1)
        for dashed, path in paths.items():
            if path:
                self.parts.append(f'<path class="c-join{" c-dash" if dashed else ""}" d="{"".join(path)}"/>')

    def marks(self) -> None:
        """Draw one mark a result, in the shape of its kind, with its sentence as a tooltip."""
        by_kind: dict[PointKind, list[str]] = {kind: [] for kind in PointKind}
        for point, (x, y) in zip(self.spec.points, self.places, strict=True):
            self.grid.take_dot(x, y)
            by_kind[point.kind].append(self._mark(point, x, y) if self.with_words else self._outline(point.kind, x, y))
        for kind, marks in by_kind.items():
            if not marks:
                continue
            css = {PointKind.MEASURED: "c-full", PointKind.NOT_COMPARABLE: "c-other"}.get(kind, "c-open")
            drawn = "".join(marks)
            if self.with_words:
                self.parts.append(f'<g class="{css} {kind.value}">{drawn}</g>')
            else:
                self.parts.append(f'<path class="{css} {kind.value}" d="{drawn}"/>')

    def _outline(self, kind: PointKind, x: float, y: float) -> str:
        """Return the shape of a kind as path data; without tooltips one path holds all marks of a kind."""
        size = self.size
        if kind is PointKind.MEASURED:
            return f"M{x - size:.1f} {y:.1f}{self.circle}"
        if kind is PointKind.NOT_COMPARABLE:
            return f"M{_n(x - size)} {_n(y - size)}h{size * 2}v{size * 2}h-{size * 2}z"
        wide = size * 1.35
        up = -1 if kind is PointKind.ABOVE_BOUND else 1
        return f"M{_n(x - wide)} {_n(y - up * wide * 0.8)}h{_n(wide * 2)}l-{_n(wide)} {_n(up * wide * 1.7)}z"

    def _mark(self, point: ChartPoint, x: float, y: float) -> str:
        title = f"<title>{escape(point.words)}</title>"
        if point.kind is PointKind.MEASURED:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{self.size}">{title}</circle>'
        return f'<path d="{self._outline(point.kind, x, y)}">{title}</path>'

    def notes(self) -> None:
        """Write the exact value at the last point, and the notes that the spec asks for."""
        if not self.spec.points:
            return
        final = len(self.spec.points) - 1
        value = self.spec.points[final].value_text
        if text_width(value, self.layout.text, bold=True) > (self.layout.edge - self.layout.left) / 2:
            value = value.split(" (")[0]
        self._note(final, value, must=True)
        for index, point in enumerate(self.spec.points):
            if point.note:
                short = self.layout.name == "narrow" and point.note_short
                self._note(index, short or point.note, must=False)

    def _note(self, index: int, words: str, *, must: bool) -> None:
        x, y = self.places[index]
        size, line = self.size, self.layout.text
        near = size + 5
        spots = [(x + near, y - near, "s"), (x, y - near - 2, "m"), (x - near, y + near + line * 0.7, "e"),
                 (x, y + near + line * 0.8, "m"), (x - near, y - near, "e"), (x + near, y + near + line * 0.7, "s"),
                 (x + near + 2, y + line * 0.35, "s"), (x - near - 2, y + line * 0.35, "e")]  # fmt: skip
        close = len(spots)
        for far in (24.0, 38.0, 54.0):
            for up in (-1, 1):
                level = y + up * far + (line * 0.7 if up > 0 else 0)
                spots += [
                    (x + up * -far * 0.5, level, "s" if up < 0 else "e"),
                    (x + up * far * 0.5, level, "e" if up < 0 else "s"),
                ]
        chosen = self.put(words, spots, css="b", most=30 if must else 2)
        if chosen >= close:
            end_x, end_y, anchor = spots[chosen]
            end_y += 3 if end_y < y else -line * 0.8
            end_x += {"s": 3, "e": -3}.get(anchor, 0)
            self.leaders.append((x, y, end_x, end_y))
            self.grid.take_line(x, y, end_x, end_y)

    # Under the axis ------------------------------------------------------------------------

    def under(self) -> None:
        """Draw what has no place on the scale, the treatment bars, and the months."""
        layout = self.layout
        if self.spec.ticks:
            y = layout.bottom + 12
            marks = []
            for tick in self.spec.ticks:
                title = f"<title>{escape(tick.words)}</title>" if self.with_words else ""
                marks.append(
                    f'<path d="M{_n(self.scale.x(tick.collected_on) - 4)} {y - 4}l8 8m0-8l-8 8">{title}</path>'
                )
            self.parts.append(f'<g class="c-mark">{"".join(marks)}</g>')
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
        self.upright()
        self.lines()
        self.under()
        self.marks()
        for step in self.spec.steps:
            if step.is_goal:
                self.step_name(step)
        self.notes()
        for step in self.spec.steps:
            if step.name and not step.is_goal:
                self.step_name(step)
        self.upright_names()

    def svg(self, element_id: str) -> str:
        """Return the whole drawing."""
        self.compose()
        bars = "".join([self._bar_svg(box) for box in self.boxes])
        leaders = "".join([f"M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}" for x0, y0, x1, y1 in self.leaders])
        leaders = f'<path class="c-lead" d="{leaders}"/>' if leaders else ""
        words = "".join([_text_svg(label) for label in self.labels])
        title, story = f"{element_id}-{self.layout.name}-title", f"{element_id}-{self.layout.name}-story"
        many = " chart-many" if self.size < SMALL_MARK else ""
        return (
            f'<svg class="chart-svg chart-{self.layout.name}{many}" viewBox="0 0 {self.layout.width} {self.height}" '
            f'role="img" aria-labelledby="{title} {story}"><title id="{title}">{escape(self.spec.title)}</title>'
            f'<desc id="{story}">{escape(self.spec.story)}</desc>{bars}{"".join(self.parts)}{leaders}{words}</svg>'
        )

    def _bar_svg(self, box: Bar) -> str:
        css = "c-break" if box.treatment.kind is BarKind.BREAK else "c-bar"
        title = f"<title>{escape(box.treatment.label)}</title>" if self.with_words else ""
        return (
            f'<rect class="{css}" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" '
            f'height="{self.layout.bar}" rx="5">{title}</rect>'
        )


def _text_svg(label: Label) -> str:
    css = label.css.split(" ")[0]
    name = f' class="{css}"' if css in _STYLED else ""
    return f'<text x="{_n(label.x)}" y="{_n(label.y)}"{_ANCHORS[label.anchor]}{name}>{escape(label.words)}</text>'


def render_chart_svg(
    spec: ChartSpec, *, layout: Layout = WIDE, element_id: str = "chart", with_words: bool = True
) -> str:
    """Return one drawing of the chart, or nothing where there is nothing to draw.

    ``with_words`` puts each result's sentence in the drawing as a tooltip.
    """
    if not spec.points:
        return ""
    return Drawing(spec, layout, with_words=with_words).svg(escape(element_id))


def render_chart(spec: ChartSpec, *, element_id: str = "chart") -> str:
    """Return both drawings; the style sheet shows the one that fits its place."""
    return render_chart_svg(spec, layout=NARROW, element_id=element_id, with_words=False) + render_chart_svg(
        spec, layout=WIDE, element_id=element_id
    )


_KEY_SHAPES = {
    PointKind.MEASURED: '<circle class="c-full" cx="10" cy="10" r="6"/>',
    PointKind.NOT_DETECTED: '<path class="c-open" d="M3 5h14l-7 12z"/>',
    PointKind.BELOW_BOUND: '<path class="c-open" d="M3 5h14l-7 12z"/>',
    PointKind.ABOVE_BOUND: '<path class="c-open" d="M3 15h14l-7-12z"/>',
    PointKind.NOT_COMPARABLE: '<rect class="c-other" x="4" y="4" width="12" height="12"/>',
}
_KEY_TICK = '<path class="c-mark" d="M5 5l10 10m0-10l-10 10"/>'
_KEY_BREAK = '<rect class="c-break" x="2" y="5" width="16" height="10" rx="3"/>'
_KEY_NEXT = '<path class="c-next" d="M10 4l6 6-6 6-6-6z"/>'


def _key_items(spec: ChartSpec) -> Iterator[tuple[str, str]]:
    kinds = {point.kind for point in spec.points}
    names = {kind: str(getattr(spec.words, kind.value)) for kind in PointKind}
    for kind in PointKind:
        if kind in kinds and (kind is not PointKind.BELOW_BOUND or not kinds >= AT_LIMIT):
            yield _KEY_SHAPES[kind], names[kind]
    if spec.ticks:
        yield _KEY_TICK, spec.words.tick
    if any(bar.kind is BarKind.BREAK for bar in spec.treatments):
        yield _KEY_BREAK, spec.words.break_
    if spec.next_test_on and spec.next_test_on >= spec.today:
        yield _KEY_NEXT, spec.words.next_test


def render_key(spec: ChartSpec) -> str:
    """Return the list of the marks that this chart uses, as HTML."""
    items = "".join(
        [
            f'<li><svg viewBox="0 0 20 20" aria-hidden="true">{shape}</svg>{escape(words)}</li>'
            for shape, words in _key_items(spec)
        ]
    )
    return f'<ul class="chart-key">{items}</ul>' if items else ""
