"""Printed text -> ``Reading``, or a named refusal. Total, never guesses; the one reader of the whole product.

The form, the imports and the batch command all come through ``parse_reading``. It does not look at the locale: a
text means the same in every language of the site. Source: clinical rules, sections 1, 3 and 8; hazards H1 to H11.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from milestones.clinical import vocabulary as words
from milestones.clinical.notation import LARGEST_PERCENT, DecimalMark, Refusal, read_number
from milestones.clinical.observation import Reading, ReadingKind, ReadingNote, Scale
from milestones.clinical.quantity import Comparator, plain
from milestones.clinical.units import Unit, to_percent

MAX_LENGTH = 200

_NO_NOTES: frozenset[ReadingNote] = frozenset()
_UPPER_BOUNDS = frozenset({Comparator.LT, Comparator.LE})
_MAJOR = Decimal(3)
_DEEP = Decimal(4)
_COMMON = re.compile(r"\s*(<=|>=|<|>)?\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*%\s*(\(IS\)|IS)?\s*\Z", re.ASCII)

_MAPPED = (
    {ord(c): " " for c in "\t\n\r\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {ord(c): "<=" for c in "≤≦⩽"}
    | {ord(c): ">=" for c in "≥≧⩾"}
    | {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2212"}
    | {ord(c): "·" for c in "\u2219\u22c5\u2027"}
    | {ord("×"): "x", ord("⁺"): "+", ord("⁻"): "-"}
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹·]*")
_HTML = {"&lt;=": "<=", "&gt;=": ">=", "&lt;": "<", "&gt;": ">", "&le;": "<=", "&ge;": ">=", "&nbsp;": " "}
_ALLOWED = re.compile(r"[\x20-\x7e·]*\Z")

_BOUND_SIGN = r"(?:(?P<sign><=|>=|=<|=>|<|>|=)\s*)?"
_NUMBER = re.compile(
    _BOUND_SIGN + r"(?P<minus>-\s*)?"
    r"(?P<number>(?:\d[\d.,·'_]*|[.,·]\d[\d.,·'_]*)"
    r"(?:[eE][+-]?\d+|\s*x\s*10\s*(?:\^|\*\*)\s*[+-]?\d+)?)",
    re.ASCII,
)
# "0·101" is a decimal: only a sign or a power makes a middle dot a times sign.
_UNCLEAR_EXPONENT = re.compile(r"\d\s*[x*]\s*10\s*[+-]?\s*\d|\d\s*·\s*10\s*[+-]\s*\d|\d\s*[·*]\s*10\s*\^", re.ASCII)
_RANGE = re.compile(r"\d\s*%?[^\d<>]{0,14}?\s(?:-|to)\s+\d|\d%?\s*-\s*\d", re.ASCII)
_LETTER = re.compile(r"[A-Za-z]", re.ASCII)
_NOT_BEFORE = re.compile(r"[A-Za-z.,·]", re.ASCII)
_UNKNOWN_SIGN = re.compile(r"[^\s.,:;/()\[\]=-]", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9\-]*", re.ASCII)
_SIGNS = {
    None: Comparator.EQ, "=": Comparator.EQ, "<": Comparator.LT, "<=": Comparator.LE, "=<": Comparator.LE,
    ">": Comparator.GT, ">=": Comparator.GE, "=>": Comparator.GE,
}  # fmt: skip


@lru_cache(maxsize=8_192)
def parse_reading(
    text: str,
    *,
    unit: Unit | None = None,
    decimal_mark: DecimalMark | None = None,
    above_range_limit: Decimal | None = None,
) -> Reading | Refusal:
    """Return what ``text`` says, or the name of what keeps it from being read.

    Args:
        text: one result as printed, at most 200 characters.
        unit: ``PERCENT`` or ``RATIO`` where a form, column or code states the unit of a bare number. It has to agree
            with a unit in the text.
        decimal_mark: the answer to "is 1.234 more than a thousand?", where it was asked.
        above_range_limit: the upper end of the laboratory's reportable range in percent, which "above range" means.

    Returns:
        A ``Reading`` with its value in percent, or a ``Refusal``. No text raises.
    """
    return _parse(text, unit, decimal_mark, above_range_limit)


def _parse(
    text: str, unit: Unit | None, decimal_mark: DecimalMark | None, above_range_limit: Decimal | None
) -> Reading | Refusal:
    """Return the reading of ``text``; the form that most reports print is read without the longer way."""
    if len(text) > MAX_LENGTH:
        return Refusal.TOO_LONG
    common = _COMMON.match(text)
    if common is not None:
        if unit is Unit.RATIO:
            return Refusal.UNIT_CONFLICT
        sign, number, on_is = common.groups()
        scale = Scale.IS if on_is else Scale.UNKNOWN
        return _quantified(number, decimal_mark, _SIGNS[sign], Unit.PERCENT, scale, text=text)
    prepared = _map_characters(text)
    if isinstance(prepared, Refusal):
        return prepared
    return _Reader(text, prepared, unit, decimal_mark, above_range_limit).read()


def _map_characters(text: str) -> str | Refusal:
    """Return ``text`` in ASCII and the middle dot, by a fixed map; any other character refuses it."""
    mapped = _RAISED.sub(lambda raised: "^" + raised.group().translate(_SUPERSCRIPTS), text).translate(_MAPPED)
    for entity, character in _HTML.items():
        mapped = mapped.replace(entity, character)
    if not mapped.strip():
        return Refusal.EMPTY
    if not _ALLOWED.match(mapped):
        return Refusal.UNSUPPORTED_CHARACTERS
    return words.STUDY_PREFIX.sub("", mapped)


def _quantified(
    token: str,
    decimal_mark: DecimalMark | None,
    comparator: Comparator,
    unit: Unit,
    scale: Scale,
    *,
    detected: bool | None = None,
    log_reduction: Decimal | None = None,
    limit: Decimal | None = None,
    notes: frozenset[ReadingNote] = _NO_NOTES,
    text: str,
) -> Reading | Refusal:
    """Return the reading of one number with its bound and unit; a printed zero is "not detected"."""
    number = read_number(token, decimal_mark)
    if isinstance(number, Refusal):
        return number
    value: Decimal | None = None
    if number:
        kind = ReadingKind.NUMBER
        value = to_percent(number, unit)
        if value > LARGEST_PERCENT:
            return Refusal.TOO_LARGE
        if "x" in token or "e" in token or "E" in token:
            notes |= {ReadingNote.EXPONENT}
        if comparator not in _UPPER_BOUNDS:
            detected = True
    else:
        if comparator is not Comparator.EQ:
            return Refusal.ZERO_BOUND
        if detected:
            return Refusal.CONTRADICTORY
        kind, detected = ReadingKind.NOT_DETECTED, False
        notes |= {ReadingNote.ZERO_PRINTED}
    return Reading(kind, value, comparator, detected, unit, scale, log_reduction, limit, notes, text)


class _Reader:
    """Reads one prepared text by taking out what it knows, piece by piece, until nothing unknown may remain."""

    def __init__(
        self,
        text: str,
        prepared: str,
        unit: Unit | None,
        decimal_mark: DecimalMark | None,
        above_range_limit: Decimal | None,
    ) -> None:
        self.text = text
        self.rest = prepared
        self.unit = unit
        self.decimal_mark = decimal_mark
        self.above_range_limit = above_range_limit
        self.notes: set[ReadingNote] = set() if prepared in text else {ReadingNote.CHARACTERS_MAPPED}
        self.scale = Scale.UNKNOWN
        self.limit: Decimal | None = None
        self.level: Decimal | None = None
        self.log_reduction: Decimal | None = None
        self.detected: bool | None = None

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Take ``pattern`` out of the rest and say whether it was there."""
        self.rest, count = pattern.subn(" ", self.rest)
        return count > 0

    def read(self) -> Reading | Refusal:
        """Return the reading, or the first thing that stands in its way."""
        if self.has(words.NO_RESULT):
            return Reading(ReadingKind.NO_RESULT, text=self.text)
        self.has(words.NAMES)
        for step in (
            self.refuse_form,
            self.read_scale,
            self.read_detection_limit,
            self.read_log_reduction,
            self.read_level,
            self.read_detected,
            self.read_unit,
        ):
            refused = step()
            if refused is not None:
                return refused
        return self.read_value()

    def refuse_form(self) -> Refusal | None:
        """Refuse a look-alike of an exponent, and a range: it prints two numbers, and neither is the result."""
        if _UNCLEAR_EXPONENT.search(self.rest):
            return Refusal.EXPONENT_UNCLEAR
        return Refusal.RANGE if _RANGE.search(self.rest) else None

    def read_scale(self) -> None:
        """Read the scale that the text names."""
        if self.has(words.NOT_IS):
            self.scale = Scale.NOT_IS
        elif self.has(words.ON_IS):
            self.scale = Scale.IS

    def read_detection_limit(self) -> Refusal | None:
        """Read the stated limit of detection, in percent."""
        match = words.DETECTION_LIMIT.search(self.rest)
        if match is None:
            return None
        number = read_number(match.group("number"), self.decimal_mark)
        if isinstance(number, Refusal):
            return number
        if not number:
            return Refusal.ZERO_BOUND
        self.has(words.DETECTION_LIMIT)
        self.limit = number
        return None

    def read_log_reduction(self) -> None:
        """Read a log reduction from the laboratory's own median, which is not an MR level."""
        match = words.LOG_NUMBER.search(self.rest)
        if match is not None:
            self.has(words.LOG_NUMBER)
            self.log_reduction = _small_number(match.group("after") or match.group("before"))

    def read_level(self) -> Refusal | None:
        """Read the MR number or level that the laboratory prints; more than one is refused."""
        levels = {_small_number(match.group("mr")) for match in words.MR_NUMBER.finditer(self.rest)}
        self.has(words.MR_NUMBER)
        complete = self.has(words.COMPLETE_RESPONSE)
        not_major = self.has(words.NOT_MAJOR)
        major = self.has(words.MAJOR_RESPONSE)
        deep = self.has(words.DEEP_RESPONSE)
        if len(levels) > 1 or complete + not_major + major + deep > 1:
            return Refusal.LEVEL_WORDS
        if complete:
            self.notes.add(ReadingNote.COMPLETE_RESPONSE_WORDS)
        if levels:
            self.level = levels.pop()
        elif deep:
            self.level = _DEEP
        elif major:
            self.level = _MAJOR
        return None

    def read_detected(self) -> Refusal | None:
        """Read whether the transcript was found."""
        not_detected = self.has(words.NOT_DETECTED)
        below_quantification = self.has(words.BELOW_QUANTIFICATION)
        below_detection = self.has(words.BELOW_DETECTION)
        above = self.has(words.ABOVE_RANGE)
        detected = self.has(words.DETECTED)
        if above:
            self.notes.add(ReadingNote.ABOVE_RANGE)
        if below_quantification or above or detected:
            self.detected = True
            return Refusal.CONTRADICTORY if not_detected or below_detection else None
        if not_detected or below_detection:
            self.detected = False
        return None

    def read_unit(self) -> Refusal | None:
        """Read the unit of the number; a percent sign beside the word "ratio" is a percentage."""
        percent, ratio = self.has(words.PERCENT), self.has(words.RATIO)
        if percent or ratio:
            printed = Unit.PERCENT if percent else Unit.RATIO
            if self.unit not in (None, printed):
                return Refusal.UNIT_CONFLICT
            self.unit = printed
        return None

    def read_value(self) -> Reading | Refusal:
        """Return the reading from the one number that may remain, or from words alone."""
        for pattern, sign in words.BOUND_WORDS:
            self.rest = pattern.sub(sign, self.rest)
        numbers = list(_NUMBER.finditer(self.rest))
        refused = self.refuse_numbers(numbers)
        if refused is None and numbers:
            self.rest = self.rest[: numbers[0].start()] + " " + self.rest[numbers[0].end() :]
        refused = refused or self.refuse_remaining_words()
        if refused is not None:
            return refused
        if not numbers:
            return self.read_words()
        return self.read_number(numbers[0].group("number"), _SIGNS[numbers[0].group("sign")])

    def refuse_numbers(self, numbers: list[re.Match[str]]) -> Refusal | None:
        """Name what is wrong with the numbers that are left, if anything is."""
        if words.COPIES.search(self.rest):
            return Refusal.COPIES_NOT_PERCENT
        if len(numbers) > 1:
            return Refusal.SEVERAL_NUMBERS
        if not numbers:
            return None
        if words.LIMIT.search(self.rest):
            return Refusal.UNKNOWN_WORDS
        if numbers[0].group("minus"):
            return Refusal.NEGATIVE
        before = self.rest[: numbers[0].start()][-1:]
        if _NOT_BEFORE.match(before) or _LETTER.match(self.rest, numbers[0].end()):
            return Refusal.NOT_A_NUMBER
        return None

    def refuse_remaining_words(self) -> Refusal | None:
        """Refuse a word or sign whose meaning is not known, as it could turn the result."""
        self.rest = words.REMARK.sub(
            lambda remark: remark.group() if words.TURNING.search(remark.group(1)) else " ", self.rest
        )
        if any(word.lower() not in words.HARMLESS for word in _WORD.findall(self.rest)):
            return Refusal.UNKNOWN_WORDS
        return Refusal.NOT_A_NUMBER if _UNKNOWN_SIGN.search(_WORD.sub(" ", self.rest)) else None

    def read_number(self, token: str, comparator: Comparator) -> Reading | Refusal:
        """Return the reading of the one number, with its bound."""
        if self.unit is None:
            # A zero needs no unit: none were found on any scale.
            if read_number(token, self.decimal_mark) != 0:
                return Refusal.UNIT_UNKNOWN
            self.unit = Unit.NONE
        if self.detected is not False:
            return _quantified(
                token,
                self.decimal_mark,
                comparator,
                self.unit,
                self.scale,
                detected=self.detected,
                log_reduction=self.level,
                limit=self.limit,
                notes=frozenset(self.notes),
                text=self.text,
            )
        limit = read_number(token, self.decimal_mark)
        if isinstance(limit, Refusal):
            return limit
        if limit:
            # "Not detected" beside a measured value, or two limits, cannot both be right.
            if not comparator.is_upper_bound or self.limit is not None:
                return Refusal.CONTRADICTORY
            self.limit = to_percent(limit, self.unit)
        elif comparator is not Comparator.EQ:
            return Refusal.ZERO_BOUND
        return self.reading(ReadingKind.NOT_DETECTED)

    def read_words(self) -> Reading | Refusal:
        """Return the reading of a text that prints no number of its own."""
        self.unit = Unit.NONE
        if self.detected is False:
            return self.reading(ReadingKind.NOT_DETECTED)
        if ReadingNote.ABOVE_RANGE in self.notes and self.above_range_limit is not None:
            self.unit = Unit.PERCENT
            return replace(self.reading(ReadingKind.NUMBER, Comparator.GT), value=self.above_range_limit)
        if self.level is not None:
            return self.reading(ReadingKind.LEVEL_ONLY)
        if self.log_reduction is not None:
            self.level, self.unit = self.log_reduction, Unit.LOG_REDUCTION
            return self.reading(ReadingKind.LEVEL_ONLY)
        if self.detected:
            return self.reading(ReadingKind.DETECTED)
        return Refusal.LEVEL_WORDS if ReadingNote.COMPLETE_RESPONSE_WORDS in self.notes else Refusal.NO_NUMBER

    def reading(self, kind: ReadingKind, comparator: Comparator = Comparator.EQ) -> Reading:
        """Return what has been read so far, as a reading of this kind."""
        return Reading(
            kind=kind,
            comparator=comparator,
            detected=self.detected,
            unit=self.unit or Unit.NONE,
            scale=self.scale,
            log_reduction=self.level,
            limit_of_detection=self.limit,
            notes=frozenset(self.notes),
            text=self.text,
        )


def _small_number(token: str) -> Decimal:
    """Return an MR number or log reduction; a mark in so small a number is always its decimal mark."""
    return Decimal(token.replace(",", ".").replace("·", "."))


def format_reading(reading: Reading) -> str:
    """Return a canonical text that ``parse_reading`` reads back as an equal reading.

    Notes on how the first text was written are not repeated: they belong to that text.
    """
    scale = {Scale.IS: " IS", Scale.NOT_IS: " not IS", Scale.UNKNOWN: ""}[reading.scale]
    limit = f", limit of detection {plain(reading.limit_of_detection)}%" if reading.limit_of_detection else ""
    level = ""
    if reading.log_reduction is not None:
        form = "log reduction {}" if reading.unit is Unit.LOG_REDUCTION else "MR{}"
        level = " " + form.format(plain(reading.log_reduction))
    if reading.kind is ReadingKind.NUMBER and reading.value is not None:
        detected = "detected " if reading.detected and reading.comparator.is_upper_bound else ""
        return f"{detected}{reading.comparator.value}{plain(reading.value)}%{scale}{level}{limit}"
    if reading.kind is ReadingKind.NOT_DETECTED:
        return f"not detected{scale}{level}{limit}"
    if reading.kind is ReadingKind.NO_RESULT:
        return "invalid"
    return f"{'detected' if reading.detected else ''}{scale}{level}".strip()
