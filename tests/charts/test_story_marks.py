"""What tells the story in the chart: goals in time, the first year, events, reasons, and a part of the time."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from milestones.charts.drawing import Drawing
from milestones.charts.geometry import NARROW, WIDE, Scale, ground_of, steps_of
from milestones.charts.key import render_key
from milestones.charts.plotly import figure_json
from milestones.charts.spec import (
    ChartEvent,
    ChartSpec,
    ChartTick,
    GoalWindow,
    PointKind,
    YearRibbon,
)
from milestones.charts.svg import render_chart_svg
from tests.charts.samples import START, every_kind, point, spec


def after(days: int) -> Any:
    return START + timedelta(days=days)


def shapes(chart: ChartSpec, name: str) -> list[dict[str, Any]]:
    layout = figure_json(chart)["layout"]
    return [one for one in (*layout["shapes"], *layout["meta"]["views"]["wide"]["shapes"]) if one["name"] == name]


def course() -> ChartSpec:
    return spec(point(0, "50"), point(120, "5"), point(300, "0.15"), point(500, "0.05"))


def test_a_goal_stands_over_its_days_at_its_level() -> None:
    chart = replace(course(), goals=(GoalWindow(after(70), after(126), Decimal(10), "goal, month 3"),))
    [line] = shapes(chart, "target")
    assert (line["x0"], line["x1"], line["y0"], line["y1"]) == (after(70).isoformat(), after(126).isoformat(), 10, 10)
    svg = render_chart_svg(chart)
    assert 'class="c-target"' in svg
    assert "goal, month 3" in svg
    assert "Goal at this time in treatment" in render_key(chart)
    assert "Goal at this time" not in render_key(course())


def test_the_first_year_is_twelve_months_filled_from_the_one_that_reached_the_goal() -> None:
    months = tuple(after(30 * count) for count in range(13))
    chart = replace(course(), ribbon=YearRibbon(months, "First year", filled=9))
    assert (len(shapes(chart, "month")), len(shapes(chart, "held"))) == (8, 4)
    assert "First year" in render_chart_svg(chart)
    waiting = replace(course(), ribbon=YearRibbon(months, "First year"))
    assert (len(shapes(waiting, "month")), len(shapes(waiting, "held"))) == (12, 0)


def test_a_year_too_small_to_see_is_left_out() -> None:
    long = spec(point(0, "50"), point(9_000, "0.05"))
    ribbon = YearRibbon(tuple(after(30 * count) for count in range(13)), "First year")
    assert shapes(replace(long, ribbon=ribbon), "month") == []


def test_events_are_named_on_top() -> None:
    chart = replace(course(), events=(ChartEvent(after(200), "New medicine", "New"),))
    [line] = shapes(chart, "event")
    assert line["x0"] == line["x1"] == after(200).isoformat()
    assert "New medicine" in render_chart_svg(chart)


def test_two_events_close_together_do_not_cover_each_other() -> None:
    chart = replace(course(), events=(ChartEvent(after(200), "New medicine", "New"), ChartEvent(after(206), "Year 1")))
    drawing = Drawing(ground_of(chart), NARROW, with_words=False)
    drawing.compose()
    top = [label for label in drawing.labels if label.y < NARROW.top]
    assert len(top) == 1
    [low] = [label for label in drawing.labels if label.words == "Year 1"]
    assert low.y > NARROW.top - 8


@pytest.mark.parametrize("layout", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_test_without_a_place_says_why(layout: Any) -> None:
    ticks = (
        ChartTick(after(400), "Sentence.", note="too few copies"),
        ChartTick(after(450), "Other.", note="no result"),
    )
    drawing = Drawing(ground_of(replace(course(), ticks=ticks)), layout, with_words=True)
    drawing.compose()
    said = [label.words for label in drawing.labels]
    assert "no result" in said
    assert all(label.x >= layout.left for label in drawing.labels if label.words in {"too few copies", "no result"})


def test_the_newest_result_says_that_it_is_here() -> None:
    chart = spec(point(0, "50"), point(300, "0.15")._replace(here="You are here"))
    assert "You are here: 0.15%" in render_chart_svg(chart, layout=WIDE)


def test_what_is_off_the_scale_is_joined_among_itself_and_named() -> None:
    own = [point(days, percent)._replace(kind=PointKind.OWN_SCALE) for days, percent in ((0, "118"), (200, "1.6"))]
    svg = render_chart_svg(spec(*own))
    assert 'class="c-join c-own"' in svg
    assert svg.count('class="c-other own_scale"') == 1
    assert "Not on the International Scale" in render_key(spec(*own))
    lines = [trace for trace in figure_json(spec(*own))["data"] if trace["mode"] == "lines"]
    assert [trace["meta"]["own"] for trace in lines] == [True]


# --- A part of the time -----------------------------------------------------------------------------------------------


def test_a_window_shows_its_days_and_nothing_else() -> None:
    chart = replace(course(), window=(after(250), after(400)))
    axes = ground_of(chart).axes
    assert axes.shows(after(250))
    assert axes.shows(after(400))
    assert not axes.shows(after(200))
    marks = [trace for trace in figure_json(chart)["data"] if trace["mode"] == "markers"]
    assert [day for trace in marks for day in trace["x"]] == [after(300).isoformat()]


def test_lines_go_on_beyond_the_window() -> None:
    """What lies outside is cut at the edge, so that a line does not seem to end there."""
    chart = replace(course(), window=(after(250), after(400)))
    [line] = [trace for trace in figure_json(chart)["data"] if trace["mode"] == "lines"]
    assert line["x"][0] == START.isoformat()


def test_words_in_a_window_stay_inside_the_plot() -> None:
    chart = replace(every_kind(), window=(after(100), after(300)))
    for layout in (NARROW, WIDE):
        drawing = Drawing(ground_of(chart), layout, with_words=False)
        drawing.compose()
        notes = [label for label in drawing.labels if label.css == "b"]
        assert all(layout.left - 1 <= label.x <= layout.width for label in notes)


# --- An ordinary scale ------------------------------------------------------------------------------------------------


def test_an_even_scale_has_even_lines_from_zero_and_keeps_the_goal() -> None:
    chart = replace(course(), is_linear=True)
    axes = ground_of(chart).axes
    steps = steps_of(chart, axes)
    even = [step.percent for step in steps if not step.is_goal]
    assert len({second - first for first, second in pairwise(even)}) == 1
    assert any(step.is_goal for step in steps)
    layout = figure_json(chart)["layout"]
    assert layout["yaxis"]["type"] == "linear"
    low, high = layout["yaxis"]["range"]
    assert low < 0
    assert high > 50


def test_twice_as_much_is_twice_as_high_on_an_even_scale() -> None:
    ground = ground_of(replace(course(), is_linear=True))
    scale = Scale(ground.axes, WIDE)
    assert scale.y(0) - scale.y(20) == pytest.approx(2 * (scale.y(0) - scale.y(10)))
    for at, (_, y) in zip(ground.points, scale.places(ground.shares), strict=True):
        assert y == pytest.approx(scale.y(float(at.y)))


@pytest.mark.parametrize(("percent", "goals"), [("0.05", 0), ("5", 0), ("9", 1), ("40", 1)])
def test_a_goal_far_above_all_that_is_drawn_is_left_out_of_an_even_scale(percent: str, goals: int) -> None:
    """The scale ends a little above the highest result; a goal beyond its end has no place on it."""
    goal = GoalWindow(after(70), after(126), Decimal(10), "goal, month 3")
    chart = replace(spec(point(0, percent), point(200, percent)), goals=(goal,), is_linear=True)
    figure = figure_json(chart)["layout"]
    names = [note["text"] for view in figure["meta"]["views"].values() for note in view["annotations"]]
    assert len([shape for shape in figure["shapes"] if shape["name"] == "target"]) == goals
    assert names.count("goal, month 3") == goals
    assert len(Drawing(ground_of(replace(chart, is_linear=False)), WIDE, with_words=True).target_places()) == 1
