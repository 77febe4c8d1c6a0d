"""The interactive figure: valid, the same places and words as the drawing, nothing alive in it."""

import json
from decimal import Decimal
from html import unescape
from typing import Any

import plotly.graph_objects as go
import pytest

from milestones.charts.plotly import CONFIG, figure_json
from milestones.charts.spec import ChartPoint, ChartSpec, PointKind
from tests.charts.samples import START, every_kind, long_course, point, spec


def with_view(figure: dict[str, Any], view: str) -> dict[str, Any]:
    layout = figure["layout"]
    placed = layout["meta"]["views"][view]
    margin = placed["margin"]
    shapes = [*layout["shapes"], *placed["shapes"]]
    return {**layout, "shapes": shapes, "annotations": placed["annotations"], "margin": margin}


@pytest.mark.parametrize("view", ["narrow", "wide"])
@pytest.mark.parametrize("chart", [every_kind(), spec(point(0, "1")), long_course(500)], ids=["kinds", "one", "500"])
def test_plotly_finds_it_valid_and_changes_nothing(chart: ChartSpec, view: str) -> None:
    figure = figure_json(chart)
    layout = with_view(figure, view)
    valid = json.loads(go.Figure(data=figure["data"], layout={**layout, "template": None}).to_json())
    valid["layout"].pop("template", None)
    assert valid["data"] == json.loads(json.dumps(figure["data"]))
    assert valid["layout"] == json.loads(json.dumps(layout))


def test_without_points_there_is_no_trace() -> None:
    assert figure_json(spec())["data"] == []


def marks(chart: ChartSpec) -> list[dict[str, Any]]:
    return [trace for trace in figure_json(chart)["data"] if trace["mode"] == "markers"]


def test_every_point_says_the_same_as_the_drawing() -> None:
    chart = every_kind()
    said = {unescape(words) for trace in marks(chart) for words in trace["text"]}
    assert said == {given.words for given in chart.points}
    assert {custom[0] for trace in marks(chart) for custom in trace["customdata"]} == said


def test_points_stand_where_the_data_says() -> None:
    chart = every_kind()
    drawn = {(x, y) for trace in marks(chart) for x, y in zip(trace["x"], trace["y"], strict=True)}
    assert drawn == {(given.collected_on.isoformat(), float(given.y)) for given in chart.points}
    assert all(y > 0 for _, y in drawn)


def test_each_kind_has_its_own_mark() -> None:
    symbols = {trace["meta"]["role"]: trace["marker"]["symbol"] for trace in marks(every_kind())}
    assert symbols == {
        "measured": "circle",
        "not_detected": "triangle-down",
        "below_bound": "triangle-down",
        "above_bound": "triangle-up",
        "not_comparable": "square",
        "own_scale": "square",
    }


def test_the_goal_zone_ends_at_the_goal() -> None:
    chart = every_kind()
    zone = next(shape for shape in figure_json(chart)["layout"]["shapes"] if shape["name"] == "zone")
    assert chart.goal is not None
    assert zone["y1"] == float(chart.goal.percent)
    assert zone["y0"] < min(float(given.y) for given in chart.points)


def test_no_colour_is_fixed() -> None:
    assert "#" not in json.dumps(figure_json(every_kind()))


def test_nothing_is_sent_elsewhere() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False


def test_tags_in_words_stay_words() -> None:
    nasty = '<a href="https://example.org">x</a>'
    chart = ChartSpec(
        nasty, nasty, nasty, START, (ChartPoint(START, Decimal(1), PointKind.MEASURED, nasty, nasty, note=nasty),)
    )
    figure = figure_json(chart)
    for trace in figure["data"]:
        assert "<" not in "".join(trace["text"])
    for view in figure["layout"]["meta"]["views"].values():
        assert "<" not in "".join(note["text"] for note in view["annotations"])
