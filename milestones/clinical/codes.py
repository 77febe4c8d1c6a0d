"""LOINC and UCUM codes of BCR::ABL1 results: what each says, and what it may not be taken for.

Source: clinical rules, section 8; LOINC Users' Guide, appendix on the mod 10 check digit; hazard H29.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from milestones.clinical.observation import Scale, Transcript
from milestones.clinical.units import Unit


class LoincCode(StrEnum):
    """The codes under which a BCR::ABL1 result may arrive."""

    RATIO_ON_IS = "69380-4"
    RATIO_NOT_ON_IS = "55147-3"
    RATIO = "46434-7"
    LOG_REDUCTION = "50195-7"
    E1A2_RATIO = "52132-8"


class CodeRefusal(StrEnum):
    """Why a LOINC code is not taken."""

    MALFORMED = "malformed code"
    WRONG_CHECK_DIGIT = "wrong check digit"
    NOT_LISTED = "code not listed"


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code alone says. ``unit`` is None where the unit beside the number has to say it."""

    code: LoincCode
    scale: Scale
    transcript: Transcript
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class UnitMeaning:
    """What a UCUM code or a unit's text says of the number before it."""

    unit: Unit
    scale: Scale = Scale.UNKNOWN


_MEANINGS = {
    meaning.code: meaning
    for meaning in (
        CodeMeaning(LoincCode.RATIO_ON_IS, Scale.IS, Transcript.P210),
        CodeMeaning(LoincCode.RATIO_NOT_ON_IS, Scale.NOT_IS, Transcript.P210),
        CodeMeaning(LoincCode.RATIO, Scale.UNKNOWN, Transcript.UNKNOWN),
        # Counted from the laboratory's own median: its scale is known only if the report says so.
        CodeMeaning(LoincCode.LOG_REDUCTION, Scale.UNKNOWN, Transcript.UNKNOWN, Unit.LOG_REDUCTION),
        CodeMeaning(LoincCode.E1A2_RATIO, Scale.NOT_IS, Transcript.OTHER),
    )
}
_UNITS = {
    "%": UnitMeaning(Unit.PERCENT),
    "{ratio}": UnitMeaning(Unit.RATIO),
    "1": UnitMeaning(Unit.RATIO),
    "% (IS)": UnitMeaning(Unit.PERCENT, Scale.IS),
}
_LOINC = re.compile(r"(\d{1,7})-(\d)", re.ASCII)


def check_digit(number: str) -> int:
    """Return the LOINC check digit of the digits before the hyphen (mod 10, every other digit doubled).

    Counted from the right, the first, third, fifth ... digit is doubled, the digits of all products are added, and
    the check digit fills the sum up to a multiple of 10.

    Args:
        number: ASCII digits, at least one.
    """
    total = 0
    for position, digit in enumerate(reversed(number)):
        tens, ones = divmod(int(digit) * (1 if position % 2 else 2), 10)
        total += tens + ones
    return -total % 10


def read_loinc(text: str) -> CodeMeaning | CodeRefusal:
    """Return what a LOINC code says of the result under it, or why it is not taken. Only 69380-4 says IS."""
    match = _LOINC.fullmatch(text.strip())
    if match is None:
        return CodeRefusal.MALFORMED
    number, digit = match.groups()
    if check_digit(number) != int(digit):
        return CodeRefusal.WRONG_CHECK_DIGIT
    code = f"{number}-{digit}"
    return _MEANINGS[LoincCode(code)] if code in _MEANINGS else CodeRefusal.NOT_LISTED


def read_ucum(text: str) -> UnitMeaning | None:
    """Return what a UCUM code, or the unit text "% (IS)", says; None for any other, which is not guessed at."""
    return _UNITS.get(" ".join(text.split()))
