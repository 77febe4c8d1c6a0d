"""Questions before a result is saved: hazards H5, H17, H19 and H20. They ask, and never block."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.observation import Observation, Scale
from milestones.clinical.plausibility import Asked, Question, ask_about
from milestones.clinical.quantity import significant
from tests.clinical.samples import START, printed, seen, series

Q = Question


def asked(text: str, *before: tuple[int, str], day: int = 400) -> list[tuple[Question, int | None]]:
    return [(one.question, one.earlier) for one in ask_about(seen(text, day), series(*before))]


@pytest.mark.parametrize(
    ("text", "before", "questions"),
    [
        # H20: 3.5-fold either way is asked about, beside the number it is held against.
        ("0.035 %", [(300, "0.01 %")], [(Q.MUCH_HIGHER, 0)]),
        ("0.0349 %", [(300, "0.01 %")], []),
        ("0.01 %", [(300, "0.035 %")], [(Q.MUCH_LOWER, 0)]),
        ("0.01 %", [(300, "0.0349 %")], []),
        ("0.1 %", [(300, "0.01 %")], [(Q.MUCH_HIGHER, 0)]),
        ("0.0032 %", [(300, "0.032 %")], [(Q.MUCH_LOWER, 0)]),
        # The last number before it counts; words and no results are passed over.
        ("0.1 %", [(100, "0.1 %"), (300, "0.01 %")], [(Q.MUCH_HIGHER, 1)]),
        ("0.1 %", [(100, "0.01 %"), (300, "0.1 %")], []),
        ("0.1 %", [(100, "0.01 %"), (200, "invalid"), (300, "not detected")], [(Q.MUCH_HIGHER, 0)]),
        ("0.1 %", [(500, "0.01 %")], []),
        ("0.1 %", [(300, "0.1 %"), (500, "0.01 %")], []),
        # A bound can be much higher; much lower it always may be.
        (">10 %", [(300, "0.01 %")], [(Q.MUCH_HIGHER, 0)]),
        ("<0.01 %", [(300, "1 %")], []),
        ("not detected", [(300, "50 %")], []),
        # H5: maybe a log reduction, or an MR number, where the last was at most 1 %.
        ("4.5 %", [(300, "0.01 %")], [(Q.MAYBE_LOG_REDUCTION, 0)]),
        ("2 %", [(300, "1 %")], [(Q.MAYBE_LOG_REDUCTION, 0)]),
        ("6 %", [(300, "1 %")], [(Q.MAYBE_LOG_REDUCTION, 0)]),
        ("1.9 %", [(300, "1 %")], []),
        ("6.1 %", [(300, "1 %")], [(Q.MUCH_HIGHER, 0)]),
        ("2 %", [(300, "1.1 %")], []),
        (">4 %", [(300, "0.01 %")], [(Q.MUCH_HIGHER, 0)]),
        # Off the usual range.
        ("100 %", [], []),
        ("100.1 %", [], [(Q.ABOVE_100, None)]),
        ("0.00001 %", [], []),
        ("0.000009 %", [], [(Q.VERY_SMALL, None)]),
        ("150 %", [(300, "1 %")], [(Q.MUCH_HIGHER, 0), (Q.ABOVE_100, None)]),
        # H19: the same sample, entered by two?
        ("0.1 %", [(400, "0.1 %")], [(Q.SAME_SAMPLE, 0)]),
        ("0.1 %", [(397, "0.1 %")], [(Q.SAME_SAMPLE, 0)]),
        ("0.1 %", [(403, "0.1 %")], [(Q.SAME_SAMPLE, 0)]),
        ("0.1 %", [(396, "0.1 %")], []),
        ("0.1 %", [(404, "0.1 %")], []),
        ("0.1 %", [(400, "0.11 %")], [(Q.SAME_DAY, 0)]),
        ("0.1 %", [(399, "0.11 %")], []),
        ("0.1 %", [(400, "0.11 %"), (401, "0.1 %")], [(Q.SAME_SAMPLE, 1)]),
        ("0.1 %", [(400, "0.11 %"), (400, "0.12 %")], [(Q.SAME_DAY, 1)]),
        ("<0.1 %", [(400, "0.1 %")], [(Q.SAME_DAY, 0)]),
        ("not detected", [(400, "not detected")], [(Q.SAME_SAMPLE, 0)]),
        ("not detected", [(400, "invalid")], [(Q.SAME_DAY, 0)]),
        ("0.5 %", [(400, "0.1 %")], [(Q.SAME_DAY, 0), (Q.MUCH_HIGHER, 0)]),
        # A printed level that the percentage does not reach.
        ("0.05 % MR4.5", [], [(Q.LEVEL_CONTRADICTS, None)]),
        ("0.0032 % MR4.5", [], []),
    ],
)
def test_ask_about(text: str, before: Sequence[tuple[int, str]], questions: list[tuple[Question, int | None]]) -> None:
    assert asked(text, *before) == questions


@pytest.mark.parametrize(
    ("day", "diagnosed_on", "questions"),
    [
        # H17
        (date(2020, 5, 1), date(2020, 5, 1), []),
        (date(2020, 4, 30), date(2020, 5, 1), [Asked(Q.BEFORE_DIAGNOSIS)]),
        (date(2020, 4, 30), None, []),
        (date(2001, 1, 1), None, []),
        (date(2000, 12, 31), None, [Asked(Q.LONG_AGO)]),
        (date(2000, 12, 31), date(2020, 5, 1), [Asked(Q.BEFORE_DIAGNOSIS), Asked(Q.LONG_AGO)]),
    ],
)
def test_h17_a_date_that_is_hard_to_believe(day: date, diagnosed_on: date | None, questions: list[Asked]) -> None:
    assert ask_about(replace(seen(), collected_on=day), [], diagnosed_on=diagnosed_on) == questions


def test_h20_only_results_of_one_scale_are_held_against_each_other() -> None:
    raw = seen("0.01 %", 300, scale=Scale.NOT_IS)
    assert ask_about(seen("1 %", 400), [raw]) == []
    assert ask_about(seen("1 %", 400, scale=Scale.NOT_IS), [raw]) == [Asked(Q.MUCH_HIGHER, 0)]
    assert ask_about(seen("1 % not IS", 400, scale=Scale.UNKNOWN), [raw]) == [Asked(Q.MUCH_HIGHER, 0)]


def test_h20_a_result_in_between_is_held_against_the_one_before_it() -> None:
    earlier = series((100, "0.01 %"), (300, "1 %"), (500, "0.01 %"))
    assert ask_about(seen("0.9 %", 400), earlier) == []


# --- H20 measured -----------------------------------------------------------------------------------------------------

# The spread of one test in log10: 0.5 log between two tests of a steady level is what the test can tell (clinical
# rules, section 5), which is 1.96 times the spread of a difference, and that is the square root of 2 times this.
SPREAD = 0.18
SLIP = {Question.MUCH_HIGHER, Question.MUCH_LOWER, Question.MAYBE_LOG_REDUCTION, Question.ABOVE_100}


def steady_series(chance: random.Random) -> list[Observation]:
    """Return twelve made-up tests of one person, three months apart, around a level that does not change."""
    level = 10 ** chance.uniform(-2.5, 1)
    template = printed("5 %")
    return [
        replace(
            seen("5 %", 91 * number),
            reading=replace(template, value=significant(Decimal(level * 10 ** chance.gauss(0, SPREAD)), 2)),
        )
        for number in range(12)
    ]


def share_prompted(times: Decimal) -> float:
    """Return the share of results that are asked about when each is ``times`` what the laboratory printed."""
    chance = random.Random(2026)
    prompts = total = 0
    for _ in range(150):
        person = steady_series(chance)
        for number in range(1, len(person)):
            printed_value = person[number].reading.value
            assert printed_value is not None
            typed = replace(person[number], reading=replace(person[number].reading, value=printed_value * times))
            total += 1
            prompts += any(one.question in SLIP for one in ask_about(typed, person[:number]))
    return prompts / total


@pytest.mark.parametrize("times", [Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01")])
def test_h20_at_least_95_in_100_slips_of_a_digit_are_asked_about(times: Decimal) -> None:
    assert share_prompted(times) >= 0.95


def test_h20_at_most_5_in_100_true_results_are_asked_about() -> None:
    assert 0 < share_prompted(Decimal(1)) <= 0.05


@given(
    st.integers(-40, 900), st.sampled_from(["0.1 %", "not detected", "invalid", "MR4.5", "<0.01 %", "weak positive"])
)
def test_asking_never_blocks(day: int, text: str) -> None:
    earlier = series((0, "80 %"), (91, "5 %"), (182, "not detected"))
    for one in ask_about(seen(text, day), earlier, diagnosed_on=START - timedelta(days=30)):
        assert one.earlier is None or 0 <= one.earlier < len(earlier)
