"""Printed digits -> an exact number, or the name of what stands in the way. Nothing is ever guessed.

Source: clinical rules, section 1, rule 6; hazards H1, H2, H3, H10 and H11.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Literal

DecimalMark = Literal[".", ","]

LARGEST_PERCENT = Decimal(10_000)
_LARGEST_EXPONENT = 9
_MOST_DIGITS = 18
_LARGEST_FACTOR = Decimal(100)
_MOST_COPY_DIGITS = 12

_MIDDLE_DOT = "·"
_PLAIN_NUMBER = re.compile(r"(\d*)(?:([.,·])(\d+))?\Z", re.ASCII)
_EXPONENT = re.compile(r"(?:[eE]|\s*x\s*10\s*(?:\^|\*\*)\s*)([+-]?\d{1,3})\Z", re.ASCII)
_GROUPED_COPIES = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*\Z|\d{1,12}\Z", re.ASCII)


class Refusal(StrEnum):
    """Why a printed text is not read. The catalogue holds a question for each that a person can answer."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    UNSUPPORTED_CHARACTERS = "unsupported characters"
    NO_NUMBER = "no number"
    NOT_A_NUMBER = "not a number"
    UNKNOWN_WORDS = "unknown words"
    SEVERAL_NUMBERS = "several numbers"
    RANGE = "a range"
    UNIT_UNKNOWN = "unit unknown"
    UNIT_CONFLICT = "unit conflict"
    THOUSANDS_OR_DECIMAL = "thousands or decimal mark"
    BOTH_MARKS = "both marks"
    LEADING_ZERO = "leading zero"
    NEGATIVE = "negative"
    EXPONENT_UNCLEAR = "exponent unclear"
    TOO_LARGE = "too large"
    TOO_MANY_DIGITS = "too many digits"
    ZERO_BOUND = "bound at zero"
    CONTRADICTORY = "contradictory"
    LEVEL_WORDS = "level words without a number"
    COPIES_NOT_PERCENT = "copies, not a percentage"


def read_number(token: str, decimal_mark: DecimalMark | None = None) -> Decimal | Refusal:
    """Return the exact number that ``token`` prints, or why it cannot be told.

    Args:
        token: digits with at most one decimal mark (point, comma or middle dot) and an optional exponent, in ASCII
            but for the middle dot; no sign, no unit.
        decimal_mark: which mark is the decimal mark of this report, where the person was asked and has answered.

    One mark with exactly three digits behind a whole number of 1 to 999 can be a thousands mark: it is asked about.
    """
    exponent = _EXPONENT.search(token)
    mantissa = token[: exponent.start()] if exponent else token
    match = _PLAIN_NUMBER.match(mantissa)
    if match is None or not mantissa:
        return _what_is_wrong_with(mantissa)
    whole, mark, fraction = match.group(1), match.group(2), match.group(3) or ""
    if len(whole) + len(fraction) > _MOST_DIGITS:
        return Refusal.TOO_MANY_DIGITS
    if len(whole) > 1 and whole[0] == "0":
        return Refusal.LEADING_ZERO
    if mark and mark != _MIDDLE_DOT and len(fraction) == 3 and whole not in ("", "0"):
        # In scientific notation a single digit before the mark is the rule, and thousands are never grouped.
        if decimal_mark is None and not (exponent and len(whole) == 1):
            return Refusal.THOUSANDS_OR_DECIMAL
        if decimal_mark is not None and mark != decimal_mark:
            whole, fraction = whole + fraction, ""
    number = Decimal(f"{whole or '0'}.{fraction}" if fraction else whole)
    if exponent is None:
        return number
    power = int(exponent.group(1))
    if abs(power) > _LARGEST_EXPONENT:
        return Refusal.EXPONENT_UNCLEAR
    return number.scaleb(power)


def _what_is_wrong_with(mantissa: str) -> Refusal:
    """Name the fault in a token that is no plain number."""
    marks = [character for character in mantissa if character in ".,·'"]
    if len(set(marks)) > 1:
        return Refusal.BOTH_MARKS
    if len(marks) > 1:
        return Refusal.THOUSANDS_OR_DECIMAL
    return Refusal.NOT_A_NUMBER


def parse_copies(text: str) -> int | Refusal:
    """Return a count of control-gene copies from its printed text; thousands marks may group it by three.

    ``32.000``, ``32,000``, ``32 000``, ``32'000`` and ``32000`` are all 32,000, as copies are whole numbers.
    """
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _MOST_COPY_DIGITS:
        return int(text)
    stripped = text.strip().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    stripped = stripped.replace("\N{THIN SPACE}", " ")
    if not stripped:
        return Refusal.EMPTY
    if stripped.startswith("-"):
        return Refusal.NEGATIVE
    match = _GROUPED_COPIES.match(stripped)
    if match is None:
        return Refusal.NOT_A_NUMBER
    digits = re.sub(r"[^0-9]", "", stripped)
    if len(digits) > 1 and digits[0] == "0":
        return Refusal.LEADING_ZERO
    return int(digits)


def parse_factor(text: str) -> Decimal | Refusal:
    """Return a laboratory's conversion factor (no unit) from its printed text.

    A factor is near 1 (published examples run from 0.83 to 2.22), so a mark is always its decimal mark.
    """
    stripped = text.strip()
    if not stripped:
        return Refusal.EMPTY
    if stripped.startswith("-"):
        return Refusal.NEGATIVE
    mark: DecimalMark = "," if "," in stripped else "."
    number = read_number(stripped, mark)
    if isinstance(number, Refusal):
        return number
    if number == 0:
        return Refusal.ZERO_BOUND
    if number > _LARGEST_FACTOR:
        return Refusal.TOO_LARGE
    return number
