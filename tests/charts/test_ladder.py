"""The ladder says the same with and without eyes."""

import re

import pytest

from milestones.charts.ladder import render_ladder
from milestones.charts.spec import LadderSpec, LadderStep, StepState


def test_the_place_the_goal_and_the_way_are_marked() -> None:
    html = render_ladder(
        LadderSpec(
            "Where you are",
            (
                LadderStep("10%", "10 times lower"),
                LadderStep("9.1%", side="Nov 2025", state=StepState.WAS),
                LadderStep("4%", side="Feb 2026", state=StepState.WAS),
                LadderStep("2%", "50 times", "your goal", StepState.GOAL),
                LadderStep("1%", side="You are here", state=StepState.HERE),
                LadderStep("0.2%", "deep", more="500 times"),
            ),
            "Each step is lower.",
            "You were there. Now you are here.",
        )
    )
    assert html.count("<li") == 6
    assert html.count('aria-current="step"') == 1
    assert 'class="goal"' in html
    heard = '<span class="visually-hidden">you were here in </span>'
    assert f"<span>{heard}Nov 2025</span> <span>9.1%</span>" in html
    # A place of the way is no step: the bars go on growing shorter one by one.
    assert [int(number) for number in re.findall(r"step-(\d)", html)] == [1, 2, 3, 4]
    assert "Each step is lower." in html
    assert html.startswith('<p class="ladder-says">You were there. Now you are here.</p>')
    assert '<span>deep</span> <span class="more">500 times</span>' in html


@pytest.mark.parametrize(
    ("stood", "trails"),
    [
        ((0, 2), ["from", "on", "to"]),
        # Up or down, the line runs from the highest to the lowest step that one stood on.
        ((1, 2), ["", "from", "to"]),
        ((2,), ["", "", ""]),
    ],
)
def test_the_way_runs_from_the_first_place_to_the_last(stood: tuple[int, ...], trails: list[str]) -> None:
    steps = tuple(
        LadderStep(f"{number}%", state=StepState.WAS if number in stood else StepState.PLAIN) for number in range(3)
    )
    rows = render_ladder(LadderSpec("x", steps)).split("</li>")[:-1]
    assert [found[1] if (found := re.search(r"trail-(\w+)", row)) else "" for row in rows] == trails


def test_not_detected_is_drawn_open() -> None:
    html = render_ladder(LadderSpec("x", (LadderStep("1%", state=StepState.HERE_NOT_DETECTED),)))
    assert 'class="here unseen" aria-current="step"' in html


def test_words_are_inert() -> None:
    step = LadderStep("<b>", "<i>", "<u>", more="<s>")
    was = LadderStep("<b>", side="<q>", state=StepState.WAS)
    html = render_ladder(LadderSpec('"><b>', (step, was), "<p>", "<em>"))
    assert not any(tag in html for tag in ("<b><", "<i>", "<u>", "<s>", "<q>", "<em>", "<p>&"))
    assert render_ladder(LadderSpec("x", ())) == ""
