"""The chart as a Plotly figure: a plain dictionary, ready for JSON.

The dictionary is built without Plotly's validating classes, which cost a hundred times more; a
test builds the validated figure from it and compares. It names no colours: every trace, shape and
annotation carries a role, and the script in the page gives each role its colour, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import log10
from typing import Any

from milestones.charts.geometry import Axes, axes_of, lanes_of, month_ticks
from milestones.charts.spec import BarKind, ChartSpec, PointKind, joins

Json = dict[str, Any]

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

_SYMBOLS = {
    PointKind.MEASURED: "circle",
    PointKind.NOT_DETECTED: "triangle-down-open",
    PointKind.BELOW_BOUND: "triangle-down-open",
    PointKind.ABOVE_BOUND: "triangle-up-open",
    PointKind.NOT_COMPARABLE: "square-open",
}
_LANE = 0.075
_BARS_TOP = -0.05


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
                "text": [point.words for point in points],
                "customdata": [point.href for point in points],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"symbol": _SYMBOLS[kind], "size": 11 if kind is PointKind.MEASURED else 12},
                "cliponaxis": False,
                "showlegend": False,
            }


def _line(role: str, **where: object) -> Json:
    return {"type": "line", "name": role, "layer": "below", **where}


def _shapes(spec: ChartSpec, axes: Axes) -> Iterator[Json]:
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
            "line": {"width": 0},
        }
    for step in spec.steps:
        y = float(step.percent)
        yield _line("goal" if step.is_goal else "step", xref="paper", x0=0, x1=1, yref="y", y0=y, y1=y)
    for role, day in (("year", spec.year_1_on), ("today", spec.today), ("next", spec.next_test_on)):
        if day is not None and axes.first <= day <= axes.last:
            top = 1 if role == "year" else 0.04
            yield _line(role, xref="x", x0=day.isoformat(), x1=day.isoformat(), yref="paper", y0=0, y1=top)
    for bar, lane in lanes_of(spec, axes):
        top = _BARS_TOP - lane * _LANE
        yield {
            "type": "rect",
            "name": "break" if bar.kind is BarKind.BREAK else "bar",
            "xref": "x",
            "x0": max(bar.started_on, axes.first).isoformat(),
            "x1": min(bar.stopped_on or spec.today, axes.last).isoformat(),
            "yref": "paper",
            "y0": top - _LANE + 0.012,
            "y1": top,
            "label": {"text": "" if bar.kind is BarKind.BREAK else bar.label, "textposition": "middle left"},
        }


def _note(role: str, text: str, **where: object) -> Json:
    return {"name": role, "text": text, "showarrow": False, **where}


def _annotations(spec: ChartSpec, axes: Axes) -> Iterator[Json]:
    """Yield the words on the chart; an annotation on a log axis stands at the power of ten."""
    for step in spec.steps:
        text = step.goal_label or step.name
        if text:
            where = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "yanchor": "bottom"}
            yield _note("goal" if step.is_goal else "step", text, y=log10(step.percent), **where)
    days = ((spec.words.year_1, spec.year_1_on, 1), (spec.words.today, spec.today, 0.04))
    for text, day, y in days:
        if day is not None and axes.first <= day <= axes.last:
            yield _note("when", text, xref="x", x=day.isoformat(), yref="paper", y=y, yanchor="bottom")
    for point in spec.points:
        last = point is spec.points[-1]
        text = " · ".join(part for part in (point.value_text if last else "", point.note) if part)
        if text:
            yield {
                "name": "point",
                "text": text,
                "xref": "x",
                "x": point.collected_on.isoformat(),
                "yref": "y",
                "y": log10(point.y),
                "showarrow": True,
                "arrowhead": 0,
                "standoff": 6,
                "ax": -40 if last else 40,
                "ay": 34 if last else -34,
            }


def _iso(day: date) -> str:
    return day.isoformat()


def figure_json(spec: ChartSpec) -> Json:
    """Return the figure: ``data``, ``layout`` and ``config``. Empty where there is nothing to draw."""
    if not spec.points:
        return {"data": [], "layout": {}, "config": CONFIG}
    axes = axes_of(spec)
    months = list(month_ticks(axes, spec.words.months, 0.12))
    steps = [step for step in spec.steps if axes.low <= log10(step.percent) <= axes.high]
    lanes = max([lane for _, lane in lanes_of(spec, axes)], default=-1) + 1
    layout: Json = {
        "xaxis": {
            "type": "date",
            "range": [_iso(axes.first), _iso(axes.last)],
            "tickmode": "array",
            "tickvals": [_iso(day) for day, _ in months],
            "ticktext": [words for _, words in months],
            "ticklen": 8 + 26 * lanes,
            "tickcolor": "rgba(0,0,0,0)",
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "type": "log",
            "range": [axes.low, axes.high],
            "tickmode": "array",
            "tickvals": [float(step.percent) for step in steps],
            "ticktext": [step.label for step in steps],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "shapes": list(_shapes(spec, axes)),
        "annotations": list(_annotations(spec, axes)),
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "margin": {"l": 74, "r": 16, "t": 28, "b": 40 + 26 * lanes, "autoexpand": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "meta": {"title": spec.title, "story": spec.story, "ceiling": max(float(point.y) for point in spec.points)},
    }
    return {"data": [*_lines(spec), *_marks(spec)], "layout": layout, "config": CONFIG}
