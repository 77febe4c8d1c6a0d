"""Small multiples: where the marks stand, what is said in words, and that nothing typed can leave its place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.charts.small import HEIGHT, MANY_POINTS, WIDTH, SmallChart, SmallPoint, render_small

FIRST, LAST = date(2025, 8, 6), date(2026, 8, 6)


def small(
    *values: str, days: int = 90, limit: str | None = None, name: str = "White cells", unit: str = "10⁹/L"
) -> SmallChart:
    points = tuple(SmallPoint(FIRST + timedelta(days=days * place), Decimal(v)) for place, v in enumerate(values))
    last = max(LAST, *(point.on for point in points)) if points else LAST
    return SmallChart(
        name,
        unit,
        "The story.",
        points,
        f"{values[-1]} {unit}" if values else "",
        FIRST,
        last,
        "Aug 2025",
        "Aug 2026",
        Decimal(limit) if limit else None,
    )


def marks(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle class="c-full" cx="([\d.]+)" cy="([\d.]+)"', svg)]


def test_nothing_is_drawn_of_nothing() -> None:
    assert render_small(small(), element_id="a") == ""


def test_it_is_a_picture_with_a_title_and_a_sentence() -> None:
    svg = render_small(small("5", "6"), element_id="small-a")
    root = ET.fromstring(svg)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "small-a-title small-a-story")
    assert [(node.get("id"), node.text) for node in root if node.tag in ("title", "desc")] == [
        ("small-a-title", "White cells (10⁹/L)"),
        ("small-a-story", "The story."),
    ]


def test_the_scale_is_ordinary_and_begins_at_0() -> None:
    """Twice the value stands twice as high over the line of 0."""
    svg = render_small(small("10", "5", "2.5"), element_id="a")
    bottom = max(float(y) for y in re.findall(r"M46 ([\d.]+)H", svg))
    heights = [bottom - y for _x, y in marks(svg)]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert heights[1] == pytest.approx(2 * heights[2], abs=0.2)
    assert ">0</text>" in svg


def test_later_is_further_right_and_all_charts_of_a_page_share_their_time() -> None:
    many, one = marks(render_small(small("5", "6", "7"), element_id="a")), small("9")
    assert [x for x, _y in many] == sorted({x for x, _y in many})
    [(x, _y)] = marks(render_small(one, element_id="b"))
    assert x == many[0][0]


def test_the_edge_of_the_range_lies_between_what_is_over_and_what_is_under_it() -> None:
    svg = render_small(small("12", "8", limit="10"), element_id="a")
    edge = float(re.findall(r'class="c-today" d="M46 ([\d.]+)H', svg)[0])
    over, under = (y for _x, y in marks(svg))
    assert over < edge < under


def test_far_apart_is_dotted() -> None:
    assert "c-dash" not in render_small(small("5", "6", days=274), element_id="a")
    assert "c-dash" in render_small(small("5", "6", days=275), element_id="a")


def test_many_values_keep_the_line_and_the_last_mark() -> None:
    assert len(marks(render_small(small(*["5"] * MANY_POINTS, days=7), element_id="a"))) == MANY_POINTS
    assert len(marks(render_small(small(*["5"] * (MANY_POINTS + 1), days=7), element_id="a"))) == 1


def test_no_style_and_no_colour_stands_in_it_and_texts_are_escaped() -> None:
    svg = render_small(small("5", name="<script>", unit='"&'), element_id="a")
    assert not re.search(r"style=|fill=|stroke=|#[0-9a-f]{3}|<script", svg)
    ET.fromstring(svg)


@given(
    st.lists(st.decimals(min_value=0, max_value=Decimal("1e6"), places=3, allow_nan=False), min_size=1, max_size=30),
    st.integers(1, 400),
)
def test_every_mark_and_word_stands_inside(values: list[Decimal], days: int) -> None:
    svg = render_small(small(*[f"{value:f}" for value in values], days=days), element_id="a")
    assert "nan" not in svg
    assert "inf" not in svg
    for x, y in marks(svg):
        assert 46 <= x <= WIDTH
        assert 0 < y < HEIGHT
    for y in re.findall(r'<text[^>]* y="([\d.-]+)"', svg):
        assert 8 < float(y) <= HEIGHT
