"""Blood counts and the other tests beside BCR::ABL1: their units, and "counts in the CHR range".

A unit is chosen and never inferred from the size of a number (check H34). Source: clinical rules, section 7.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Analyte(StrEnum):
    """What was measured."""

    WHITE_CELLS = "white cells"
    NEUTROPHILS = "neutrophils"
    HAEMOGLOBIN = "haemoglobin"
    PLATELETS = "platelets"
    BASOPHILS = "basophils"
    BLASTS = "blasts"
    PH_METAPHASES = "Ph+ metaphases"
    MUTATION = "mutation"


class CountUnit(StrEnum):
    """A unit as laboratories print it."""

    GIGA_PER_LITRE = "10^9/L"
    THOUSAND_PER_MICROLITRE = "10^3/uL"
    PER_MICROLITRE = "/uL"
    GRAM_PER_DECILITRE = "g/dL"
    GRAM_PER_LITRE = "g/L"
    PERCENT = "%"


_CELLS = {
    CountUnit.GIGA_PER_LITRE: Decimal(1),
    CountUnit.THOUSAND_PER_MICROLITRE: Decimal(1),
    CountUnit.PER_MICROLITRE: Decimal("0.001"),
}
_PERCENT = {CountUnit.PERCENT: Decimal(1)}
#: The units that each analyte may have, with the exact factor to the first of them.
UNITS_OF: dict[Analyte, dict[CountUnit, Decimal]] = {
    Analyte.WHITE_CELLS: _CELLS,
    Analyte.NEUTROPHILS: _CELLS,
    Analyte.HAEMOGLOBIN: {CountUnit.GRAM_PER_DECILITRE: Decimal(1), CountUnit.GRAM_PER_LITRE: Decimal("0.1")},
    Analyte.PLATELETS: _CELLS,
    Analyte.BASOPHILS: _PERCENT,
    Analyte.BLASTS: _PERCENT,
    Analyte.PH_METAPHASES: _PERCENT,
    Analyte.MUTATION: {},
}
