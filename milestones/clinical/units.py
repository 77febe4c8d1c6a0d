"""The units that a BCR::ABL1 result is printed in, and the exact way from each to a percentage."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from milestones.clinical.quantity import EXACT

_PLACES_FROM_RATIO_TO_PERCENT = 2


class Unit(StrEnum):
    """What the printed number counts. ``NONE`` where the report gave words and no number."""

    PERCENT = "%"
    RATIO = "ratio"
    LOG_REDUCTION = "log reduction"
    NONE = ""


def to_percent(value: Decimal, unit: Unit) -> Decimal:
    """Return ``value`` as a percentage of the control gene, exactly.

    Args:
        value: as printed, in ``unit``.
        unit: ``PERCENT`` or ``RATIO`` (a ratio of 0.001 is 0.1 %).

    Raises:
        ValueError: the unit has no exact percentage (a log reduction, or no unit).
    """
    if unit is Unit.PERCENT:
        return value
    if unit is Unit.RATIO:
        # Moving the decimal mark adds no digit that nobody printed: 0.001 is 0.1 %, not 0.100 %.
        return EXACT.scaleb(value, _PLACES_FROM_RATIO_TO_PERCENT)
    raise ValueError(f"no exact percentage for {unit!r}")


def log_reduction_to_percent(log_reduction: Decimal) -> Decimal:
    """Return the %IS that a printed MR number stands for: ``10 ** (2 - MR)``, to 60 digits.

    Only for a report that prints no percentage; MR3 and MR4 give 0.1 and 0.01 exactly.
    Source: clinical rules, section 1.
    """
    return EXACT.power(Decimal(10), EXACT.subtract(Decimal(2), log_reduction))
