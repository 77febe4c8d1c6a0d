"""Blood counts and the other tests beside BCR::ABL1: their units, and "counts in the CHR range".

A unit is chosen and never inferred from the size of a number (check H34). Source: clinical rules, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from milestones.clinical.notation import DecimalMark, Refusal, read_number
from milestones.clinical.quantity import EXACT


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


class UnitMismatchError(ValueError):
    """A unit that this analyte is not measured in: there is no exact way from one to the other."""


@dataclass(frozen=True, slots=True)
class Count:
    """One value of one day, in the unit that was chosen for it."""

    analyte: Analyte
    value: Decimal
    unit: CountUnit
    collected_on: date


class CountsFinding(StrEnum):
    """What the counts of one day say. It is never called CHR: whether the spleen can be felt belongs to that."""

    IN_RANGE = "counts in the CHR range"
    NOT_IN_RANGE = "counts not in the CHR range"
    NOT_ALL_RECORDED = "not all counts recorded"


class ChromosomeFinding(StrEnum):
    """What a chromosome test found: Ph+ cells among the metaphases that were looked at."""

    NONE_FOUND = "no Ph+ metaphases (CCyR)"
    SOME_FOUND = "Ph+ metaphases"


class MutationFinding(StrEnum):
    """What a mutation test found. What a person enters themselves changes no verdict."""

    FOUND = "mutation found"
    NOT_FOUND = "no mutation found"


class CountQuestion(StrEnum):
    """What a person is asked to look at again before a count is saved; nothing is ever refused for its size."""

    TEN_TIMES_HIGHER = "ten times higher than the last"
    TEN_TIMES_LOWER = "ten times lower than the last"
    ABOVE_100 = "above 100%"


@dataclass(frozen=True, slots=True)
class CountsAssessment:
    """What the counts say, and of which day; ``collected_on`` is None where no day has all three."""

    finding: CountsFinding
    collected_on: date | None = None


#: Strictly below each of these, all on one day. Source: clinical rules, section 7.
CHR_LIMITS: dict[Analyte, tuple[Decimal, CountUnit]] = {
    Analyte.WHITE_CELLS: (Decimal(10), CountUnit.GIGA_PER_LITRE),
    Analyte.PLATELETS: (Decimal(450), CountUnit.GIGA_PER_LITRE),
    Analyte.BASOPHILS: (Decimal(5), CountUnit.PERCENT),
}
_A_DIGIT = 1
_WHOLE = Decimal(100)


def in_unit(value: Decimal, unit: CountUnit, wanted: CountUnit, analyte: Analyte) -> Decimal:
    """Return ``value``, measured in ``unit``, in the unit ``wanted``, exactly.

    Every factor is a power of ten, so that only the decimal mark moves and no digit is added or lost.

    Raises:
        UnitMismatchError: the analyte is not measured in one of the two units.
    """
    factors = UNITS_OF[analyte]
    if unit not in factors or wanted not in factors:
        raise UnitMismatchError(f"{analyte} is not measured in {unit} and {wanted}")
    return EXACT.scaleb(value, factors[unit].adjusted() - factors[wanted].adjusted())


def assess_counts(counts: Sequence[Count]) -> CountsAssessment:
    """Return whether the counts of the newest day that has all three lie in the CHR range.

    White cells below 10 and platelets below 450 (10^9/L), basophils below 5 %, all strictly, all of the same day. A
    count that was written down twice for that day has to lie below its limit each time.

    Raises:
        UnitMismatchError: a count has a unit that its analyte is not measured in.
    """
    by_day: dict[date, list[Count]] = {}
    for count in counts:
        if count.analyte in CHR_LIMITS:
            by_day.setdefault(count.collected_on, []).append(count)
    for day in sorted(by_day, reverse=True):
        if {count.analyte for count in by_day[day]} == set(CHR_LIMITS):
            is_below = all(_is_below_limit(count) for count in by_day[day])
            return CountsAssessment(CountsFinding.IN_RANGE if is_below else CountsFinding.NOT_IN_RANGE, day)
    return CountsAssessment(CountsFinding.NOT_ALL_RECORDED)


def _is_below_limit(count: Count) -> bool:
    limit, unit = CHR_LIMITS[count.analyte]
    return in_unit(count.value, count.unit, unit, count.analyte) < limit


def assess_chromosomes(percent: Decimal) -> ChromosomeFinding:
    """Return what the Ph+ percentage of metaphases says: 0 is CCyR."""
    return ChromosomeFinding.NONE_FOUND if percent == 0 else ChromosomeFinding.SOME_FOUND


def question_about(count: Count, last: Count | None) -> CountQuestion | None:
    """Return what to ask before a count is saved: a percentage above 100, or a slip of a digit or of the unit.

    Ten times the last value either way, both in one unit, is what a wrong unit or one digit too many would make; a
    count can truly move so far, so it is asked about and never refused (**Decision**; check H34).
    """
    if count.unit is CountUnit.PERCENT and count.value > _WHOLE:
        return CountQuestion.ABOVE_100
    if last is None or count.unit is CountUnit.PERCENT or not last.value or not count.value:
        return None
    before = in_unit(last.value, last.unit, count.unit, count.analyte)
    if count.value >= EXACT.scaleb(before, _A_DIGIT):
        return CountQuestion.TEN_TIMES_HIGHER
    if EXACT.scaleb(count.value, _A_DIGIT) <= before:
        return CountQuestion.TEN_TIMES_LOWER
    return None


def parse_count(text: str, decimal_mark: DecimalMark | None = None) -> Decimal | Refusal:
    """Return the number that a report prints for a count, or why it cannot be told.

    Signs of a unit are no part of it: a power of ten in the text would be counted once more in the unit that is chosen.
    A space between groups of three digits is a thousands mark, as no report prints decimals so.
    """
    stripped = text.strip().removesuffix("%").strip()
    for space in _SPACES:
        stripped = stripped.replace(space, " ")
    if not stripped:
        return Refusal.EMPTY
    if stripped[0] in _MINUS:
        return Refusal.NEGATIVE
    if not _DIGITS_AND_MARKS.fullmatch(stripped):
        return Refusal.NOT_A_NUMBER
    if " " in stripped:
        if not _GROUPED_BY_SPACES.fullmatch(stripped):
            return Refusal.SEVERAL_NUMBERS
        stripped = stripped.replace(" ", "")
    return read_number(stripped, decimal_mark)


_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_MINUS = "-\N{MINUS SIGN}"
_DIGITS_AND_MARKS = re.compile(r"[0-9.,·' ]{1,40}")
_GROUPED_BY_SPACES = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+")
