"""The made-up example: its steps are the clinical core's, and it says that it is made up."""

from django.template.loader import render_to_string

from milestones.clinical.quantity import STANDARD_START
from milestones.clinical.response import IS_LIMITS, MMR_LIMIT
from milestones.templatetags.examples import example_chart, example_ladder, example_spec


def test_the_steps_are_the_levels() -> None:
    spec = example_spec()
    assert {step.percent for step in spec.steps} == {STANDARD_START, *(limit for limit, _ in IS_LIMITS)}
    assert spec.goal is not None
    assert spec.goal.percent == MMR_LIMIT


def test_chart_and_ladder_are_drawn() -> None:
    assert example_chart()["svg"].count("<svg") == 2
    assert example_ladder().count('aria-current="step"') == 1


def test_the_start_page_says_what_is_made_up_and_what_it_does_not_do() -> None:
    page = render_to_string("start.html")
    assert page.count("An example, with made-up numbers") == 2
    assert "It does not diagnose." in page
    assert "It does not alert your team." in page
