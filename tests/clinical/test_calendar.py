"""Calendar months, as people count them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.calendar import add_months, whole_months

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (date(2025, 11, 23), date(2026, 8, 22), 8),
        (date(2025, 11, 23), date(2026, 8, 23), 9),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        # The month that lacks the day is full on its last day.
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 8, 23), date(2026, 8, 23), 0),
        (date(2026, 8, 23), date(2026, 8, 22), 0),
        (date(2026, 8, 23), date(2025, 8, 22), 0),
    ],
)
def test_whole_months(start: date, day: date, months: int) -> None:
    assert whole_months(start, day) == months


@given(DAYS, st.integers(0, 600))
def test_so_many_months_later_so_many_have_passed(start: date, months: int) -> None:
    assert whole_months(start, add_months(start, months)) == months
