"""The made-up example on the start page and in the gallery. Its steps are the real ones; its person is not."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milestones.charts.ladder import render_ladder
from milestones.charts.spec import (
    ChartPoint,
    ChartSpec,
    ChartStep,
    LadderSpec,
    LadderStep,
    PointKind,
    StepState,
    TreatmentBar,
)
from milestones.charts.svg import render_chart, render_key
from milestones.clinical.quantity import STANDARD_START
from milestones.clinical.response import LIMIT_OF, ResponseLevel
from milestones.selectors.markup import drawn

register = template.Library()

_GOAL = ResponseLevel.MMR
_UNNAMED = frozenset({ResponseLevel.MR1, ResponseLevel.MR2})
# A person who does not exist: days in 2025 and 2026, and what was found.
_COURSE = (
    (date(2025, 6, 10), "62"),
    (date(2025, 9, 5), "8.1"),
    (date(2025, 12, 4), "0.9"),
    (date(2026, 3, 3), "0.087"),
    (date(2026, 6, 8), "0.06"),
    (date(2026, 8, 6), "0.042"),
)
_REACHED = date(2026, 3, 3)
_TODAY = date(2026, 8, 20)


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}%"


def _levels() -> list[tuple[ResponseLevel, Decimal]]:
    """Return the levels of the International Scale, the highest limit first."""
    return sorted(LIMIT_OF.items(), key=lambda item: -item[1])


def example_spec() -> ChartSpec:
    """Return the made-up course as a chart."""
    points = tuple(
        ChartPoint(
            day,
            Decimal(value),
            PointKind.MEASURED,
            value_text=f"{value}%",
            words=_("A made-up result: %(value)s%%") % {"value": value},
            note=_("MMR reached, month 9") if day == _REACHED else "",
            note_short=_("MMR, month 9") if day == _REACHED else "",
        )
        for day, value in _COURSE
    )
    steps = [ChartStep(STANDARD_START, _percent(STANDARD_START))]
    for level, limit in _levels():
        name = "" if level in _UNNAMED else level.value
        goal = level is _GOAL
        steps.append(ChartStep(limit, _percent(limit), name, goal, _("MMR, the goal for month 12") if goal else ""))
    return ChartSpec(
        title=_("Made-up results over time"),
        story=_("Going down since June 2025. The goal for the first year was reached in month 9."),
        help_line=_("Each main line is 10 times lower than the one above."),
        today=_TODAY,
        points=points,
        steps=tuple(steps),
        treatments=(TreatmentBar(_("imatinib 400 mg"), date(2025, 6, 10)),),
        year_1_on=date(2026, 6, 10),
        next_test_on=date(2026, 11, 4),
    )


def example_ladder_spec() -> LadderSpec:
    """Return the made-up person's place on the ladder."""
    words = {
        ResponseLevel.MR1: _("10 times lower"),
        ResponseLevel.MR2: _("100 times"),
        ResponseLevel.MMR: _("1,000 times"),
    }
    steps = [LadderStep(_percent(STANDARD_START), _("standard start"))]
    for level, limit in _levels():
        goal = level is _GOAL
        steps.append(
            LadderStep(
                _percent(limit),
                words.get(level, ""),
                side=(_("MMR, the goal"),) if goal else (_("Dec 2025"),) if level is ResponseLevel.MR2 else (),
                state=StepState.GOAL if goal else StepState.PLAIN,
                name="" if level in words else level.value,
            )
        )
        if goal:
            steps.append(LadderStep(f"{_COURSE[-1][1]}%", side=(_("You are here"),), state=StepState.HERE))
    return LadderSpec(
        _("Steps from the standard start down"),
        tuple(steps),
        _("Each full step is 10 times lower than the one above."),
    )


@lru_cache(maxsize=8)
def _chart(_language: str | None) -> dict[str, str]:
    spec = example_spec()
    return {
        "svg": drawn(render_chart(spec, element_id="example")),
        "key": drawn(render_key(spec)),
        "story": spec.story,
        "help_line": spec.help_line,
    }


@register.simple_tag
def example_chart() -> dict[str, str]:
    """Return the made-up course, drawn, for ``components/chart.html``."""
    return _chart(get_language())


@register.simple_tag
def example_ladder() -> SafeString:
    """Return the made-up ladder."""
    return drawn(render_ladder(example_ladder_spec()))
