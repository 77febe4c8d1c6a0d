"""The ladder says the same with and without eyes."""

from milestones.charts.ladder import render_ladder
from milestones.charts.spec import LadderSpec, LadderStep, StepState


def test_the_place_and_the_goal_are_marked() -> None:
    html = render_ladder(
        LadderSpec(
            "Where you are",
            (
                LadderStep("10%", "10 times lower", ("Nov 2025", "Feb 2026")),
                LadderStep("2%", "50 times", ("your goal",), StepState.GOAL),
                LadderStep("1%", side=("You are here",), state=StepState.HERE),
            ),
            "Each step is lower.",
        )
    )
    assert html.count("<li") == 3
    assert html.count('aria-current="step"') == 1
    assert 'class="goal"' in html
    assert "<span>Nov 2025</span><span>Feb 2026</span>" in html
    assert "Each step is lower." in html


def test_not_detected_is_drawn_open() -> None:
    html = render_ladder(LadderSpec("x", (LadderStep("1%", state=StepState.HERE_NOT_DETECTED),)))
    assert 'class="here unseen" aria-current="step"' in html


def test_words_are_inert() -> None:
    html = render_ladder(LadderSpec('"><b>', (LadderStep("<b>", "<i>", ("<u>",), name="<s>"),), "<p>"))
    assert not any(tag in html for tag in ("<b><", "<i>", "<u>", "<s>", "<p>&"))
    assert render_ladder(LadderSpec("x", ())) == ""
