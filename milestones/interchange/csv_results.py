"""A person's results as a CSV file: comparator, scale and the text as printed in columns of their own.

Source: checks S47 and H30. A cell that a spreadsheet would take for a formula is kept inert by an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from milestones.clinical.course import CourseEntry
from milestones.clinical.quantity import plain, significant
from milestones.interchange.columns import Key, headings
from milestones.interchange.csv_cells import inert

_SHOWN_DIGITS = 6


def write_results(entries: Iterable[tuple[CourseEntry, bool]], rule_set: str) -> Iterator[str]:
    """Yield the lines of the file, its header first.

    Args:
        entries: each result with whether the day of its sample is known, in order of collection.
        rule_set: the short name of the rule set whose verdict stands in it.
    """
    yield _line(tuple(headings()))
    for entry, day_is_known in entries:
        cells = cells_of(entry, day_is_known=day_is_known, rule_set=rule_set)
        yield _line([_text(cells[heading]) for heading in headings()])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _text(cell: str | Decimal) -> str:
    return plain(cell) if isinstance(cell, Decimal) else cell


def cells_of(entry: CourseEntry, *, day_is_known: bool, rule_set: str) -> dict[str, str | Decimal]:
    """Return the cells of one result by the key of their column: numbers as numbers, texts inert."""
    observation, finding = entry.observation, entry.finding
    reading, fold = observation.reading, finding.times_below_standard
    copies, level = observation.control_gene_copies, reading.log_reduction
    cells: dict[str, str | Decimal | None] = {
        Key.COLLECTED_ON: observation.collected_on.isoformat(),
        Key.DAY_IS_KNOWN: "yes" if day_is_known else "no",
        Key.REPORTED: inert(reading.text),
        Key.VALUE_PERCENT: reading.value,
        Key.COMPARATOR: reading.comparator.value,
        Key.DETECTED: "" if reading.detected is None else "yes" if reading.detected else "no",
        Key.UNIT: reading.unit.value,
        Key.LIMIT_OF_DETECTION: reading.limit_of_detection,
        Key.PRINTED_LEVEL: "" if level is None else f"MR{plain(level)}",
        Key.SCALE: observation.scale.value,
        Key.PERCENT_IS: finding.percent_is,
        Key.LABORATORY: inert(observation.laboratory),
        Key.CONTROL_GENE: observation.control_gene.value,
        Key.COPIES: None if copies is None else Decimal(copies),
        Key.CONVERSION_FACTOR: observation.conversion_factor,
        Key.SPECIMEN: observation.specimen.value,
        Key.TRANSCRIPT: observation.transcript.value,
        Key.LEVEL: inert(finding.level.value),
        Key.LEVEL_REASON: finding.reason.value,
        Key.TIMES_BELOW_STANDARD: None if fold is None else significant(fold, _SHOWN_DIGITS),
        Key.TIME_POINT: entry.place.time_point.value,
        Key.RULE_SET: rule_set,
        Key.VERDICT: entry.verdicts[0].words if entry.verdicts else "",
        Key.CHANGE: entry.change.kind.value,
    }
    return {key: "" if cell is None else cell for key, cell in cells.items()}
