"""The end of a course as a worklist's row keeps it: what was reported, the lines of treatment, and the track.

docs/decisions/0013-the-worklist-is-kept.md
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from milestones.clinical.course_end import CourseEnd
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.observation import (
    Observation,
    Reading,
    ReadingNote,
)
from milestones.clinical.quality import OnTime
from milestones.clinical.quantity import plain
from milestones.clinical.treatment import Medicine, TreatmentLine
from milestones.selectors.result_rows import COMPARATORS, GENES, KINDS, NO_NOTES, SCALES, SPECIMENS, TRANSCRIPTS, UNITS

#: Raised whenever ``written`` gives something else, or chooses or reads it otherwise (which results the core keeps, and
#: what the numbers of the track say): what was kept in another form is never read, and made anew.
FORM = 2


def written(end: CourseEnd) -> list[Any]:
    """Return the end of a course as a list for a JSON column."""
    return [
        [_write_observation(one) for one in end.observations],
        [_write_line(line) for line in end.lines],
        _write_observation(end.baseline) if end.baseline else None,
        end.chosen_interval_months,
        list(end.track),
        [[one.days, one.outcome.value] if one else None for one in end.followed],
        [end.tests.on_time, end.tests.due],
        end.has_trigger,
    ]


def read(stored: Sequence[Any]) -> CourseEnd:
    """Return the end of a course from what ``written`` gave."""
    observations, lines, baseline, interval, track, followed, tests, has_trigger = stored
    return CourseEnd(
        tuple(_read_observation(one) for one in observations),
        tuple(_read_line(line) for line in lines),
        _read_observation(baseline) if baseline else None,
        interval,
        tuple(track),
        tuple(Followed(one[0], Outcome(one[1])) if one else None for one in followed),
        OnTime(*tests),
        has_trigger,
    )


def _write_observation(one: Observation) -> list[Any]:
    """Return an observation without what no rule reads: the report's letters, and a key."""
    reading = one.reading
    return [
        one.collected_on.isoformat(),
        reading.kind.value,
        _digits(reading.value),
        reading.comparator.value,
        reading.detected,
        reading.unit.value,
        reading.scale.value,
        _digits(reading.log_reduction),
        _digits(reading.limit_of_detection),
        sorted(note.value for note in reading.notes),
        one.scale.value,
        one.transcript.value,
        one.specimen.value,
        one.laboratory,
        one.method,
        one.control_gene.value,
        one.control_gene_copies,
        _digits(one.conversion_factor),
    ]


def _read_observation(cells: Sequence[Any]) -> Observation:
    reading = Reading(
        KINDS[cells[1]],
        _number(cells[2]),
        COMPARATORS[cells[3]],
        cells[4],
        UNITS[cells[5]],
        SCALES[cells[6]],
        _number(cells[7]),
        _number(cells[8]),
        frozenset(ReadingNote(note) for note in cells[9]) if cells[9] else NO_NOTES,
    )
    return Observation(
        date.fromisoformat(cells[0]),
        reading,
        SCALES[cells[10]],
        TRANSCRIPTS[cells[11]],
        SPECIMENS[cells[12]],
        cells[13],
        cells[14],
        GENES[cells[15]],
        cells[16],
        _number(cells[17]),
    )


def _write_line(line: TreatmentLine) -> list[Any]:
    return [line.started_on.isoformat(), line.stopped_on.isoformat() if line.stopped_on else None, line.medicine.value]


def _read_line(cells: Sequence[Any]) -> TreatmentLine:
    started, stopped, medicine = cells
    return TreatmentLine(
        date.fromisoformat(started), date.fromisoformat(stopped) if stopped else None, Medicine(medicine)
    )


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _number(digits: str | None) -> Decimal | None:
    return None if digits is None else Decimal(digits)
