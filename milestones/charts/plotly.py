"""The chart as a Plotly figure: a plain dictionary, ready for JSON.

The dictionary is built without Plotly's validating classes, which cost a hundred times more; a
test builds the validated figure from it and compares. It names no colours: every trace, shape and
annotation carries a role, and the script in the page gives each role its colour, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from milestones.charts.drawing import RIBBON, Drawing
from milestones.charts.geometry import NARROW, WIDE, Axes, Ground, Layout, ground_of
from milestones.charts.spec import BarKind, ChartSpec, PointKind
from milestones.charts.words import Label

Json = dict[str, Any]


def _inert(words: str) -> str:
    """Return words that Plotly shows as they are: it would read tags in them, links included."""
    return escape(words, quote=False)


CONFIG: Json = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "plotlyServerURL": "",
}

#: All but what was measured are drawn open: filled with the colour of the paper, by the script.
_SYMBOLS = {
    PointKind.MEASURED: "circle",
    PointKind.NOT_DETECTED: "triangle-down",
    PointKind.BELOW_BOUND: "triangle-down",
    PointKind.ABOVE_BOUND: "triangle-up",
    PointKind.NOT_COMPARABLE: "square",
    PointKind.OWN_SCALE: "square",
}
_ANCHORS = {"s": "left", "m": "center", "e": "right"}


def _lines(spec: ChartSpec) -> Iterator[Json]:
    """Yield one trace for what was measured on both ends, and one for what is only an upper bound."""
    is_own = any(point.kind is PointKind.OWN_SCALE for point in spec.points)
    for dashed, role in ((False, "join"), (True, "join-dashed")):
        days: list[str | None] = []
        values: list[float | None] = []
        for join in spec.joins:
            if join.dashed is dashed:
                start, end = spec.points[join.start], spec.points[join.end]
                days += [start.collected_on.isoformat(), end.collected_on.isoformat(), None]
                values += [float(start.y), float(end.y), None]
        if days:
            yield {
                "type": "scatter",
                "mode": "lines",
                "name": role,
                "meta": {"role": role, "own": is_own},
                "x": days,
                "y": values,
                "line": {"width": 2.5, "dash": "dot" if dashed else "solid"},
                "hoverinfo": "skip",
                "showlegend": False,
            }


def _marks(spec: ChartSpec, axes: Axes) -> Iterator[Json]:
    """Yield one trace a kind of point, with each point's sentence as its hover text."""
    for kind in PointKind:
        points = [point for point in spec.points if point.kind is kind and axes.shows(point.collected_on)]
        if points:
            yield {
                "type": "scatter",
                "mode": "markers",
                "name": str(getattr(spec.words, kind.value)),
                "meta": {"role": kind.value},
                "x": [point.collected_on.isoformat() for point in points],
                "y": [float(point.y) for point in points],
                "text": [_inert(point.words) for point in points],
                "customdata": [[point.words, spec.href_of(point), point.collected_on.isoformat()] for point in points],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"symbol": _SYMBOLS[kind], "size": 11 if kind is PointKind.MEASURED else 12},
                "cliponaxis": False,
                "showlegend": False,
            }


def _line(role: str, **where: object) -> Json:
    return {"type": "line", "name": role, "layer": "below", **where}


def _shapes(ground: Ground) -> Iterator[Json]:
    """Yield the shapes that belong to the scales: the goal zone, the steps, published goals, events and today."""
    spec, axes = ground.spec, ground.axes
    goal = spec.goal
    if goal is not None:
        floor = axes.low if axes.is_linear else float(10**axes.low)
        zone = {"yref": "y", "y0": floor, "y1": float(goal.percent)}
        yield {"type": "rect", "name": "zone", "layer": "below", "xref": "paper", "x0": 0, "x1": 1, **zone}
    for step in ground.steps:
        y = float(step.percent)
        yield _line("goal" if step.is_goal else "step", xref="paper", x0=0, x1=1, yref="y", y0=y, y1=y)
    for target in ground.goals:
        y, x0, x1 = float(target.percent), target.first_on.isoformat(), target.last_on.isoformat()
        yield _line("target", xref="x", x0=x0, x1=x1, yref="y", y0=y, y1=y)
    for role, days, top in (("event", [event.on for event in spec.events], 1.0), ("today", [spec.today], 0.03)):
        for day in days:
            if axes.shows(day):
                yield _line(role, xref="x", x0=day.isoformat(), x1=day.isoformat(), yref="paper", y0=-0.012, y1=top)


class _Paper:
    """Places of a drawing as shares of the plot, so that the figure stands exactly where the drawing stood."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.wide = layout.edge - layout.left

    def x(self, value: float) -> float:
        return round((value - self.layout.left) / self.wide, 4)

    def y(self, value: float) -> float:
        return round((self.layout.bottom - value) / self.layout.plot, 4)

    def rectangle(self, name: str, x: float, y: float, width: float, height: float) -> Json:
        ends = {"x0": self.x(x), "x1": self.x(x + width), "y0": self.y(y + height), "y1": self.y(y)}
        return {"type": "rect", "name": name, "xref": "paper", "yref": "paper", **ends}

    def leader(self, x0: float, y0: float, x1: float, y1: float) -> Json:
        ends = {"x0": self.x(x0), "y0": self.y(y0), "x1": self.x(x1), "y1": self.y(y1)}
        return {"type": "line", "name": "leader", "xref": "paper", "yref": "paper", **ends}

    def note(self, label: Label) -> Json:
        return {
            "name": label.css,
            "text": _inert(label.words),
            "showarrow": False,
            "xref": "paper",
            "x": self.x(label.x),
            "xanchor": _ANCHORS[label.anchor],
            "yref": "paper",
            "y": self.y(label.y - self.layout.text * 0.35),
            "yanchor": "middle",
            "borderpad": 0,
        }


def _view(ground: Ground, layout: Layout) -> Json:
    """Return what stands at fixed places of one drawing: words, leaders, bars, margins and sizes."""
    drawing = Drawing(ground, layout, with_words=False)
    drawing.compose()
    paper = _Paper(layout)
    return {
        "annotations": [paper.note(label) for label in drawing.labels if "a" not in label.css.split(" ")],
        "shapes": list(_still_shapes(drawing, paper)),
        "width": layout.width,
        "radius": drawing.size,
        "margin": {
            "l": layout.left,
            "r": layout.right,
            "t": layout.top,
            "b": drawing.height - layout.bottom,
            "pad": 0,
        },
    }


def _still_shapes(drawing: Drawing, paper: _Paper) -> Iterator[Json]:
    """Yield the shapes that lie beside the scales: treatment bars, the first year, leaders, crosses, the next test."""
    for box in drawing.boxes:
        name = "break" if box.treatment.kind is BarKind.BREAK else "bar"
        yield paper.rectangle(name, box.x, box.y, box.width, drawing.layout.bar)
    for cell in drawing.cells:
        yield paper.rectangle("held" if cell.is_filled else "month", cell.x, cell.y, cell.width, RIBBON)
    for leader in drawing.leaders:
        yield paper.leader(*leader)
    still = {"type": "path", "xref": "x", "xsizemode": "pixel", "yref": "paper", "ysizemode": "pixel"}
    cross = {**still, "name": "tick", "path": "M-4,-4L4,4M4,-4L-4,4", "yanchor": paper.y(drawing.layout.bottom + 13)}
    for tick in drawing.ticks:
        yield {**cross, "xanchor": tick.collected_on.isoformat()}
    if drawing.spec.next_test_on and drawing.next_test_shows():
        where = {"xanchor": drawing.spec.next_test_on.isoformat(), "yanchor": 0}
        yield {**still, "name": "next", "path": "M0,-6L6,0L0,6L-6,0Z", **where}


def figure_json(spec: ChartSpec) -> Json:
    """Return the figure: ``data``, ``layout`` and ``config``. Empty where there is nothing to draw.

    ``layout.meta.views`` holds, for a narrow and a wide place, the words and shapes that the
    script adds to the layout, and the margins in the units of the drawing.
    """
    if not spec.points:
        return {"data": [], "layout": {}, "config": CONFIG}
    ground = ground_of(spec)
    axes, steps = ground.axes, ground.steps
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True}
    layout: Json = {
        "xaxis": {
            "type": "date",
            "range": [axes.first.isoformat(), axes.last.isoformat()],
            "showticklabels": False,
            **quiet,
        },
        "yaxis": {
            "type": "linear" if axes.is_linear else "log",
            "range": [axes.low, axes.high],
            "tickmode": "array",
            "tickvals": [float(step.percent) for step in steps],
            "ticktext": [_inert(step.label) for step in steps],
            **quiet,
        },
        "shapes": list(_shapes(ground)),
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "autosize": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "meta": {
            "story": spec.story,
            "views": {layout.name: _view(ground, layout) for layout in (NARROW, WIDE)},
        },
    }
    return {"data": [*_lines(spec), *_marks(spec, axes)], "layout": layout, "config": CONFIG}
