"""Exact numbers and units: what may be converted, and what may not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.quantity import Comparator, plain, significant, times_below
from milestones.clinical.units import Unit, log_reduction_to_percent, to_percent

D = Decimal


@pytest.mark.parametrize(
    ("value", "text"),
    [("3.2E-3", "0.0032"), ("5.10", "5.10"), ("1E+2", "100"), ("0.10", "0.10"), ("1E-7", "0.0000001")],
)
def test_plain_digits(value: str, text: str) -> None:
    assert plain(D(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=D("1e-9"), max_value=D("1e9")))
def test_h13_what_is_shown_is_what_is_compared(value: Decimal) -> None:
    assert D(plain(value)) == value


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [("1234.5", 2, "1.2E+3"), ("0.00125", 2, "0.0012"), ("0.00135", 2, "0.0014"), ("5", 3, "5")],
)
def test_significant(value: str, digits: int, rounded: str) -> None:
    assert significant(D(value), digits) == D(rounded)


def test_times_below() -> None:
    assert times_below(D(100), D("0.0032")) == 31_250
    assert times_below(D(50), D(100)) == D("0.5")


@pytest.mark.parametrize("value", ["0", "-0.1"])
def test_h08_zero_has_no_ratio(value: str) -> None:
    with pytest.raises(ValueError, match="no ratio"):
        times_below(D(100), D(value))


def test_h04_a_ratio_is_converted_exactly() -> None:
    assert to_percent(D("0.001"), Unit.RATIO) == D("0.1")
    assert to_percent(D("0.1"), Unit.PERCENT) == D("0.1")


@pytest.mark.parametrize("unit", [Unit.LOG_REDUCTION, Unit.NONE])
def test_h04_nothing_else_is_a_percentage(unit: Unit) -> None:
    with pytest.raises(ValueError, match="no exact percentage"):
        to_percent(D(3), unit)


def test_log_reduction_to_percent() -> None:
    assert [log_reduction_to_percent(D(mr)) for mr in (2, 3, 4, 5)] == [1, D("0.1"), D("0.01"), D("0.001")]
    assert D("0.003162") < log_reduction_to_percent(D("4.5")) < D("0.003163")


def test_comparators_are_bounds_on_one_side() -> None:
    assert [one.value for one in Comparator if one.is_upper_bound] == ["<", "<="]
    assert [one.value for one in Comparator if one.is_lower_bound] == [">", ">="]
