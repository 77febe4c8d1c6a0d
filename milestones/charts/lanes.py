"""What happened, in lanes on one time axis: side effects, visits, tests and results above the treatment bars.

The table or list beside it is the base, as for every chart. Colours and letter sizes come from classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

from milestones.charts.drawing import px
from milestones.charts.geometry import Axes, month_ticks, text_width
from milestones.charts.spec import BarKind, ChartWords, TreatmentBar

_MANY = 120
_SHORTEST_DAYS = 90
_TOP_RANK = 3
_PITCH = 6  # how much higher each rank stands
_MARK = 4.0


@dataclass(frozen=True, slots=True)
class LaneMark:
    """One thing on a day. ``rank`` 0 is an open ring; 1 to 3 a bar that grows; None a dot.

    ``share`` places a dot in a tall lane, from 0 at its bottom to 1 at its top; ``is_open`` draws it as a ring.
    """

    on: date
    words: str
    rank: int | None = None
    share: float = 0.0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of marks, with its name.

    A tall one holds a course, with named lines at shares of its height, and ``joins`` between its marks by index;
    a join that is dashed is less sure.
    """

    name: str
    marks: tuple[LaneMark, ...]
    is_tall: bool = False
    lines: tuple[tuple[float, str], ...] = ()
    joins: tuple[tuple[int, int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class LanesSpec:
    """Lanes and treatment bars on one axis, from the first thing to today or what is planned after it."""

    title: str
    story: str
    today: date
    lanes: tuple[Lane, ...]
    treatments: tuple[TreatmentBar, ...] = ()
    treatment_name: str = "Treatment"
    words: ChartWords = field(default_factory=ChartWords)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The sizes of one drawing; ``left`` 0 puts the name of a lane above it."""

    name: str
    width: int
    left: int
    lane: int
    text: int
    tick_room: int


_SIZES = (_Sizes("narrow", 300, 0, 50, 13, 62), _Sizes("wide", 880, 190, 36, 14, 96))
_BAR = 20
_TALL = 120


def render_lanes(spec: LanesSpec, *, element_id: str = "lanes") -> str:
    """Return both drawings; the style sheet shows the one that fits. Nothing where there is no lane."""
    if not any(lane.marks for lane in spec.lanes):
        return ""
    return "".join([_Lanes(spec, sizes).svg(escape(element_id)) for sizes in _SIZES])


class _Lanes:
    """One drawing in the making."""

    def __init__(self, spec: LanesSpec, sizes: _Sizes) -> None:
        self.spec, self.sizes = spec, sizes
        days = [mark.on for lane in spec.lanes for mark in lane.marks]
        last = max(*days, spec.today)
        first = min(*days, last - timedelta(days=_SHORTEST_DAYS))
        pad = timedelta(days=max(3, (last - first).days // 30))
        self.axes = Axes(first - pad, last + pad, 0, 1)
        self.parts: list[str] = []

    def x(self, day: date) -> float:
        """Return the x of a day, held inside the axis."""
        left, room = self.sizes.left + 4, self.sizes.width - self.sizes.left - 8
        share = (day - self.axes.first).days / self.axes.days
        return left + room * min(1.0, max(0.0, share))

    def svg(self, element_id: str) -> str:
        """Return the drawing."""
        sizes, spec = self.sizes, self.spec
        y = 4
        for lane in spec.lanes:
            if lane.is_tall:
                y = self._course(lane, y)
                continue
            self._lane(lane, y)
            y += sizes.lane
        y = self._treatments(y)
        self._today(y)
        y = self._months(y)
        title, story = f"{element_id}-{sizes.name}-title", f"{element_id}-{sizes.name}-story"
        return (
            f'<svg class="chart-svg chart-{sizes.name}" viewBox="0 0 {sizes.width} {y}" role="img" '
            f'aria-labelledby="{title} {story}"><title id="{title}">{escape(spec.title)}</title>'
            f'<desc id="{story}">{escape(spec.story)}</desc>{"".join(self.parts)}</svg>'
        )

    def _lane(self, lane: Lane, top: int) -> None:
        sizes = self.sizes
        base = top + sizes.lane - 8
        at = top + sizes.text if not sizes.left else base - 4
        self._text(0, at, _short(lane.name, (sizes.left or sizes.width) - 8, sizes.text), css="b")
        self.parts.append(f'<path class="c-step" d="M{sizes.left + 4} {base}H{sizes.width - 4}"/>')
        many = sum(len(one.marks) for one in self.spec.lanes) > _MANY
        for css, path, words in self._marks(lane, base):
            title = "" if many else f"<title>{escape(words)}</title>"
            self.parts.append(f'<path class="{css}" d="{path}">{title}</path>')

    def _course(self, lane: Lane, top: int) -> int:
        """Draw a course: its lines, what joins the marks, and the marks; return where it ends."""
        sizes = self.sizes
        first = top + (0 if sizes.left else sizes.text + 8)
        self._text(0, top + sizes.text, lane.name, css="b")

        def y(share: float) -> float:
            return first + 8 + (1 - share) * (_TALL - 16)

        for share, name in lane.lines:
            at = px(y(share))
            self.parts.append(f'<path class="c-step" d="M{sizes.left + 4} {at}H{sizes.width - 4}"/>')
            x, above = (sizes.left - 4, 5) if sizes.left else (sizes.width - 4, -4)
            self._text(x, y(share) + above, name, anchor=' text-anchor="end"')
        spots = [(px(self.x(mark.on)), px(y(mark.share))) for mark in lane.marks]
        for is_dashed, css in ((False, "c-join"), (True, "c-join c-dash")):
            joins = [(spots[one], spots[two]) for one, two, dashed in lane.joins if dashed is is_dashed]
            if joins:
                path = "".join(f"M{x0} {y0}L{x1} {y1}" for (x0, y0), (x1, y1) in joins)
                self.parts.append(f'<path class="{css}" d="{path}"/>')
        many = len(lane.marks) > _MANY
        for mark, (at_x, at_y) in zip(lane.marks, spots, strict=True):
            css, title = "c-open" if mark.is_open else "c-full", "" if many else f"<title>{escape(mark.words)}</title>"
            self.parts.append(f'<circle class="{css}" cx="{at_x}" cy="{at_y}" r="{_MARK:g}">{title}</circle>')
        return first + _TALL + 6

    def _marks(self, lane: Lane, base: int) -> list[tuple[str, str, str]]:
        found = []
        for mark in lane.marks:
            x, size = self.x(mark.on), _MARK
            if mark.rank:
                height = min(mark.rank, _TOP_RANK) * _PITCH + 2
                path, css = f"M{px(x - 3)} {base}v-{height}h6v{height}z", "c-full"
            else:
                y = base - (_MARK if mark.rank == 0 else 8)
                around = f"a{size:g} {size:g} 0 1 0"
                path = f"M{px(x - size)} {px(y)}{around} {size * 2:g} 0{around}-{size * 2:g} 0"
                css = "c-open" if mark.rank == 0 else "c-full"
            found.append((css, path, mark.words))
        return found

    def _treatments(self, top: int) -> int:
        shown = [bar for bar in self.spec.treatments if (bar.stopped_on or self.spec.today) >= self.axes.first]
        if not shown:
            return top
        sizes = self.sizes
        self._text(0, top + sizes.text + (0 if not sizes.left else 4), self.spec.treatment_name, css="b")
        y = top + (sizes.text + 7 if not sizes.left else 4)
        for bar in sorted(shown, key=lambda one: (one.kind is BarKind.BREAK, one.started_on)):
            start, stop = self.x(bar.started_on), self.x(bar.stopped_on or self.spec.today)
            width = max(3.0, stop - start - 1)
            css = "c-break" if bar.kind is BarKind.BREAK else "c-bar"
            self.parts.append(
                f'<rect class="{css}" x="{px(start)}" y="{y}" width="{px(width)}" height="{_BAR}" rx="5">'
                f"<title>{escape(bar.label)}</title></rect>"
            )
            if bar.kind is not BarKind.BREAK:
                self._bar_name(bar, start, width, y)
        return y + _BAR + 4

    def _bar_name(self, bar: TreatmentBar, start: float, width: float, top: int) -> None:
        for words in (bar.label, bar.label_short, bar.label.split(" ")[0]):
            if words and text_width(words, self.sizes.text - 1, bold=True) + 12 <= width:
                self._text(start + 6, top + 14, words, css="t")
                return

    def _today(self, bottom: int) -> None:
        x = px(self.x(self.spec.today))
        self.parts.append(f'<path class="c-event" d="M{x} 4V{bottom}"/>')

    def _months(self, top: int) -> int:
        sizes, free = self.sizes, 0.0
        room = sizes.tick_room / (sizes.width - sizes.left)
        y = top + sizes.text + 4
        for day, words in month_ticks(self.axes, self.spec.words.months, room):
            half = text_width(words, sizes.text) / 2
            x = min(max(self.x(day), sizes.left + half), sizes.width - half)
            if x - half >= free:
                self._text(x, y, words, anchor=' text-anchor="middle"')
                free = x + half + 8
        return y + 6

    def _text(self, x: float, y: float, words: str, *, css: str = "", anchor: str = "") -> None:
        name = f' class="{css}"' if css else ""
        self.parts.append(f'<text x="{px(x)}" y="{px(y)}"{anchor}{name}>{escape(words)}</text>')


def _short(words: str, room: float, size: int) -> str:
    """Return words cut to the room there is; the whole stands in the list beside the drawing."""
    if text_width(words, size, bold=True) <= room:
        return words
    kept = words
    while kept and text_width(f"{kept}…", size, bold=True) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def days_of(lanes: Sequence[Lane]) -> list[date]:
    """Return every day that has a mark, in order."""
    return sorted({mark.on for lane in lanes for mark in lane.marks})
