"""Rows of a table to drafts: each cell through the one parser, nothing inferred, every problem named with its column.

Source: checks H1 to H20 and H29; ux rules, forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from milestones.clinical.notation import DecimalMark, Refusal, parse_copies, parse_factor, read_number
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.parsing import parse_reading
from milestones.clinical.quantity import Comparator
from milestones.clinical.units import Unit
from milestones.interchange.columns import (
    GENES,
    NO,
    SCALES,
    SPECIMENS,
    TRANSCRIPTS,
    UNITS,
    YES,
    Key,
    match_columns,
    said_by_heading,
    simple,
)
from milestones.interchange.draft import ResultDraft
from milestones.interchange.file_dates import DateFault, DateOrder, FoundDate, order_of, read_date
from milestones.interchange.incoming import Incoming, Problem, ProblemKind
from milestones.interchange.table_file import Table

T = TypeVar("T")

_FIRST_YEAR = 1990
_LONGEST_LABORATORY = 80
_MIDDLE_OF_MONTH = 15
_FUTURE_DAYS = 1
_THOUSANDS = re.compile(r"\d[.,]\d{3}(?!\d)", re.ASCII)
_OWN_UNIT = re.compile(r"[%％]|per\s?cent|\bratio\b", re.IGNORECASE)
_MACHINE_NUMBER = re.compile(r"\d+(?:\.\d+)?\Z", re.ASCII)
_SIGNS = {
    **{comparator.value: comparator for comparator in Comparator},
    "≤": Comparator.LE,
    "=<": Comparator.LE,
    "≥": Comparator.GE,
    "=>": Comparator.GE,
    "=": Comparator.EQ,
}
_DATE_FAULTS = {
    DateFault.UNREADABLE: ProblemKind.DATE_UNREADABLE,
    DateFault.ORDER_UNKNOWN: ProblemKind.DATE_ORDER,
    DateFault.YEAR_OF_TWO_DIGITS: ProblemKind.YEAR_OF_TWO_DIGITS,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person said of a whole table: where each column stands, and what its cells leave open."""

    columns: Mapping[int, Key] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    unit: Unit | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What has to be answered for all rows of a table, each with an example of a cell that asks ("" where none)."""

    date_order: str = ""
    decimal_mark: str = ""
    unit: str = ""
    scale: str = ""


def first_choices(table: Table) -> Choices:
    """Return what the table itself says: its columns by their headings, the order of its dates, unit and scale."""
    return filled_in(table, Choices(match_columns(table.headings) if table.has_headings else {}))


def filled_in(table: Table, choices: Choices) -> Choices:
    """Return choices with what the table itself says where nothing was said yet."""
    place, dates = place_of(choices.columns, Key.REPORTED), place_of(choices.columns, Key.COLLECTED_ON)
    unit, scale = said_by_heading(table.headings[place]) if place is not None else (None, None)
    order = None if dates is None else order_of(cells_of(table, dates))[0]
    return replace(
        choices,
        date_order=choices.date_order or order,
        unit=choices.unit or unit,
        scale=choices.scale or scale,
    )


def place_of(columns: Mapping[int, Key], key: Key) -> int | None:
    """Return where a column stands, or None."""
    return next((place for place, found in columns.items() if found is key), None)


def cells_of(table: Table, place: int) -> Iterator[str]:
    """Return the filled cells of one column."""
    return (row[place] for _number, row in table.rows if place < len(row) and row[place])


def open_questions(table: Table, choices: Choices) -> OpenQuestions:
    """Return what the cells leave open, whether or not ``choices`` has an answer to it by now."""
    dates = place_of(choices.columns, Key.COLLECTED_ON)
    order = ""
    if dates is not None:
        told, example = order_of(cells_of(table, dates))
        order = "" if told is not None and choices.date_order is told else example
    place = place_of(choices.columns, Key.REPORTED)
    mark = unit = scale = ""
    has_scale = place_of(choices.columns, Key.SCALE) is not None
    for text in cells_of(table, place) if place is not None else ():
        if unit and (scale or has_scale) and not _THOUSANDS.search(text):
            continue  # it asks nothing that has no example yet
        reading = parse_reading(text)
        if reading is Refusal.UNIT_UNKNOWN:
            unit = unit or text
            reading = parse_reading(text, unit=Unit.PERCENT)
        if reading is Refusal.THOUSANDS_OR_DECIMAL:
            mark = mark or text
        elif isinstance(reading, Reading) and reading.scale is Scale.UNKNOWN and not has_scale:
            scale = scale or text
    if place is None and place_of(choices.columns, Key.VALUE_PERCENT) is not None and not has_scale:
        scale = "%"
    return OpenQuestions(order, mark, "" if place_of(choices.columns, Key.UNIT) is not None else unit, scale)


def read_rows(table: Table, choices: Choices, today: date) -> list[Incoming]:
    """Return every row as it was understood, in the order of the file.

    Args:
        table: the table.
        choices: what holds for all of its rows.
        today: the person's own today; a later sample has not been taken yet.
    """
    names = [heading or f"{place + 1}" for place, heading in enumerate(table.headings)]
    return [_Row(number, cells, names, choices, today).incoming() for number, cells in table.rows]


class _Row:
    """Reads the cells of one row, and gathers what is wrong with them."""

    def __init__(self, number: int, cells: Sequence[str], names: Sequence[str], choices: Choices, today: date) -> None:
        self.number, self.names, self.choices, self.today = number, names, choices, today
        self.all = cells
        self.cells = {key: cells[place] for place, key in choices.columns.items() if place < len(cells)}
        self.heads = {key: names[place] for place, key in choices.columns.items() if place < len(names)}
        self.problems: list[Problem] = []

    def incoming(self) -> Incoming:
        draft = self._draft()
        source = tuple(
            (self.names[place] if place < len(self.names) else "", cell) for place, cell in enumerate(self.all) if cell
        )
        return Incoming(
            str(self.number), source, None if self.problems else draft, tuple(self.problems), external_id=""
        )

    def cell(self, key: Key) -> str:
        """Return the text of a cell, "" where there is none."""
        return self.cells.get(key, "")

    def refuse(self, kind: ProblemKind, key: Key, refusal: Refusal | None = None) -> None:
        self.problems.append(Problem(kind, self.heads.get(key, ""), self.cell(key), refusal, key.value))

    def _draft(self) -> ResultDraft | None:
        if any(cell for cell in self.all[len(self.names) :]):
            # A comma in a number that was not quoted moves every cell behind it.
            self.problems.append(Problem(ProblemKind.MORE_CELLS, "", self.all[-1]))
        found, reading = self._date(), self._reading()
        copies = self._part(Key.COPIES, parse_copies)
        factor = self._part(Key.CONVERSION_FACTOR, parse_factor)
        scale = self._word(Key.SCALE, SCALES, None)
        gene = self._word(Key.CONTROL_GENE, GENES, ControlGene.UNKNOWN)
        specimen = self._word(Key.SPECIMEN, SPECIMENS, Specimen.BLOOD)
        transcript = self._word(Key.TRANSCRIPT, TRANSCRIPTS, Transcript.P210)
        laboratory = self.cell(Key.LABORATORY)
        if len(laboratory) > _LONGEST_LABORATORY:
            self.refuse(ProblemKind.TOO_LONG, Key.LABORATORY)
        if self.problems or found is None or reading is None:
            return None
        observation = Observation(
            found.day,
            reading,
            self._scale(scale, reading),
            transcript or Transcript.P210,
            specimen or Specimen.BLOOD,
            laboratory,
            "",
            gene or ControlGene.UNKNOWN,
            copies,
            factor,
        )
        return ResultDraft(observation, found.day_is_known)

    def _scale(self, cell: Scale | None, reading: Reading) -> Scale:
        """Return the scale that is stated nearest to the number: in its row, in its text, or for the whole table."""
        if cell is not None:
            return cell
        return self.choices.scale or Scale.UNKNOWN if reading.scale is Scale.UNKNOWN else reading.scale

    def _date(self) -> FoundDate | None:
        text = self.cell(Key.COLLECTED_ON)
        if not text:
            self.refuse(ProblemKind.MISSING, Key.COLLECTED_ON)
            return None
        found = read_date(text, self.choices.date_order)
        if isinstance(found, DateFault):
            self.refuse(_DATE_FAULTS[found], Key.COLLECTED_ON)
            return None
        is_known = self._yes_or_no(Key.DAY_IS_KNOWN)
        if is_known is False and found.day_is_known:
            found = FoundDate(min(found.day.replace(day=_MIDDLE_OF_MONTH), self.today), day_is_known=False)
        if not found.day_is_known and (found.day.year, found.day.month) == (self.today.year, self.today.month):
            found = FoundDate(min(found.day, self.today), day_is_known=False)
        if found.day > self.today + timedelta(days=_FUTURE_DAYS):
            self.refuse(ProblemKind.DATE_TO_COME, Key.COLLECTED_ON)
        elif found.day.year < _FIRST_YEAR:
            self.refuse(ProblemKind.DATE_TOO_EARLY, Key.COLLECTED_ON)
        return found

    def _yes_or_no(self, key: Key) -> bool | None:
        said = simple(self.cell(key))
        if not said or said in YES | NO:
            return None if not said else said in YES
        self.refuse(ProblemKind.UNKNOWN_WORD, key)
        return None

    def _word(self, key: Key, words: Mapping[str, T], blank: T | None) -> T | None:
        said = simple(self.cell(key))
        if not said:
            return blank
        if said not in words:
            self.refuse(ProblemKind.UNKNOWN_WORD, key)
        return words.get(said)

    def _part(self, key: Key, parse: Callable[[str], T | Refusal]) -> T | None:
        text = self.cell(key)
        found = parse(text) if text else None
        if isinstance(found, Refusal):
            self.refuse(ProblemKind.REFUSED, key, found)
            return None
        return found

    # --- The value ----------------------------------------------------------------------------------------------------

    def _reading(self) -> Reading | None:
        text, key = self.cell(Key.REPORTED), Key.REPORTED
        if not text:
            text, key = self._put_together(), Key.VALUE_PERCENT
        if not text:
            self.refuse(ProblemKind.MISSING, Key.REPORTED)
            return None
        unit = self._unit(key)
        reading = self._parse(text, unit)
        bound = self.cell(Key.COMPARATOR)
        if isinstance(reading, Reading) and reading.comparator is Comparator.EQ and reading.value and bound in _SIGNS:
            # A table that keeps the sign in a column of its own.
            text = f"{bound}{text}"
            reading = self._parse(text, unit)
        if isinstance(reading, Refusal):
            self.refuse(ProblemKind.REFUSED, key, reading)
            return None
        return self._with_parts(replace(reading, text=text)) if self._agrees(reading) else None

    def _put_together(self) -> str:
        """Return the text that a table in parts prints: bound and value, or that nothing was detected."""
        value = self.cell(Key.VALUE_PERCENT)
        if value:
            sign = "" if "%" in value else " %"
            return f"{self.cell(Key.COMPARATOR)}{value}{sign}"
        return "not detected" if self._yes_or_no(Key.DETECTED) is False else ""

    def _unit(self, key: Key) -> Unit | None:
        if key is Key.VALUE_PERCENT:
            return Unit.PERCENT
        said = self._word(Key.UNIT, UNITS, None)
        if said is not None:
            return said if said in (Unit.PERCENT, Unit.RATIO) else None
        # What was told for bare numbers is not held against a number that has its own unit.
        return None if _OWN_UNIT.search(self.cell(Key.REPORTED)) else self.choices.unit

    def _parse(self, text: str, unit: Unit | None) -> Reading | Refusal:
        value = self._value()
        above = value if value and self.cell(Key.COMPARATOR) == Comparator.GT.value else None
        mark = self.choices.decimal_mark
        reading = parse_reading(text, unit=unit, decimal_mark=mark, above_range_limit=above)
        if reading is not Refusal.THOUSANDS_OR_DECIMAL:
            return reading
        # The value column of an export says which of the two it is.
        marks: tuple[DecimalMark, ...] = (".", ",")
        fits = [parse_reading(text, unit=unit, decimal_mark=mark) for mark in marks] if value is not None else []
        told = [one for one in fits if isinstance(one, Reading) and one.value == value]
        return told[0] if len(told) == 1 else reading

    def _value(self) -> Decimal | None:
        """Return what the column of values says, where it can be told."""
        text = self.cell(Key.VALUE_PERCENT).removesuffix("%").strip()
        mark = self.choices.decimal_mark
        if self.heads.get(Key.VALUE_PERCENT) == Key.VALUE_PERCENT.value and _MACHINE_NUMBER.match(text):
            mark = "."
        number = read_number(text, mark) if text else None
        return number if isinstance(number, Decimal) else None

    def _agrees(self, reading: Reading) -> bool:
        """Whether the columns beside the reported text say the same as it does."""
        if not self.cell(Key.REPORTED):
            return True
        if self.cell(Key.VALUE_PERCENT) and self._value() != reading.value:
            self.refuse(ProblemKind.DISAGREES, Key.VALUE_PERCENT)
        bound = self.cell(Key.COMPARATOR)
        if bound and _SIGNS.get(bound) is not reading.comparator:
            self.refuse(ProblemKind.DISAGREES, Key.COMPARATOR)
        detected = self._yes_or_no(Key.DETECTED)
        is_none = reading.kind is ReadingKind.NOT_DETECTED
        if (detected is False and not is_none) or (detected and reading.detected is False):
            self.refuse(ProblemKind.DISAGREES, Key.DETECTED)
        return not self.problems

    def _with_parts(self, reading: Reading) -> Reading | None:
        """Return the reading with what stands in columns of its own."""
        detected = self._yes_or_no(Key.DETECTED)
        if detected and reading.detected is None and reading.kind is ReadingKind.NUMBER:
            reading = replace(reading, detected=True)
        level_text, limit_text = self.cell(Key.PRINTED_LEVEL), self.cell(Key.LIMIT_OF_DETECTION)
        if level_text:
            level = parse_reading(level_text if _has_letters(level_text) else f"MR{level_text}")
            if isinstance(level, Refusal) or level.kind is not ReadingKind.LEVEL_ONLY:
                self.refuse(ProblemKind.REFUSED, Key.PRINTED_LEVEL, level if isinstance(level, Refusal) else None)
                return None
            reading = replace(reading, log_reduction=level.log_reduction)
        if limit_text:
            mark: DecimalMark = "," if "," in limit_text else "."
            limit = parse_reading(limit_text.lstrip("<≤ "), unit=Unit.PERCENT, decimal_mark=mark)
            if isinstance(limit, Refusal) or limit.value is None:
                self.refuse(ProblemKind.REFUSED, Key.LIMIT_OF_DETECTION, limit if isinstance(limit, Refusal) else None)
                return None
            reading = replace(reading, limit_of_detection=limit.value)
        return reading


def _has_letters(text: str) -> bool:
    return any(one.isalpha() for one in text)
