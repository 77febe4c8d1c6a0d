"""Stored results beside what the core reads in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    ReadingNote,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.quantity import Comparator
from milestones.clinical.units import Unit
from milestones.models import DatePrecision, LabResult, ResultSource

# Stored words and what they stand for: a lookup here costs a third of the enumeration's own, and a row asks eight.
COMPARATORS = {member.value: member for member in Comparator}
KINDS = {member.value: member for member in ReadingKind}
UNITS = {member.value: member for member in Unit}
SCALES = {member.value: member for member in Scale}
TRANSCRIPTS = {member.value: member for member in Transcript}
SPECIMENS = {member.value: member for member in Specimen}
GENES = {member.value: member for member in ControlGene}
NO_NOTES: frozenset[ReadingNote] = frozenset()

_COLUMNS = (
    "id",
    "version",
    "status",
    "source",
    "collected_precision",
    "collected_on",
    "reported_text",
    "kind",
    "value",
    "comparator",
    "detected",
    "unit",
    "printed_scale",
    "log_reduction",
    "limit_of_detection",
    "reading_notes",
    "scale",
    "transcript",
    "specimen",
    "laboratory",
    "control_gene",
    "control_gene_copies",
    "conversion_factor",
    "entered_by_id",
    "held_until",
    "opened_at",
    "checked_version",
)
_results = PreparedRows(lambda: LabResult.objects.order_by("collected_on", "created_at", "id").values_list(*_COLUMNS))


class ResultRow(NamedTuple):
    """A stored result beside what the core reads in it."""

    id: UUID
    version: int
    status: str
    source: str
    day_is_known: bool
    observation: Observation
    entered_by: UUID | None = None
    held_until: date | None = None
    is_opened: bool = False
    is_checked: bool = False

    @property
    def is_from_team(self) -> bool:
        """Whether the care team entered it."""
        return self.source == ResultSource.TEAM.value


def ask_results(patient: Patient) -> Ask:
    """Return the query for every stored result, in order of collection."""
    return _results.ask(patient.pk)


def result_row(row: Sequence[Any], own: Transcript = Transcript.P210) -> ResultRow:
    """Return a result from its columns, in the order of ``_COLUMNS``.

    ``own`` is the person's transcript; it holds for every result that was not stored as another one's.
    """
    transcript = TRANSCRIPTS[row[17]]
    reading = Reading(
        KINDS[row[7]],
        row[8],
        COMPARATORS[row[9]],
        row[10],
        UNITS[row[11]],
        SCALES[row[12]],
        row[13],
        row[14],
        frozenset(ReadingNote(note) for note in row[15].split(",")) if row[15] else NO_NOTES,
        row[6],
    )
    observation = Observation(
        row[5],
        reading,
        SCALES[row[16]],
        own if transcript is Transcript.P210 else transcript,
        SPECIMENS[row[18]],
        row[19],
        "",
        GENES[row[20]],
        row[21],
        row[22],
    )
    return ResultRow(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4] == DatePrecision.DAY.value,
        observation,
        row[23],
        row[24],
        row[25] is not None,
        row[26] == row[1],
    )


def result_row_of(result: Any, own: Transcript = Transcript.P210) -> ResultRow:
    """Return a stored result, or a version of one from its history, beside what the core reads in it."""
    return result_row(tuple(getattr(result, name) for name in _COLUMNS), own)


def observation_of(result: Any, own: Transcript = Transcript.P210) -> Observation:
    """Return a stored result, or a version of one from its history, as the core reads it."""
    return result_row_of(result, own).observation
