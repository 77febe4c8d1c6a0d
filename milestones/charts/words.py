"""Words on a drawing: each finds a free place, or the least crowded one, or is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from milestones.charts.geometry import Grid, Layout, text_width

Leader = tuple[float, float, float, float]
#: Where words may stand: x, y of their base line, and which end of them is there: s start, m middle, e end.
Spot = tuple[float, float, str]
# How far letters reach above and below their base line, as shares of their size.
_OVER, _UNDER = 0.85, 0.25


@dataclass(frozen=True, slots=True)
class Label:
    """Words with a place: ``css`` says what they are (b note, g goal, n name, t bar, m month, a axis)."""

    x: float
    y: float
    words: str
    anchor: str
    css: str


class Lettering:
    """The words of one drawing, and the grid that keeps them apart from what is drawn and from each other."""

    def __init__(self, layout: Layout, height: float) -> None:
        self.layout = layout
        self.grid = Grid(layout.width, height)
        self.labels: list[Label] = []
        self.leaders: list[Leader] = []

    def text(self, x: float, y: float, words: str, *, anchor: str = "s", css: str = "") -> None:
        """Write words on the drawing."""
        self.labels.append(Label(x, y, words, anchor, css))

    def box(self, x: float, y: float, width: float, anchor: str) -> tuple[float, float, float, float]:
        """Return the rectangle that a text takes."""
        left = x - _before(width)[anchor]
        return left, y - self.layout.text * _OVER, left + width, y + self.layout.text * _UNDER

    def put(
        self,
        words: str,
        spots: Iterable[Spot],
        *,
        css: str = "",
        most: int = 0,
        leader: Callable[[Spot], Leader] | None = None,
        close: int = 0,
    ) -> Spot | None:
        """Write words at the first free spot, or the least crowded one; return that spot, or None.

        Words stay inside the plot. ``most`` is how many taken cells may be crossed before they are left out;
        ``leader`` gives the line that the words at a spot would need, if it is not one of the first ``close``.
        """
        layout, grid = self.layout, self.grid
        width = text_width(words, layout.text, bold=bool(css))
        before, over, under = _before(width), layout.text * _OVER, layout.text * _UNDER
        first, last, lowest = layout.left, layout.width - 1 - width, layout.bottom - 1 - under
        best, least = None, most + 1
        for index, spot in enumerate(spots):
            x, y, anchor = spot
            left = x - before[anchor]
            if left < first or left > last or y < over or y > lowest:
                continue
            crossed = grid.crossings(left, y - over, left + width, y + under)
            if leader is not None and index >= close and crossed < least:
                crossed += 2 * grid.line_crossings(*leader(spot))
            if crossed < least:
                best, least = spot, crossed
            if not crossed:
                break
        if best is not None:
            x, y, anchor = best
            grid.take(*self.box(x, y, width, anchor))
            self.text(x, y, words, anchor=anchor, css=css)
        return best

    def note(self, x: float, y: float, words: str, *, size: float, must: bool) -> bool:
        """Write words beside a mark of this size, with a line to it where they stand far; tell if there was room."""
        line = self.layout.text
        near = size + 5
        close = [(x + near, y - near, "s"), (x, y - near - 2, "m"), (x - near, y + near + line * 0.7, "e"),
                 (x, y + near + line * 0.8, "m"), (x - near, y - near, "e"), (x + near, y + near + line * 0.7, "s"),
                 (x + near + 2, y + line * 0.35, "s"), (x - near - 2, y + line * 0.35, "e")]  # fmt: skip
        chosen = self.put(
            words,
            chain(close, _far_spots(x, y, line)),
            css="b",
            most=30 if must else 6,
            leader=lambda spot: self._leader(x, y, spot),
            close=len(close),
        )
        if chosen is not None and chosen not in close:
            leader = self._leader(x, y, chosen)
            self.leaders.append(leader)
            self.grid.take_line(*leader)
        return chosen is not None

    def _leader(self, x: float, y: float, spot: Spot) -> Leader:
        """Return the thin line from a mark to words that stand far from it."""
        end_x, end_y, anchor = spot
        end_y += 3 if end_y < y else -self.layout.text * 0.8
        return x, y, end_x + {"s": 3, "e": -3}.get(anchor, 0), end_y


def _before(width: float) -> dict[str, float]:
    """Return how much of the words lies before their spot."""
    return {"s": 0.0, "m": width / 2, "e": width}


def _far_spots(x: float, y: float, line: int) -> Iterator[Spot]:
    """Yield spots farther and farther from a mark."""
    for far in (24.0, 38.0, 54.0):
        for up in (-1, 1):
            level = y + up * far + (line * 0.7 if up > 0 else 0)
            yield x + up * -far * 0.5, level, "s" if up < 0 else "e"
            yield x + up * far * 0.5, level, "e" if up < 0 else "s"
