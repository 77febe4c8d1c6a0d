"""Two stretches of time: what each adds up to, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.course import classify_entries
from milestones.clinical.observation import Observation, Scale
from milestones.clinical.periods import PeriodSummary, due_days, median_of_logs, summarise_period
from milestones.clinical.treatment import TreatmentLine
from tests.clinical.samples import ON_TREATMENT, START, deep, seen

D = Decimal


def day(number: int) -> date:
    return START + timedelta(days=number)


def summary(*observations: Observation, first: int = 0, last: int = 2_000) -> PeriodSummary:
    entries = classify_entries(observations, ON_TREATMENT, [])
    return summarise_period(entries, ON_TREATMENT, day(first), day(last))


def test_a_period_with_nothing_in_it() -> None:
    assert summary(seen("1 %", 100), first=101) == PeriodSummary()
    assert summary() == PeriodSummary()


def test_what_a_period_adds_up_to() -> None:
    course = (seen("40 %", 10), seen("1 %", 91), seen("0.1 %", 182), deep(273), seen("0.01 %", 365))
    found = summary(*course, first=91, last=365)
    assert (found.count, found.measured, found.not_detected) == (4, 3, 1)
    assert (found.first, found.last) == (1, 4)
    assert (found.lowest, found.highest, found.median) == (D("0.01"), D(1), D("0.1"))
    assert found.log10_change == D(-2)
    assert (found.on_time, found.with_due_day) == (4, 4)


def test_both_ends_belong_to_the_period() -> None:
    course = (seen("1 %", 91), seen("0.1 %", 182))
    assert summary(*course, first=91, last=182).count == 2
    assert summary(*course, first=92, last=181).count == 0


@pytest.mark.parametrize(
    ("values", "median"),
    [
        (["0.0320"], "0.0320"),
        (["10", "0.1", "0.01"], "0.1"),
        # sqrt(10 * 0.1) and sqrt(1 * 0.01).
        (["10", "0.1"], "1"),
        (["100", "1", "0.01", "0.0001"], "0.1"),
        (["0.05", "0.05"], "0.05"),
    ],
)
def test_the_median_of_logarithms(values: list[str], median: str) -> None:
    found = median_of_logs([D(value) for value in values])
    assert abs(found - D(median)) < D("1e-8")


@pytest.mark.parametrize("values", [[], [D(0)], [D(1), D(0)], [D(-1)]])
def test_no_median_without_a_logarithm(values: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        median_of_logs(values)


@given(st.lists(st.decimals("0.0001", "500", places=4).filter(lambda value: value > 0), min_size=1, max_size=9))
def test_the_median_lies_between_the_lowest_and_the_highest(values: list[Decimal]) -> None:
    slack = D("1.000001")
    assert min(values) / slack <= median_of_logs(values) <= max(values) * slack
    assert median_of_logs(values) == median_of_logs(values[::-1])


def test_what_was_not_measured_reaches_no_average() -> None:
    found = summary(seen("<0.0032 %", 91), deep(182), seen("5 %", 273, scale=Scale.NOT_IS), seen("0.02 %", 365))
    assert (found.count, found.measured, found.not_detected) == (4, 1, 1)
    assert found.lowest == found.highest == found.median == D("0.02")
    assert found.log10_change is None


def test_no_change_between_two_laboratories() -> None:
    found = summary(seen("1 %", 91, laboratory="North"), seen("0.1 %", 182, laboratory="South"))
    assert found.measured == 2
    assert found.log10_change is None


def test_a_test_is_on_time_up_to_fourteen_days_after_it_was_due() -> None:
    # First dose 1 January 2023: due on 1 April (day 90), with grace up to 15 April (day 104).
    for number, on_time in ((90, 1), (104, 1), (105, 0)):
        found = summary(seen("1 %", number))
        assert (found.on_time, found.with_due_day) == (on_time, 1)


def test_what_was_due_depends_on_what_was_known_then() -> None:
    lines = (TreatmentLine(START, day(800)),)
    course = [seen("50 %", -5), seen("50 %", 0), seen("0.05 %", 91), seen("0.04 %", 182), seen("0.03 %", 360)]
    course += [seen("0.03 %", 700), seen("0.03 %", 810), seen("0.02 %", 850)]
    due = due_days(classify_entries(course, lines, []), lines, chosen_interval_months=6)
    # Nothing is due before the first dose, nor on its day; every 3 months until MMR holds, then every 6; after the
    # stop on 11 March 2025 every month.
    assert due[:3] == [None, None, date(2023, 4, 1)]
    assert due[3:6] == [date(2023, 7, 2), date(2024, 1, 2), date(2024, 6, 27)]
    assert due[6:] == [date(2025, 4, 11), date(2025, 4, 21)]
