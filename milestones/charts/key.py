"""The list of the marks that a chart uses: for those who meet one for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from milestones.charts.drawing import SQUARES
from milestones.charts.spec import AT_LIMIT, BarKind, ChartSpec, PointKind

_SQUARE = '<rect class="c-other" x="4" y="4" width="12" height="12"/>'
_SHAPES = {
    PointKind.MEASURED: '<circle class="c-full" cx="10" cy="10" r="6"/>',
    PointKind.NOT_DETECTED: '<path class="c-open" d="M3 5h14l-7 12z"/>',
    PointKind.BELOW_BOUND: '<path class="c-open" d="M3 5h14l-7 12z"/>',
    PointKind.ABOVE_BOUND: '<path class="c-open" d="M3 15h14l-7-12z"/>',
    **dict.fromkeys(SQUARES, _SQUARE),
}
_TICK = '<path class="c-mark" d="M5 5l10 10m0-10l-10 10"/>'
_TARGET = '<path class="c-target" d="M2 10h16"/>'
_BREAK = '<rect class="c-break" x="2" y="5" width="16" height="10" rx="3"/>'
_NEXT = '<path class="c-next" d="M10 4l6 6-6 6-6-6z"/>'


def render_key(spec: ChartSpec) -> str:
    """Return the list of the marks that this chart uses, as HTML."""
    items = "".join(
        [
            f'<li><svg viewBox="0 0 20 20" aria-hidden="true">{shape}</svg>{escape(words)}</li>'
            for shape, words in _items(spec)
        ]
    )
    return f'<ul class="chart-key">{items}</ul>' if items else ""


def _items(spec: ChartSpec) -> Iterator[tuple[str, str]]:
    kinds = {point.kind for point in spec.points}
    names = {kind: str(getattr(spec.words, kind.value)) for kind in PointKind}
    for kind in PointKind:
        if kind in kinds and (kind is not PointKind.BELOW_BOUND or not kinds >= AT_LIMIT):
            yield _SHAPES[kind], names[kind]
    if spec.ticks:
        yield _TICK, spec.words.tick
    if spec.goals:
        yield _TARGET, spec.words.target
    if any(bar.kind is BarKind.BREAK for bar in spec.treatments):
        yield _BREAK, spec.words.break_
    if spec.next_test_on and spec.next_test_on >= spec.today:
        yield _NEXT, spec.words.next_test
