"""Days and months of treatment. Dates only: no clock, no time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

# 365.25 / 12 days, as a fraction of whole numbers.
_DAYS_PER_4800_MONTHS = 146_100


def add_months(start: date, months: int) -> date:
    """Return the date ``months`` calendar months after ``start``; a day that the month lacks becomes its last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def first_of_month(day: date) -> date:
    """Return the first day of the month that ``day`` lies in."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """Return the last day of the month that ``day`` lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def whole_months(start: date, day: date) -> int:
    """Return the calendar months that have passed from ``start`` to ``day``; 0 where ``day`` is not after it."""
    months = (day.year - start.year) * 12 + day.month - start.month
    is_whole = min(start.day, monthrange(day.year, day.month)[1]) <= day.day
    return max(0, months if is_whole else months - 1)


def month_of_treatment(day: int) -> int:
    """Return the month of treatment that ``day`` (days since the first dose) is nearest to, at least 1.

    Day 91 is month 3, day 182 is month 6, day 365 is month 12.
    """
    months = (2 * 4800 * day + _DAYS_PER_4800_MONTHS) // (2 * _DAYS_PER_4800_MONTHS)
    return max(1, months)
