"""Change between results: each row of the table, from both sides. Hazard H23."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milestones.clinical.observation import ControlGene, Observation, Scale, Specimen, Transcript
from milestones.clinical.trends import (
    RISING,
    Change,
    ChangeKind,
    assess_changes,
    rises_by_half_log,
    rises_by_one_log,
    rises_by_third_log,
)
from tests.clinical.samples import deep, found, printed, seen, series

K = ChangeKind
D = Decimal


def changes(observations: Sequence[Observation]) -> list[Change]:
    return assess_changes(observations, found(*observations))


def kinds(*texts: str) -> list[ChangeKind]:
    return [change.kind for change in changes(series(*((90 * index, text) for index, text in enumerate(texts))))]


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        # Under 0.3 log either way: 10 ** 0.3 is 1.99526.
        ("0.01 %", "0.01 %", K.STEADY),
        ("0.01 %", "0.01995 %", K.STEADY),
        ("0.01 %", "0.01996 %", K.WITHIN_TEST),
        ("0.01995 %", "0.01 %", K.STEADY),
        ("0.01996 %", "0.01 %", K.WITHIN_TEST),
        # 0.3 to under 0.5: 10 ** 0.5 is 3.16228.
        ("0.01 %", "0.03162 %", K.WITHIN_TEST),
        ("0.01 %", "0.03163 %", K.ONE_RISE),
        ("0.03162 %", "0.01 %", K.WITHIN_TEST),
        ("0.03163 %", "0.01 %", K.FALLING),
        # Tenfold up is a clear rise, even inside MMR; tenfold down is falling.
        ("0.01 %", "0.0999 %", K.ONE_RISE),
        ("0.01 %", "0.1 %", K.CLEAR_RISE),
        ("0.001 %", "0.01 %", K.CLEAR_RISE),
        ("0.1 %", "0.01 %", K.FALLING),
        ("50 %", "0.01 %", K.FALLING),
        # Over the line of 0.1 by less than 0.5 log.
        ("0.1 %", "0.101 %", K.JUST_ABOVE_LINE),
        ("0.099 %", "0.1 %", K.STEADY),
        ("0.05 %", "0.158 %", K.JUST_ABOVE_LINE),
        ("0.05 %", "0.159 %", K.ONE_RISE),
        ("0.101 %", "0.11 %", K.STEADY),
        ("0.11 %", "0.1 %", K.STEADY),
    ],
)
def test_change_between_two_results(then: str, now: str, kind: ChangeKind) -> None:
    assert kinds(then, now) == [K.FIRST, kind]


@pytest.mark.parametrize(
    ("texts", "last"),
    [
        # Two rises in a row, by 0.5 log or more in all.
        (["0.01 %", "0.04 %", "0.05 %"], K.TWO_IN_A_ROW),
        (["0.01 %", "0.02 %", "0.0317 %"], K.TWO_IN_A_ROW),
        (["0.01 %", "0.02 %", "0.0316 %"], K.STEADY),
        (["0.01 %", "0.04 %", "0.04 %"], K.STEADY),
        (["0.01 %", "0.04 %", "0.039 %"], K.STEADY),
        (["0.01 %", "0.01 %", "0.04 %"], K.ONE_RISE),
        (["0.01 %", "0.009 %", "0.04 %"], K.ONE_RISE),
        (["0.01 %", "0.1 %", "1 %"], K.CLEAR_RISE),
        (["0.04 %", "0.08 %", "0.13 %"], K.TWO_IN_A_ROW),
        # What is not evaluable is not in between.
        (["0.01 %", "0.04 %", "invalid", "0.05 %"], K.TWO_IN_A_ROW),
        # Bounds count by what they prove.
        (["<0.001 %", "0.002 %", "0.004 %"], K.TWO_IN_A_ROW),
        (["<0.01 %", "0.02 %", "0.031 %"], K.STEADY),
        (["0.01 %", "0.02 %", ">0.05 %"], K.TWO_IN_A_ROW),
        (["0.01 %", ">0.02 %", "0.04 %"], K.CANNOT_COMPARE),
        ([">10 %", "20 %", "40 %"], K.WITHIN_TEST),
    ],
)
def test_two_in_a_row(texts: list[str], last: ChangeKind) -> None:
    assert kinds(*texts)[-1] is last


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        # Only what holds for every value within the bounds is said.
        ("not detected", "0.0032 %", K.STEADY),
        ("not detected", "0.0031 %", K.STEADY),
        ("not detected", "not detected", K.STEADY),
        ("not detected", "0.02 %", K.ONE_RISE),
        ("not detected", "0.05 %", K.CLEAR_RISE),
        ("0.05 %", "not detected", K.FALLING),
        ("0.003 %", "not detected", K.STEADY),
        ("<0.01 %", "0.0101 %", K.STEADY),
        ("<0.01 %", "0.02 %", K.WITHIN_TEST),
        ("<0.01 %", "0.1 %", K.CLEAR_RISE),
        ("<0.05 %", "0.12 %", K.JUST_ABOVE_LINE),
        ("0.05 %", "<0.001 %", K.FALLING),
        ("0.05 %", "<0.04 %", K.STEADY),
        ("<0.0032 %", "<0.001 %", K.STEADY),
        # A wide bound hides a rise or a fall.
        ("0.05 %", "<0.1 %", K.CANNOT_COMPARE),
        ("0.002 %", "<0.1 %", K.CANNOT_COMPARE),
        ("<0.1 %", "0.05 %", K.CANNOT_COMPARE),
        ("<0.0033 %", "0.003 %", K.CANNOT_COMPARE),
        ("<0.0032 %", "0.003 %", K.STEADY),
        ("0.003 %", "<0.0032 %", K.STEADY),
        ("<0.1 %", "<0.05 %", K.STEADY),
        ("0.05 %", "<0.05 %", K.CANNOT_COMPARE),
        (">10 %", "50 %", K.CANNOT_COMPARE),
        ("50 %", ">10 %", K.CANNOT_COMPARE),
        (">10 %", ">10 %", K.CANNOT_COMPARE),
        (">10 %", "5 %", K.WITHIN_TEST),
        (">10 %", "1 %", K.FALLING),
        (">10 %", "<1 %", K.FALLING),
        ("1 %", ">10 %", K.CLEAR_RISE),
        ("5 %", ">10 %", K.WITHIN_TEST),
        ("<5 %", ">10 %", K.WITHIN_TEST),
        # A level without a number stands for all that it may hold.
        ("MR4", "0.05 %", K.ONE_RISE),
        ("0.05 %", "MR4", K.FALLING),
    ],
)
def test_change_between_bounds(then: str, now: str, kind: ChangeKind) -> None:
    assert kinds(then, now) == [K.FIRST, kind]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["invalid"], [K.NO_RESULT]),
        (["0.05 %", "invalid", "0.05 %"], [K.FIRST, K.NO_RESULT, K.STEADY]),
        (["invalid", "0.05 %"], [K.NO_RESULT, K.FIRST]),
        (["0.05 %", "weak positive"], [K.FIRST, K.CANNOT_COMPARE]),
        (["0.05 %"], [K.FIRST]),
        ([], []),
    ],
)
def test_results_without_a_value(texts: list[str], expected: list[ChangeKind]) -> None:
    assert kinds(*texts) == expected


def test_a_sample_that_is_not_deep_enough() -> None:
    observations = [
        seen("0.05 %", 0),
        deep(90, 9_999),
        seen("not detected", 180),
        seen("not detected, LOD 0.001 %", 270, gene=ControlGene.ABL1, copies=9_999),
        seen("0.05 %", 360),
    ]
    assert [change.kind for change in changes(observations)] == [
        K.FIRST,
        K.NOT_DEEP_ENOUGH,
        K.NOT_DEEP_ENOUGH,
        K.NOT_DEEP_ENOUGH,
        K.STEADY,
    ]
    assert changes(observations)[-1].before == 0


@pytest.mark.parametrize(
    "other",
    [
        {"laboratory": "South"},
        {"method": "digital"},
        {"specimen": Specimen.BONE_MARROW},
        {"scale": Scale.NOT_IS},
        {"scale": Scale.UNKNOWN},
        {"transcript": Transcript.OTHER},
        {"transcript": Transcript.UNKNOWN},
        {"reading": printed("0.5 % not IS")},
    ],
)
def test_only_one_laboratory_and_scale_are_compared(other: dict[str, object]) -> None:
    one = seen("0.05 %", 0, laboratory="North")
    odd = replace(seen("0.5 %", 90, laboratory="North"), **other)  # type: ignore[arg-type]  # fields by name
    again = seen("0.06 %", 180, laboratory="North")
    answer = changes([one, odd, again])
    assert [change.kind for change in answer] == [K.FIRST, K.CANNOT_COMPARE, K.STEADY]
    assert [change.before for change in answer] == [None, None, 0]


def test_a_scale_that_is_not_known_compares_with_nothing() -> None:
    unknown = [seen("0.05 %", day, scale=Scale.UNKNOWN) for day in (0, 90)]
    assert [change.kind for change in changes(unknown)] == [K.FIRST, K.CANNOT_COMPARE]


def test_off_the_scale_the_raw_values_are_compared() -> None:
    raw = [seen(text, day, scale=Scale.NOT_IS) for day, text in ((0, "0.05 %"), (90, "0.5 %"))]
    assert [change.kind for change in changes(raw)] == [K.FIRST, K.CLEAR_RISE]


def test_a_converted_value_is_compared_on_the_scale() -> None:
    pair = [seen("0.05 %", 0), seen("0.05 %", 90, scale=Scale.NOT_IS, factor="2.5")]
    assert changes(pair)[1] == Change(K.JUST_ABOVE_LINE, 0, D("0.05"), D("0.125"))


def test_what_was_compared_is_told() -> None:
    measured, bound = changes(series((0, "0.05 %"), (90, "0.5 %"), (180, "<0.01 %")))[1:]
    assert measured == Change(K.CLEAR_RISE, 0, D("0.05"), D("0.5"))
    assert measured.log10 == 1
    assert bound == Change(K.FALLING, 1, D("0.5"), D("0.01"), at_least=True)
    assert bound.log10 is None
    assert Change(K.FIRST).log10 is None


@pytest.mark.parametrize(
    ("then", "now", "log10"),
    [
        ("0.01", "0.02", "0.30103"),
        ("0.02", "0.01", "-0.30103"),
        ("0.01", "0.1", "1"),
        ("3", "3", "0"),
        ("0.00999", "99.9", "4"),
        ("1.23456", "7.891", "0.805620"),
    ],
)
def test_the_logarithm_that_is_shown(then: str, now: str, log10: str) -> None:
    shown = Change(K.STEADY, 0, D(then), D(now)).log10
    assert shown is not None
    assert abs(shown - D(log10)) < D("0.000001")


def test_what_is_rising() -> None:
    assert {K.ONE_RISE, K.TWO_IN_A_ROW, K.CLEAR_RISE, K.JUST_ABOVE_LINE} == RISING


VALUES = st.decimals("0.0001", "500", places=4).filter(lambda value: value > 0)


@given(VALUES, VALUES)
def test_limits_of_change_agree_with_the_logarithm(then: Decimal, now: Decimal) -> None:
    log = now.log10() - then.log10()
    for limit, rises in (("0.3", rises_by_third_log), ("0.5", rises_by_half_log), ("1", rises_by_one_log)):
        assume(abs(log - D(limit)) > D("1e-20"))
        assert rises(then, now) is (log > D(limit))
    shown = Change(K.STEADY, 0, then, now).log10
    assert shown is not None
    assert abs(shown - log) < D("0.0000002")


@given(st.lists(VALUES, min_size=1, max_size=6), VALUES)
def test_a_later_result_changes_nothing_before_it(values: list[Decimal], last: Decimal) -> None:
    template = seen("5 %", 0)
    observations = [replace(template, reading=replace(template.reading, value=value)) for value in [*values, last]]
    assert changes(observations)[:-1] == changes(observations[:-1])


@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(0, 5))
def test_a_result_of_another_laboratory_changes_no_comparison(values: list[Decimal], position: int) -> None:
    template = seen("5 %", 0, laboratory="North")
    own = [replace(template, reading=replace(template.reading, value=value)) for value in values]
    place = min(position, len(own))
    mixed = [*own[:place], replace(template, laboratory="South"), *own[place:]]
    compared = [(change.kind, change.then, change.now) for change in changes(own)][1:]
    others = [(change.kind, change.then, change.now) for index, change in enumerate(changes(mixed)) if index != place]
    assert others[1:] == compared


def test_the_line_is_no_line_off_the_international_scale() -> None:
    raw = [seen("0.09 %", 0, scale=Scale.NOT_IS), seen("0.11 %", 90, scale=Scale.NOT_IS)]
    on_scale = [seen("0.09 %", 0), seen("0.11 %", 90)]

    assert changes(raw)[1].kind is K.STEADY
    assert changes(on_scale)[1].kind is K.JUST_ABOVE_LINE
