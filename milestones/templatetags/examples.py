"""The made-up record on the start page and in the gallery: drawn by what draws every record."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from milestones.charts.ladder import render_ladder
from milestones.selectors.made_up import example_timeline
from milestones.selectors.markup import drawn
from milestones.selectors.parts import ChartPart, chart_part
from milestones.selectors.pictures import chart_of
from milestones.selectors.steps import ladder_of

register = template.Library()


# It never changes, and the start page is the one that most people ask for.
@lru_cache(maxsize=8)
def _chart(_language: str | None) -> ChartPart | None:
    return chart_part(chart_of(example_timeline()), element_id="example")


@lru_cache(maxsize=8)
def _ladder(_language: str | None) -> SafeString:
    return drawn(render_ladder(ladder_of(example_timeline())))


@register.simple_tag
def example_chart() -> ChartPart | None:
    """Return the made-up course, drawn, for ``{% chart %}``."""
    return _chart(get_language())


@register.simple_tag
def example_ladder() -> SafeString:
    """Return the made-up ladder."""
    return _ladder(get_language())
