"""Two step curves from 0 to 100 %: what was reached, and what came before it. Drawn once, as a picture.

Colours come from classes in the style sheet; there is no inline style. Pixels may be floats; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from milestones.charts.drawing import px

WIDTH, HEIGHT = 360, 262
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 14, 180
_KEYS, _KEY_HEIGHT = 230, 22


@dataclass(frozen=True, slots=True)
class IncidenceChart:
    """What is drawn: the curves as (day, share from 0 to 1), the ends of the axis in days, and the words.

    ``story`` is the sentence that stands for the picture; ``months`` are (month, day) of the axis. A curve that is None
    is not drawn, and ``few_text`` stands for its share.
    """

    name: str
    story: str
    reached: tuple[tuple[int, float], ...] | None
    competing: tuple[tuple[int, float], ...] | None
    last_day: int
    months: tuple[tuple[int, int], ...]
    reached_text: str
    competing_text: str
    few_text: str = ""


def render_incidence(chart: IncidenceChart, *, element_id: str) -> str:
    """Return the drawing; every text is escaped."""
    ids = f"{escape(element_id)}-title {escape(element_id)}-story"
    title, story = ids.split()
    return (
        f'<svg class="chart-svg incidence" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{ids}">'
        f'<title id="{title}">{escape(chart.name)}</title><desc id="{story}">{escape(chart.story)}</desc>'
        f"{_grid(chart)}{_curve(chart, chart.competing, 'c-join c-dash', chart.competing_text, place=1)}"
        f"{_curve(chart, chart.reached, 'c-join', chart.reached_text, place=0)}</svg>"
    )


def _x(chart: IncidenceChart, day: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(day, chart.last_day) / chart.last_day


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share


def _grid(chart: IncidenceChart) -> str:
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    lines = "".join(f"M{_LEFT} {px(_y(share))}H{WIDTH - _RIGHT}" for share in shares)
    words = "".join(
        f'<text x="{_LEFT - 6}" y="{px(_y(share) + 4.5)}" text-anchor="end">{share:.0%}</text>' for share in shares
    )
    months = "".join(
        f'<text x="{px(_x(chart, day))}" y="{_BOTTOM + 20}" text-anchor="middle">{month}</text>'
        for month, day in chart.months
    )
    return f'<path class="c-step" d="{lines}"/>{words}{months}'


def _curve(chart: IncidenceChart, steps: Sequence[tuple[int, float]] | None, css: str, text: str, *, place: int) -> str:
    """Return a curve, and beneath the axis what it is and where it ends: a word in the picture would lie on a line."""
    if steps is None:
        return f'<text x="{_LEFT + 36}" y="{_KEYS + place * _KEY_HEIGHT}">{escape(f"{text}: {chart.few_text}")}</text>'
    path, share = f"M{_LEFT} {px(_y(0.0))}", 0.0
    for day, reached in steps:
        if day <= chart.last_day:
            path += f"H{px(_x(chart, day))}V{px(_y(reached))}"
            share = reached
    x, y = _LEFT, _KEYS + place * _KEY_HEIGHT
    key = f'<path class="{css}" d="M{x} {y - 5}h28"/><text x="{x + 36}" y="{y}">{escape(text)} {share:.0%}</text>'
    return f'<path class="{css}" fill="none" d="{path}H{WIDTH - _RIGHT}"/>{key}'
