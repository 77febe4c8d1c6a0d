"""Made-up chart specs for the tests. The percentages are examples, not limits."""

from datetime import date, timedelta
from decimal import Decimal

from milestones.charts.spec import (
    BarKind,
    ChartEvent,
    ChartPoint,
    ChartSpec,
    ChartStep,
    ChartTick,
    PointKind,
    TreatmentBar,
)

START = date(2025, 6, 10)
STEPS = tuple(
    ChartStep(
        Decimal(percent), f"{percent}%", name, is_goal=name == "goal", goal_label="the goal" if name == "goal" else ""
    )
    for percent, name in (("100", ""), ("10", ""), ("1", ""), ("0.2", "goal"), ("0.02", "deep"), ("0.002", "deeper"))
)


def point(
    days: int,
    percent: str,
    kind: PointKind = PointKind.MEASURED,
    *,
    series: str = "A",
    note: str = "",
    gap_before: bool = False,
) -> ChartPoint:
    """Return a point some days after the start."""
    day = START + timedelta(days=days)
    return ChartPoint(
        day,
        Decimal(percent),
        kind,
        value_text=f"{percent}%",
        words=f"{day:%d %B %Y}: {percent}% ({kind.value})",
        series=series,
        key=days,
        note=note,
        gap_before=gap_before,
    )


def spec(
    *points: ChartPoint, ticks: tuple[ChartTick, ...] = (), treatments: tuple[TreatmentBar, ...] = ()
) -> ChartSpec:
    """Return a chart of some points."""
    last = max((given.collected_on for given in points), default=START)
    return ChartSpec(
        title="Results over time",
        story="Going down.",
        help_line="Each line is 10 times lower.",
        today=last + timedelta(days=10),
        points=points,
        href_base="/results/",
        steps=STEPS,
        ticks=ticks,
        treatments=treatments,
        events=(ChartEvent(START + timedelta(days=365), "Year 1"),),
        next_test_on=last + timedelta(days=90),
    )


def every_kind() -> ChartSpec:
    """Return a chart with every kind of mark, bar and tick."""
    return spec(
        point(0, "62"),
        point(87, "8.1", note="first sight"),
        point(177, "90", PointKind.ABOVE_BOUND),
        point(266, "0.087"),
        point(300, "0.11", PointKind.NOT_COMPARABLE, series="B"),
        point(330, "0.13", PointKind.OWN_SCALE, series="C"),
        point(363, "0.07"),
        point(422, "0.02", PointKind.BELOW_BOUND),
        point(512, "0.0031", PointKind.NOT_DETECTED),
        ticks=(ChartTick(START + timedelta(days=230), "The sample could not be used"),),
        treatments=(
            TreatmentBar("imatinib 400 mg", START, START + timedelta(days=320)),
            TreatmentBar("imatinib 300 mg", START + timedelta(days=320)),
            TreatmentBar("break", START + timedelta(days=200), START + timedelta(days=220), BarKind.BREAK),
        ),
    )


def long_course(count: int) -> ChartSpec:
    """Return a course of many results, some not detected."""
    kinds = (PointKind.MEASURED, PointKind.MEASURED, PointKind.NOT_DETECTED)
    return spec(
        *(point(index * 60, f"{80 / (index + 1) ** 2 + 0.003:.4f}", kinds[index % 3]) for index in range(count))
    )
