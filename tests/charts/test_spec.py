"""What may stand in a chart, and which results are joined."""

from datetime import date
from decimal import Decimal

import pytest

from milestones.charts.spec import ChartPoint, ChartSpec, ChartStep, PointKind
from tests.charts.samples import every_kind, point, spec


@pytest.mark.parametrize("percent", ["0", "-1", "NaN", "Infinity"])
def test_a_point_has_a_place_on_the_scale(percent: str) -> None:
    zero = ChartPoint(date(2026, 1, 1), Decimal(percent), PointKind.NOT_DETECTED, "0", "0")
    with pytest.raises(ValueError, match="above zero"):
        spec(zero)


def test_a_step_has_a_place_on_the_scale() -> None:
    with pytest.raises(ValueError, match="above zero"):
        ChartSpec("", "", "", date(2026, 1, 1), steps=(ChartStep(Decimal(0), "0%"),))


def test_points_stand_in_date_order() -> None:
    assert [given.y for given in spec(point(90, "1"), point(0, "50")).points] == [Decimal(50), Decimal(1)]


def pairs(chart: ChartSpec) -> list[tuple[str, str, bool]]:
    points = chart.points
    return [(points[join.start].value_text, points[join.end].value_text, join.dashed) for join in chart.joins]


def test_neighbours_of_one_series_are_joined() -> None:
    assert pairs(spec(point(0, "50"), point(90, "5"), point(180, "0.5"))) == [
        ("50%", "5%", False),
        ("5%", "0.5%", False),
    ]


@pytest.mark.parametrize("kind", [PointKind.NOT_DETECTED, PointKind.BELOW_BOUND, PointKind.ABOVE_BOUND])
def test_a_line_to_and_from_a_bound_is_dashed(kind: PointKind) -> None:
    assert [dashed for _, _, dashed in pairs(spec(point(0, "1"), point(90, "0.01", kind), point(180, "0.1")))] == [
        True,
        True,
    ]


def test_a_result_that_cannot_be_compared_is_joined_to_nothing() -> None:
    chart = spec(point(0, "50"), point(40, "9", PointKind.NOT_COMPARABLE), point(90, "5"))
    assert pairs(chart) == [("50%", "5%", False)]


def test_two_laboratories_are_two_lines() -> None:
    chart = spec(point(0, "50"), point(40, "9", series="B"), point(90, "5"), point(130, "1", series="B"))
    assert pairs(chart) == [("50%", "5%", False), ("9%", "1%", False)]


def test_a_gap_that_is_asked_for_stays_open() -> None:
    assert pairs(spec(point(0, "50"), point(90, "5", gap_before=True), point(180, "1"))) == [("5%", "1%", False)]


@pytest.mark.parametrize(("days", "dashed"), [(274, False), (275, True)])
def test_more_than_nine_months_apart_is_dashed(days: int, *, dashed: bool) -> None:
    assert pairs(spec(point(0, "50"), point(days, "5"))) == [("50%", "5%", dashed)]


def test_the_goal_is_found() -> None:
    goal = every_kind().goal
    assert goal is not None
    assert goal.name == "goal"
    assert ChartSpec("", "", "", date(2026, 1, 1)).goal is None
