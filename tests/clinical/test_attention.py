"""Who is shown first on a team's list: a course that rises, and a goal that is not met."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from milestones.clinical.attention import is_not_met, is_rising, standing_verdicts
from milestones.clinical.course import Course, read_course
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.observation import Scale
from milestones.clinical.treatment import TreatmentLine
from tests.cast import observe

START, TODAY = date(2020, 1, 1), date(2026, 8, 23)
RULES = tuple(load_rule_sets().values())


def course(results: str, *, off_scale: int | None = None) -> Course:
    """Return a course three months apart, the last result today; ``off_scale`` is the place of one that is not IS."""
    texts = results.split(", ") if results else []
    observations = [
        observe(
            text,
            TODAY - timedelta(days=91 * (len(texts) - 1 - number)),
            scale=Scale.NOT_IS if number == off_scale else Scale.IS,
            copies=40_000,
        )
        for number, text in enumerate(texts)
    ]
    return read_course(observations, [TreatmentLine(START)], RULES, TODAY)


def rising(course: Course) -> bool:
    return is_rising(course.latest, course.before_latest)


@pytest.mark.parametrize(
    ("results", "rises"),
    [
        ("", False),
        ("0.05 %", False),
        # Two in a row, the second within the step.
        ("0.02 %, 0.03 %, 0.07 %", True),
        ("0.03 %, 0.07 %, 0.06 %", False),
        # A rise that loses a step, and one that does not.
        ("0.009 %, 0.009 %, 0.06 %", True),
        ("0.02 %, 0.02 %, 0.07 %", False),
        # MMR lost.
        ("0.05 %, 0.05 %, 0.3 %", True),
        # Falling, and no result at all.
        ("5 %, 0.5 %, 0.05 %", False),
        ("0.02 %, 0.02 %, invalid", False),
    ],
)
def test_is_rising(results: str, rises: bool) -> None:
    assert rising(course(results)) is rises


def test_what_is_not_on_the_scale_has_no_step_to_lose() -> None:
    assert not rising(course("0.009 %, 0.009 %, 0.06 %", off_scale=2))


def test_standing_verdicts() -> None:
    assert standing_verdicts(course("0.5 %").entries, None) == ()
    assert standing_verdicts(course("invalid").entries, 0) == ()
    assert standing_verdicts((), 0) == ()
    [own, *_others] = standing_verdicts(course("0.5 %, invalid").entries, 0)
    assert own.rule_set == RULES[0].id
    assert is_not_met(own)
    [own, *_others] = standing_verdicts(course("0.05 %").entries, 0)
    assert not is_not_met(own)
