"""Small multiples: one small drawing a count, all on the same time axis, each on an ordinary scale from 0.

Colours come from classes in the style sheet; there is no inline style. Pixels may be floats; nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from itertools import pairwise
from math import floor, log10

from milestones.charts.drawing import px
from milestones.charts.geometry import text_width

WIDTH, HEIGHT = 300, 164
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 22, 132
_TEXT = 13
_RADIUS = 4.0
#: From this many points on the marks would cover each other: the line and the last point stay.
MANY_POINTS = 60
#: Further apart than this, two points are joined by dots only: nobody knows what was between.
FAR_DAYS = 274


@dataclass(frozen=True, slots=True)
class SmallPoint:
    """One value in the chart's own unit."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class SmallChart:
    """What one small drawing shows: values in order of time, all in one unit, and the sentence that stands for it.

    ``first`` and ``last`` are the ends of the time axis, the same for all drawings of a page.
    """

    name: str
    unit: str
    story: str
    points: tuple[SmallPoint, ...]
    last_text: str
    first: date
    last: date
    first_text: str
    last_day_text: str
    limit: Decimal | None = None


def render_small(chart: SmallChart, *, element_id: str) -> str:
    """Return the drawing, or nothing where there is nothing to draw; every text is escaped."""
    if not chart.points:
        return ""
    top, lines = _scale(chart)
    ids = f"{escape(element_id)}-title {escape(element_id)}-story"
    title, story = ids.split()
    return (
        f'<svg class="chart-svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{ids}">'
        f'<title id="{title}">{escape(chart.name)} ({escape(chart.unit)})</title>'
        f'<desc id="{story}">{escape(chart.story)}</desc>'
        f"{_grid(lines, top)}{_limit(chart, top)}{_course(chart, top)}{_time(chart)}</svg>"
    )


def _scale(chart: SmallChart) -> tuple[float, list[float]]:
    """Return the top of the scale, and the values of its lines: 0, and one or two round ones."""
    values = [float(point.value) for point in chart.points]
    highest = max([*values, float(chart.limit or 0)]) or 1.0
    size: float = 10.0 ** floor(log10(highest))
    step = next(size * by for by in (0.25, 0.5, 1, 2.5, 5) if highest / (size * by) <= 4)
    lines = [step * count for count in range(int(highest / step) + 1)]
    return max(highest * 1.12, lines[-1]), lines


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / top


def _x(chart: SmallChart, on: date) -> float:
    days = max(1, (chart.last - chart.first).days)
    room = WIDTH - _LEFT - _RIGHT - 2 * _RADIUS
    return _LEFT + _RADIUS + room * (on - chart.first).days / days


def _grid(lines: list[float], top: float) -> str:
    path = "".join([f"M{_LEFT} {px(_y(value, top))}H{WIDTH - _RIGHT}" for value in lines])
    words = "".join(
        [
            f'<text x="{_LEFT - 6}" y="{px(_y(value, top) + _TEXT * 0.35)}" text-anchor="end">{value:.12g}</text>'
            for value in lines
        ]
    )
    return f'<path class="c-step" d="{path}"/>{words}'


def _limit(chart: SmallChart, top: float) -> str:
    if chart.limit is None:
        return ""
    return f'<path class="c-today" d="M{_LEFT} {px(_y(float(chart.limit), top))}H{WIDTH - _RIGHT}"/>'


def _course(chart: SmallChart, top: float) -> str:
    """Return the joins, the marks, and the last value beside the last mark."""
    places = [(point.on, _x(chart, point.on), _y(float(point.value), top)) for point in chart.points]
    near: list[str] = []
    far: list[str] = []
    for (day, x0, y0), (next_day, x1, y1) in pairwise(places):
        line = f"M{px(x0)} {px(y0)}L{px(x1)} {px(y1)}"
        (far if (next_day - day).days > FAR_DAYS else near).append(line)
    parts = [f'<path class="c-join" d="{"".join(near)}"/>'] if near else []
    parts += [f'<path class="c-join c-dash" d="{"".join(far)}"/>'] if far else []
    marked = places if len(places) <= MANY_POINTS else places[-1:]
    parts += [f'<circle class="c-full" cx="{px(x)}" cy="{px(y)}" r="{px(_RADIUS)}"/>' for _day, x, y in marked]
    _day, x, y = places[-1]
    wide = text_width(chart.last_text, _TEXT, bold=True) / 2
    x = min(max(x, _LEFT + wide), WIDTH - 2 - wide)
    over = y - _RADIUS - 6
    y = over if over > _TEXT else y + _RADIUS + _TEXT + 2
    parts.append(f'<text class="b" x="{px(x)}" y="{px(y)}" text-anchor="middle">{escape(chart.last_text)}</text>')
    return "".join(parts)


def _time(chart: SmallChart) -> str:
    y = _BOTTOM + _TEXT + 10
    first = f'<text x="{_LEFT}" y="{y}">{escape(chart.first_text)}</text>'
    if chart.first_text == chart.last_day_text:
        return first
    return f'{first}<text x="{WIDTH - _RIGHT}" y="{y}" text-anchor="end">{escape(chart.last_day_text)}</text>'
