"""A person's results as a CSV file: comparator, scale and the text as printed in columns of their own.

Source: checks S47 and H30. A cell that a spreadsheet would take for a formula is kept inert by an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from milestones.clinical.course import CourseEntry
from milestones.clinical.quantity import plain, significant
from milestones.interchange.csv_cells import inert

COLUMNS = (
    "collected_on",
    "day_is_known",
    "reported",
    "value_percent",
    "comparator",
    "detected",
    "limit_of_detection_percent",
    "scale",
    "percent_is",
    "laboratory",
    "control_gene",
    "control_gene_copies",
    "conversion_factor",
    "specimen",
    "level",
    "level_reason",
    "times_below_standard",
    "time_point",
    "rule_set",
    "verdict",
    "change",
)
_SHOWN_DIGITS = 6


def write_results(entries: Iterable[tuple[CourseEntry, bool]], rule_set: str) -> Iterator[str]:
    """Yield the lines of the file, its header first.

    Args:
        entries: each result with whether the day of its sample is known, in order of collection.
        rule_set: the short name of the rule set whose verdict stands in it.
    """
    yield _line(COLUMNS)
    for entry, day_is_known in entries:
        yield _line(_cells(entry, day_is_known=day_is_known, rule_set=rule_set))


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cells(entry: CourseEntry, *, day_is_known: bool, rule_set: str) -> list[str]:
    observation, finding = entry.observation, entry.finding
    reading = observation.reading
    fold = finding.times_below_standard
    return [
        observation.collected_on.isoformat(),
        "yes" if day_is_known else "no",
        inert(reading.text),
        "" if reading.value is None else plain(reading.value),
        reading.comparator.value,
        "" if reading.detected is None else "yes" if reading.detected else "no",
        "" if reading.limit_of_detection is None else plain(reading.limit_of_detection),
        observation.scale.value,
        "" if finding.percent_is is None else plain(finding.percent_is),
        inert(observation.laboratory),
        observation.control_gene.value,
        "" if observation.control_gene_copies is None else str(observation.control_gene_copies),
        "" if observation.conversion_factor is None else plain(observation.conversion_factor),
        observation.specimen.value,
        inert(finding.level.value),
        finding.reason.value,
        "" if fold is None else plain(significant(fold, _SHOWN_DIGITS)),
        entry.place.time_point.value,
        rule_set,
        entry.verdicts[0].words if entry.verdicts else "",
        entry.change.kind.value,
    ]
