"""Visits, as they are stored and as pages say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows
from milestones.explanations import phrases
from milestones.models import RecordStatus, Visit
from milestones.selectors.private import seen_by_reader

_COLUMNS = (
    "id",
    "version",
    "status",
    "visit_on",
    "at_time",
    "with_whom",
    "notes",
    "entered_by_id",
    "notes_by_id",
    "is_private",
)
_visits = PreparedRows(lambda: Visit.objects.order_by("visit_on", "at_time", "created_at", "id").values_list(*_COLUMNS))


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A stored visit."""

    id: UUID
    version: int
    status: str
    visit_on: date
    at_time: time | None
    with_whom: str
    notes: str
    entered_by: UUID | None = None
    notes_by: UUID | None = None
    is_private: bool = False

    @property
    def author(self) -> UUID | None:
        """Who wrote down what was said; who entered the visit where nothing is, or nobody kept it."""
        return self.notes_by or self.entered_by

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value


@dataclass(frozen=True, slots=True)
class VisitWords:
    """A visit as pages show it: when, with whom, and what was said."""

    id: UUID
    version: int
    when: str
    with_whom: str
    notes: str
    author: UUID | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The visits that count: today's and later ones in order of time, and past ones, newest first."""

    to_come: tuple[VisitRow, ...]
    past: tuple[VisitRow, ...]


def get_visits(patient: Patient) -> tuple[VisitRow, ...]:
    """Return every visit in order of time, mistakes included; none where visits are not shared, and no private one."""
    if not patient.viewing.shares.visits:
        return ()
    return read_visits(patient, _visits(patient.pk))


def ask_visits(patient: Patient) -> Ask:
    """Return the query that visits are read from; whoever asks sees to it that they are shared."""
    return _visits.ask(patient.pk)


def read_visits(patient: Patient, rows: Sequence[Sequence[Any]]) -> tuple[VisitRow, ...]:
    """Return the visits that this reader sees, from the rows that ``ask_visits`` asks for."""
    return seen_by_reader(patient, (VisitRow(*row) for row in rows))


def next_visit(visits: Sequence[VisitRow], today: date) -> VisitWords | None:
    """Return the next visit, today's included, or None."""
    row = next((row for row in visits if row.counts and row.visit_on >= today), None)
    return describe_visit(row) if row else None


def calendar_of(rows: Sequence[VisitRow], today: date) -> Calendar:
    """Return the visits that count, told apart by today."""
    counted = [row for row in rows if row.counts]
    to_come = tuple(row for row in counted if row.visit_on >= today)
    return Calendar(to_come, tuple(row for row in reversed(counted) if row.visit_on < today))


def last_visit(rows: Sequence[VisitRow], today: date) -> VisitRow | None:
    """Return the visit that was last, today's included, or None."""
    return next((row for row in reversed(rows) if row.counts and row.visit_on <= today), None)


def visit_of_day(rows: Sequence[VisitRow], day: date) -> UUID | None:
    """Return the visit of a day, of several the last one, or None."""
    return next((row.id for row in reversed(rows) if row.counts and row.visit_on == day), None)


def describe_visit(row: VisitRow) -> VisitWords:
    """Return a visit in words."""
    when = phrases.long_date(row.visit_on)
    if row.at_time is not None:
        when = _("%(date)s at %(time)s") % {"date": when, "time": phrases.clock(row.at_time)}
    return VisitWords(row.id, row.version, when, row.with_whom, row.notes, row.author, row.is_private)
