"""Stored lines of treatment with what happened within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows, run_together
from milestones.clinical.treatment import Medicine, TreatmentBreak, TreatmentLine
from milestones.models import DatePrecision, RecordStatus, Treatment, TreatmentChange, TreatmentChangeKind

_TREATMENT_COLUMNS = (
    "id",
    "version",
    "status",
    "medicine",
    "dose",
    "started_on",
    "started_precision",
    "stopped_on",
    "stopped_precision",
    "idempotency_key",
    "entered_by_id",
)
_CHANGE_COLUMNS = (
    "id",
    "version",
    "status",
    "treatment_id",
    "kind",
    "started_on",
    "started_precision",
    "ended_on",
    "ended_precision",
    "dose",
    "reason",
    "entered_by_id",
)
_treatments = PreparedRows(
    lambda: Treatment.objects.order_by("started_on", "created_at").values_list(*_TREATMENT_COLUMNS)
)
_changes = PreparedRows(
    lambda: TreatmentChange.objects.order_by("started_on", "created_at").values_list(*_CHANGE_COLUMNS)
)


@dataclass(frozen=True, slots=True)
class TreatmentChangeRow:
    """Another dose or a break within a line of treatment, as it is stored."""

    id: UUID
    version: int
    status: str
    treatment_id: UUID
    kind: str
    started_on: date
    started_day_is_known: bool
    ended_on: date | None
    ended_day_is_known: bool
    dose: str
    reason: str
    entered_by: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """A stored line of treatment, with what happened within it in order of time."""

    id: UUID
    version: int
    status: str
    medicine: str
    dose: str
    started_on: date
    started_day_is_known: bool
    stopped_on: date | None
    stopped_day_is_known: bool
    changes: tuple[TreatmentChangeRow, ...] = ()
    key: UUID | None = None
    entered_by: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value

    @property
    def line(self) -> TreatmentLine:
        """The line as the core reads it."""
        return TreatmentLine(
            self.started_on,
            self.stopped_on,
            Medicine(self.medicine),
            self.started_day_is_known,
            self.stopped_day_is_known,
        )


def get_treatments(patient: Patient) -> tuple[TreatmentRow, ...]:
    """Return every line of treatment in order of its start, those entered in error included. Two queries."""
    return read_treatments(*run_together(ask_treatments(patient)))


def ask_treatments(patient: Patient) -> list[Ask]:
    """Return the two queries that ``read_treatments`` takes its rows from."""
    return [_treatments.ask(patient.pk), _changes.ask(patient.pk)]


def read_treatments(rows: Sequence[Sequence[Any]], change_rows: Sequence[Sequence[Any]]) -> tuple[TreatmentRow, ...]:
    """Return the lines from the rows that ``ask_treatments`` asks for."""
    day = DatePrecision.DAY.value
    changes = [
        TreatmentChangeRow(
            row_id, version, status, line, kind, start, known == day, end, end_known == day, dose, reason, by
        )
        for row_id, version, status, line, kind, start, known, end, end_known, dose, reason, by in change_rows
    ]
    return tuple(
        TreatmentRow(
            row_id,
            version,
            status,
            medicine,
            dose,
            started_on,
            started == day,
            stopped_on,
            stopped == day,
            tuple(change for change in changes if change.treatment_id == row_id),
            key,
            by,
        )
        for row_id, version, status, medicine, dose, started_on, started, stopped_on, stopped, key, by in rows
    )


def writers_of(treatments: Sequence[TreatmentRow]) -> list[UUID | None]:
    """Return who wrote down each line, and each dose and break within it."""
    return [writer for row in treatments for writer in (row.entered_by, *(one.entered_by for one in row.changes))]


def is_off_treatment_now(treatments: Sequence[TreatmentRow], today: date) -> bool:
    """Whether the last line that counts has a recorded stop that has come."""
    counted = [row for row in treatments if row.status != RecordStatus.ENTERED_IN_ERROR.value]
    return bool(counted) and counted[-1].stopped_on is not None and counted[-1].stopped_on <= today


def breaks_of(treatments: Sequence[TreatmentRow]) -> list[TreatmentBreak]:
    """Return the breaks within the lines that count, as the core reads them."""
    return [
        TreatmentBreak(change.started_on, change.ended_on)
        for row in treatments
        for change in row.changes
        if change.kind == TreatmentChangeKind.BREAK.value and change.counts
    ]
