"""The made-up example: a record like any other, drawn by what draws every record, and it says that it is made up."""

from django.template.loader import render_to_string

from milestones.clinical.levels import IS_LIMITS, MMR_LIMIT
from milestones.clinical.quantity import STANDARD_START
from milestones.selectors.made_up import EXAMPLE_ID, example_timeline
from milestones.selectors.pictures import chart_of
from milestones.templatetags.examples import example_chart, example_ladder


def test_the_steps_are_the_levels() -> None:
    spec = chart_of(example_timeline())
    limits = {STANDARD_START, *(limit for limit, _ in IS_LIMITS)}
    assert {step.percent for step in spec.steps} <= limits
    assert spec.goal is not None
    assert spec.goal.percent == MMR_LIMIT


def test_chart_and_ladder_are_drawn() -> None:
    chart = example_chart()
    assert chart is not None
    assert chart.svg.count("<svg") == 2
    assert "MMR reached, month 9" in chart.svg
    assert "too few copies to say" in chart.svg
    assert example_ladder().count('aria-current="step"') == 1


def test_it_is_nobodys_and_always_the_same() -> None:
    timeline = example_timeline()
    assert timeline.patient_id == EXAMPLE_ID
    assert "made up" in timeline.display_name
    assert timeline == example_timeline()


def test_the_start_page_says_what_is_made_up_and_what_it_does_not_do() -> None:
    page = render_to_string("start.html")
    assert page.count("An example, with made-up numbers") == 2
    assert "It does not diagnose." in page
    assert "It does not alert your team." in page
