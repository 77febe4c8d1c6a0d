"""The chart as a Plotly figure: a plain dictionary, ready for JSON.

The dictionary is built without Plotly's validating classes, which cost a hundred times more; a
test builds the validated figure from it and compares. It names no colours: every trace, shape and
annotation carries a role, and the script in the page gives each role its colour, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from milestones.charts.geometry import NARROW, WIDE, Axes, Layout, axes_of
from milestones.charts.spec import BarKind, ChartSpec, PointKind, joins
from milestones.charts.svg import Drawing, Label

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
}
_ANCHORS = {"s": "left", "m": "center", "e": "right"}


def _lines(spec: ChartSpec) -> Iterator[Json]:
    """Yield one trace for what was measured on both ends, and one for what is only an upper bound."""
    for dashed, role in ((False, "join"), (True, "join-dashed")):
        days: list[str | None] = []
        values: list[float | None] = []
        for join in joins(spec):
            if join.dashed is dashed:
                days += [join.start.collected_on.isoformat(), join.end.collected_on.isoformat(), None]
                values += [float(join.start.y), float(join.end.y), None]
        if days:
            yield {
                "type": "scatter",
                "mode": "lines",
                "name": role,
                "meta": {"role": role},
                "x": days,
                "y": values,
                "line": {"width": 2.5, "dash": "dot" if dashed else "solid"},
                "hoverinfo": "skip",
                "showlegend": False,
            }


def _marks(spec: ChartSpec) -> Iterator[Json]:
    """Yield one trace a kind of point, with each point's sentence as its hover text."""
    for kind in PointKind:
        points = [point for point in spec.points if point.kind is kind]
        if points:
            yield {
                "type": "scatter",
                "mode": "markers",
                "name": str(getattr(spec.words, kind.value)),
                "meta": {"role": kind.value},
                "x": [point.collected_on.isoformat() for point in points],
                "y": [float(point.y) for point in points],
                "text": [_inert(point.words) for point in points],
                "customdata": [[point.words, point.href] for point in points],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"symbol": _SYMBOLS[kind], "size": 11 if kind is PointKind.MEASURED else 12},
                "cliponaxis": False,
                "showlegend": False,
            }


def _line(role: str, **where: object) -> Json:
    return {"type": "line", "name": role, "layer": "below", **where}


def _shapes(spec: ChartSpec, axes: Axes) -> Iterator[Json]:
    """Yield the shapes that belong to the scales: the goal zone, the steps, year 1 and today."""
    goal = spec.goal
    if goal is not None:
        yield {
            "type": "rect",
            "name": "zone",
            "layer": "below",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": "y",
            "y0": float(10**axes.low),
            "y1": float(goal.percent),
        }
    for step in spec.steps:
        y = float(step.percent)
        yield _line("goal" if step.is_goal else "step", xref="paper", x0=0, x1=1, yref="y", y0=y, y1=y)
    for role, day, top in (("year", spec.year_1_on, 1.0), ("today", spec.today, 0.03)):
        if day is not None and axes.first <= day <= axes.last:
            yield _line(role, xref="x", x0=day.isoformat(), x1=day.isoformat(), yref="paper", y0=-0.012, y1=top)


def _view(spec: ChartSpec, layout: Layout) -> Json:
    """Return what stands at fixed places of one drawing: words, leaders, bars, margins and sizes.

    Places are shares of the plot, so that the figure stands exactly where the drawing stood.
    """
    drawing = Drawing(spec, layout, with_words=False)
    drawing.compose()
    wide = layout.edge - layout.left

    def x(value: float) -> float:
        return round((value - layout.left) / wide, 4)

    def y(value: float) -> float:
        return round((layout.bottom - value) / layout.plot, 4)

    def note(label: Label) -> Json:
        return {
            "name": label.css,
            "text": _inert(label.words),
            "showarrow": False,
            "xref": "paper",
            "x": x(label.x),
            "xanchor": _ANCHORS[label.anchor],
            "yref": "paper",
            "y": y(label.y - layout.text * 0.35),
            "yanchor": "middle",
            "borderpad": 0,
        }

    paper = {"xref": "paper", "yref": "paper"}
    shapes: list[Json] = [
        {
            "type": "rect",
            "name": "break" if box.treatment.kind is BarKind.BREAK else "bar",
            **paper,
            "x0": x(box.x),
            "x1": x(box.x + box.width),
            "y0": y(box.y + layout.bar),
            "y1": y(box.y),
        }
        for box in drawing.boxes
    ]
    shapes += [
        {"type": "line", "name": "leader", **paper, "x0": x(x0), "y0": y(y0), "x1": x(x1), "y1": y(y1)}
        for x0, y0, x1, y1 in drawing.leaders
    ]
    still = {"type": "path", "xref": "x", "xsizemode": "pixel", "yref": "paper", "ysizemode": "pixel"}
    shapes += [
        {**still, "name": "tick", "path": "M-4,-4L4,4M4,-4L-4,4", "xanchor": day, "yanchor": y(layout.bottom + 12)}
        for day in [tick.collected_on.isoformat() for tick in spec.ticks]
    ]
    if spec.next_test_on and spec.next_test_on >= spec.today:
        where = {"xanchor": spec.next_test_on.isoformat(), "yanchor": 0}
        shapes.append({**still, "name": "next", "path": "M0,-6L6,0L0,6L-6,0Z", **where})
    return {
        "annotations": [note(label) for label in drawing.labels if "a" not in label.css.split(" ")],
        "shapes": shapes,
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


def figure_json(spec: ChartSpec) -> Json:
    """Return the figure: ``data``, ``layout`` and ``config``. Empty where there is nothing to draw.

    ``layout.meta.views`` holds, for a narrow and a wide place, the words and shapes that the
    script adds to the layout, and the margins in the units of the drawing.
    """
    if not spec.points:
        return {"data": [], "layout": {}, "config": CONFIG}
    axes = axes_of(spec)
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True}
    layout: Json = {
        "xaxis": {
            "type": "date",
            "range": [axes.first.isoformat(), axes.last.isoformat()],
            "showticklabels": False,
            **quiet,
        },
        "yaxis": {
            "type": "log",
            "range": [axes.low, axes.high],
            "tickmode": "array",
            "tickvals": [float(step.percent) for step in spec.steps],
            "ticktext": [_inert(step.label) for step in spec.steps],
            **quiet,
        },
        "shapes": list(_shapes(spec, axes)),
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "autosize": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "meta": {
            "ceiling": max(float(point.y) for point in spec.points),
            "views": {layout.name: _view(spec, layout) for layout in (NARROW, WIDE)},
        },
    }
    return {"data": [*_lines(spec), *_marks(spec)], "layout": layout, "config": CONFIG}
