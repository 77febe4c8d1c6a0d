"""The drawing: what it says, where things stand, and that nothing in it is alive."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.charts.drawing import MANY_POINTS, Drawing
from milestones.charts.geometry import NARROW, WIDE, Grid, Layout, Scale, ground_of, lanes_of, month_ticks
from milestones.charts.key import render_key
from milestones.charts.spec import BarKind, ChartPoint, ChartSpec, ChartTick, PointKind, TreatmentBar
from milestones.charts.svg import render_chart, render_chart_svg
from tests.charts.samples import START, every_kind, long_course, point, spec

LAYOUTS = pytest.mark.parametrize("layout", [NARROW, WIDE], ids=["narrow", "wide"])


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("text")]


def test_without_points_there_is_nothing_to_draw() -> None:
    assert render_chart(spec()) == ""
    assert render_key(spec()) != ""  # the next test is still named


@LAYOUTS
def test_it_is_a_picture_with_a_title_and_a_story(layout: Layout) -> None:
    root = ET.fromstring(render_chart_svg(every_kind(), layout=layout, element_id="mine"))
    names = (root.get("aria-labelledby") or "").split()
    said = {node.get("id"): node.text for node in root}
    assert root.get("role") == "img"
    assert [said[name] for name in names] == ["Results over time", "Going down."]


def test_two_drawings_in_one_page_share_no_id() -> None:
    ids = re.findall(r' id="([^"]+)"', render_chart(every_kind()) + render_chart(every_kind(), element_id="other"))
    assert len(ids) == len(set(ids)) == 8


def test_every_sentence_is_there() -> None:
    chart = every_kind()
    said = [node.text for node in ET.fromstring(render_chart_svg(chart)).iter("title")]
    assert {point.words for point in chart.points} | {tick.words for tick in chart.ticks} <= set(said)


def test_the_last_value_is_written() -> None:
    assert "0.0031%" in texts(render_chart_svg(every_kind()))
    assert "0.0031%" in texts(render_chart_svg(every_kind(), layout=NARROW))


def test_a_long_value_is_shortened_where_there_is_no_room() -> None:
    last = ChartPoint(START, Decimal(1), PointKind.NOT_DETECTED, "not detected (could see 1%)", "words")
    assert "not detected" in texts(render_chart_svg(spec(last), layout=NARROW))
    assert "not detected (could see 1%)" in texts(render_chart_svg(spec(last), layout=WIDE))


def test_each_kind_has_its_own_shape() -> None:
    svg = render_chart_svg(every_kind())
    for kind in PointKind:
        assert f" {kind.value}" in svg
    assert svg.count("<circle") == 4
    assert render_chart_svg(every_kind(), layout=NARROW, with_words=False).count("<title") == 1


@LAYOUTS
@pytest.mark.parametrize("kind", [PointKind.NOT_DETECTED, PointKind.BELOW_BOUND])
def test_not_detected_stands_at_its_limit_above_the_floor(layout: Layout, kind: PointKind) -> None:
    chart = spec(point(0, "50"), point(90, "0.0031", kind))
    ground = ground_of(chart)
    scale = Scale(ground.axes, layout)
    (_, _), (_, y) = scale.places(ground.shares)
    assert y == pytest.approx(scale.y(0.0031))
    assert layout.top < y < layout.bottom


@given(st.lists(st.decimals("0.00001", "5000", allow_nan=False), min_size=2, max_size=8, unique=True))
def test_lower_is_lower(percents: list[Decimal]) -> None:
    ordered = sorted(percents)
    chart = spec(
        *(ChartPoint(START + timedelta(days=day), y, PointKind.MEASURED, "", "") for day, y in enumerate(ordered))
    )
    ground = ground_of(chart)
    places = Scale(ground.axes, WIDE).places(ground.shares)
    assert all(one[1] >= other[1] for one, other in pairwise(places))
    assert all(WIDE.left <= x <= WIDE.edge and WIDE.top <= y <= WIDE.bottom for x, y in places)


def test_ten_times_lower_is_always_the_same_way_down() -> None:
    scale = Scale(ground_of(every_kind()).axes, WIDE)
    ways = [scale.y(low) - scale.y(high) for high, low in ((100, 10), (10, 1), (1, 0.1), (0.1, 0.01))]
    assert ways == pytest.approx([ways[0]] * 4)


NASTY = '<script>alert(1)</script>"\'&<a href="https://example.org">x</a>'


def test_nothing_in_it_is_alive() -> None:
    nasty = ChartPoint(START, Decimal(1), PointKind.MEASURED, NASTY, NASTY, note=NASTY)
    chart = ChartSpec(
        NASTY, NASTY, NASTY, START, (nasty,), ticks=(ChartTick(START, NASTY),), treatments=(TreatmentBar(NASTY, START),)
    )
    both = render_chart(chart, element_id='"><b') + render_key(chart)
    assert "<script" not in both
    assert "<a " not in both
    assert 'id=""' not in both
    assert "style=" not in both
    for svg in (render_chart_svg(chart), render_chart_svg(chart, layout=NARROW)):
        ET.fromstring(svg)


@LAYOUTS
@pytest.mark.parametrize("chart", [every_kind(), long_course(60), spec(point(0, "35"))], ids=["kinds", "long", "one"])
def test_words_keep_apart_and_inside(layout: Layout, chart: ChartSpec) -> None:
    drawing = Drawing(ground_of(chart), layout, with_words=True)
    drawing.compose()
    boxes = [drawing.box(label.x, label.y, len(label.words) * 5, label.anchor) for label in drawing.labels]
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert left >= -6
        assert right <= layout.width + 2
        for other in boxes[index + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] + 2 or other[3] <= top + 2


def test_a_long_course_is_thin_and_leaves_its_sentences_to_the_table() -> None:
    svg = render_chart_svg(long_course(MANY_POINTS + 1))
    assert svg.count("<title") == 1
    assert "chart-many" in svg


@pytest.mark.parametrize("count", [1, 2, 12, 60, 500])
def test_the_work_grows_with_the_points_only(count: int) -> None:
    svg = render_chart_svg(long_course(count), layout=NARROW, with_words=False)
    assert len(svg) < 6_000 + 60 * count


@LAYOUTS
def test_it_draws_values_above_the_standard_start(layout: Layout) -> None:
    chart = spec(point(0, "320"), point(90, "120", PointKind.ABOVE_BOUND))
    assert "120%" in texts(render_chart_svg(chart, layout=layout))


def test_a_medicine_before_the_first_result_starts_at_the_edge() -> None:
    chart = spec(point(0, "1"), treatments=(TreatmentBar("old", START - timedelta(days=4000)),))
    drawing = Drawing(ground_of(chart), WIDE, with_words=False)
    drawing.compose()
    assert drawing.boxes[0].x == WIDE.left


def test_medicines_at_the_same_time_lie_beneath_each_other() -> None:
    bars = (
        TreatmentBar("one", START, START + timedelta(days=60)),
        TreatmentBar("two", START + timedelta(days=30)),
        TreatmentBar("three", START + timedelta(days=70)),
        TreatmentBar("break", START + timedelta(days=75), START + timedelta(days=80), BarKind.BREAK),
        TreatmentBar("gone", START - timedelta(days=900), START - timedelta(days=800)),
    )
    chart = spec(point(0, "1"), point(100, "1"), treatments=bars)
    lanes = {bar.label: lane for bar, lane in lanes_of(chart, ground_of(chart).axes)}
    assert lanes == {"one": 0, "two": 1, "three": 0, "break": 0}


def test_a_break_alone_has_the_first_lane() -> None:
    chart = spec(point(0, "1"), treatments=(TreatmentBar("", START, START + timedelta(days=9), BarKind.BREAK),))
    assert [lane for _, lane in lanes_of(chart, ground_of(chart).axes)] == [0]


@given(st.dates(date(1995, 1, 1), date(2060, 1, 1)), st.integers(1, 12_000))
@settings(max_examples=60)
def test_the_months_are_few_and_in_order(first: date, days: int) -> None:
    last = ChartPoint(first + timedelta(days=days), Decimal(1), PointKind.MEASURED, "", "")
    axes = ground_of(spec(ChartPoint(first, Decimal(2), PointKind.MEASURED, "", ""), last)).axes
    ticks = list(month_ticks(axes, tuple("JFMAMJJASOND"), 0.12))
    assert len(ticks) <= 10
    assert [day for day, _ in ticks] == sorted(day for day, _ in ticks)


def test_the_grid_counts_what_is_taken() -> None:
    grid = Grid(100, 100)
    grid.take(0, 0, 10, 10)
    grid.take_line(0, 50, 100, 50)
    assert grid.crossings(0, 0, 10, 10) > 0
    assert grid.crossings(20, 20, 40, 40) == 0
    assert grid.crossings(20, 40, 40, 60) > 0


def test_the_key_names_only_what_is_drawn() -> None:
    assert render_key(spec(point(0, "1"))).count("<li>") == 2  # measured, next test
    assert render_key(every_kind()).count("<li>") == 8  # the two triangles at a limit share one line


def test_a_note_is_short_where_there_is_little_room() -> None:
    noted = ChartPoint(
        START, Decimal(1), PointKind.MEASURED, "1%", "words", note="goal reached, month 9", note_short="goal"
    )
    silent = ChartPoint(START + timedelta(days=90), Decimal(1), PointKind.MEASURED, "1%", "words", note_short="never")
    assert "goal" in texts(render_chart_svg(spec(noted, silent), layout=NARROW))
    assert "goal reached, month 9" in texts(render_chart_svg(spec(noted, silent)))
    assert "never" not in render_chart(spec(noted, silent))
