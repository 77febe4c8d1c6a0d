"""Words on a drawing: each finds a free place, or the least crowded one, or is left out."""

from __future__ import annotations

from dataclasses import dataclass

from milestones.charts.geometry import Grid, Layout, text_width

Leader = tuple[float, float, float, float]


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
        left = {"s": x, "m": x - width / 2, "e": x - width}[anchor]
        return left, y - self.layout.text * 0.85, left + width, y + self.layout.text * 0.25

    def put(
        self,
        words: str,
        spots: list[tuple[float, float, str]],
        *,
        css: str = "",
        most: int = 0,
        leaders: dict[int, Leader] | None = None,
    ) -> int:
        """Write words at the first free spot, or the least crowded one; return which, or -1.

        Words stay inside the plot. ``most`` is how many taken cells may be crossed before they are left out;
        ``leaders`` are the lines that the words at some of the spots would need.
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
            if leaders and index in leaders and crossed < least:
                crossed += 2 * self.grid.line_crossings(*leaders[index])
            if crossed < least:
                best, least = index, crossed
            if not crossed:
                break
        if best >= 0:
            x, y, anchor = spots[best]
            self.grid.take(*self.box(x, y, width, anchor))
            self.text(x, y, words, anchor=anchor, css=css)
        return best

    def note(self, x: float, y: float, words: str, *, size: float, must: bool) -> bool:
        """Write words beside a mark of this size, with a line to it where they stand far; tell if there was room."""
        line = self.layout.text
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
        leaders = {number: self._leader(x, y, spots[number]) for number in range(close, len(spots))}
        chosen = self.put(words, spots, css="b", most=30 if must else 6, leaders=leaders)
        if chosen in leaders:
            self.leaders.append(leaders[chosen])
            self.grid.take_line(*leaders[chosen])
        return chosen >= 0

    def _leader(self, x: float, y: float, spot: tuple[float, float, str]) -> Leader:
        """Return the thin line from a mark to words that stand far from it."""
        end_x, end_y, anchor = spot
        end_y += 3 if end_y < y else -self.layout.text * 0.8
        return x, y, end_x + {"s": 3, "e": -3}.get(anchor, 0), end_y
