"""Exact numbers as a laboratory prints them: comparators, plain digits, rounding for words only."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

# Wide enough that no sum, product or power of printed values is ever rounded before a comparison.
EXACT = Context(prec=60)
STANDARD_START = Decimal(100)


class Comparator(StrEnum):
    """FHIR's Quantity.comparator; ``EQ`` (an absent comparator) is a measured value."""

    EQ = ""
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="

    @property
    def is_upper_bound(self) -> bool:
        """Whether the true value is at or below the printed one."""
        return self is Comparator.LT or self is Comparator.LE

    @property
    def is_lower_bound(self) -> bool:
        """Whether the true value is at or above the printed one."""
        return self is Comparator.GT or self is Comparator.GE


def plain(value: Decimal) -> str:
    """Return the digits of ``value`` without an exponent, with a 0 before the point.

    No digit is added or lost: ``Decimal("3.2E-3")`` gives ``"0.0032"``, ``Decimal("5.10")`` gives ``"5.10"``.
    """
    return format(value, "f")


def significant(value: Decimal, digits: int) -> Decimal:
    """Return ``value`` rounded half-even to ``digits`` significant figures, for words and never for a comparison."""
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(value)


def times_below(start: Decimal, value: Decimal) -> Decimal:
    """Return how many times lower ``value`` is than ``start`` (both in one unit; the answer has none).

    Raises:
        ValueError: ``value`` is not above 0, as a printed zero is "not detected" and has no ratio.
    """
    if value <= 0:
        raise ValueError("a value of zero or below has no ratio")
    return EXACT.divide(start, value)
