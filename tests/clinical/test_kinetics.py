"""Halving and doubling times: hand-computed cases, and properties that hold for every pair."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milestones.clinical.kinetics import Kinetics, halving_time_days, measure_kinetics
from milestones.clinical.observation import Observation, Scale, Specimen, Transcript
from milestones.clinical.trends import assess_changes
from tests.clinical.samples import deep, found, seen

D = Decimal
VALUES = st.decimals("0.0001", "500", places=4).filter(lambda value: value > 0)
DAYS = st.integers(1, 5_000)


@pytest.mark.parametrize(
    ("then", "now", "days", "halving"),
    [
        ("10", "5", 76, "76"),
        ("10", "2.5", 90, "45"),
        ("5", "10", 76, "-76"),
        ("5", "5", 76, None),
        ("10", "5", 0, None),
        ("10", "5", -1, None),
        # A tenth in 100 days: 100 / log2(10) = 100 / 3.3219281 = 30.103.
        ("10", "1", 100, "30.103000"),
        # An eighth in 90 days is three halvings.
        ("80", "10", 90, "30"),
    ],
)
def test_halving_time(then: str, now: str, days: int, halving: str | None) -> None:
    answer = halving_time_days(D(then), D(now), days)
    assert (answer is None) is (halving is None)
    if answer is not None and halving is not None:
        assert abs(answer - D(halving)) < D("0.00001")


def kinetics_of(*observations: Observation) -> list[Kinetics | None]:
    findings = found(*observations)
    return measure_kinetics(observations, findings, assess_changes(observations, findings))


def test_the_pair_is_the_one_that_the_change_compares() -> None:
    course = (seen("80 %", 0), seen("3 %", 30, laboratory="South"), seen("10 %", 90), seen("20 %", 120))
    assert kinetics_of(*course) == [None, None, Kinetics(0, 90, D(30)), Kinetics(2, 30, None, D(30))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A bound is no measured value, on either side.
        (seen("<0.1 %", 0), seen("0.05 %", 90)),
        (seen("0.05 %", 0), seen("<0.0032 %", 90)),
        (seen(">50 %", 0), seen("5 %", 90)),
        # Not detected has no value.
        (deep(0), seen("0.05 %", 90)),
        (seen("0.05 %", 0), deep(90)),
        # A level that the laboratory states is no measured percentage.
        (seen("MR4.5", 0), seen("0.05 %", 90)),
        # What cannot be compared.
        (seen("5 %", 0, laboratory="North"), seen("1 %", 90, laboratory="South")),
        (seen("5 %", 0), seen("1 %", 90, scale=Scale.NOT_IS)),
        # Not on the International Scale, not of blood, or not of p210.
        (seen("5 %", 0, scale=Scale.NOT_IS), seen("1 %", 90, scale=Scale.NOT_IS)),
        (seen("5 %", 0, specimen=Specimen.BONE_MARROW), seen("1 %", 90, specimen=Specimen.BONE_MARROW)),
        (seen("5 %", 0, transcript=Transcript.OTHER), seen("1 %", 90, transcript=Transcript.OTHER)),
        # Two samples of one day.
        (seen("5 %", 90), seen("1 %", 90)),
    ],
)
def test_nothing_where_two_results_are_not_measured_and_comparable(before: Observation, after: Observation) -> None:
    assert kinetics_of(before, after) == [None, None]


def test_one_level_twice_neither_halves_nor_doubles() -> None:
    assert kinetics_of(seen("0.05 %", 0), seen("0.05 %", 90)) == [None, Kinetics(0, 90)]


@given(VALUES, VALUES, DAYS)
def test_a_halving_time_is_positive_and_so_is_a_doubling_time(then: Decimal, now: Decimal, days: int) -> None:
    [_, measured] = kinetics_of(seen(f"{then:f} %", 0), seen(f"{now:f} %", days))
    assert measured is not None
    assert (measured.halving_days is not None) is (now < then)
    assert (measured.doubling_days is not None) is (now > then)
    for time in (measured.halving_days, measured.doubling_days):
        assert time is None or time > 0


@given(VALUES, VALUES, DAYS)
def test_halving_mirrors_doubling(then: Decimal, now: Decimal, days: int) -> None:
    assume(then != now)
    there, back = halving_time_days(then, now, days), halving_time_days(now, then, days)
    assert there is not None
    assert back is not None
    assert abs(there + back) <= abs(there) * D("1e-6")


@given(VALUES, VALUES, DAYS, st.integers(-3, 3))
def test_halving_does_not_depend_on_the_scale(then: Decimal, now: Decimal, days: int, tens: int) -> None:
    assert halving_time_days(then, now, days) == halving_time_days(then.scaleb(tens), now.scaleb(tens), days)


@given(VALUES, DAYS, st.integers(1, 6))
def test_so_many_halvings_take_so_many_halving_times(then: Decimal, days: int, times: int) -> None:
    halving = halving_time_days(then * 2**times, then, days * times)
    assert halving is not None
    assert abs(halving - days) <= days * D("1e-6")
