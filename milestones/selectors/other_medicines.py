"""The plain list of medicines for a pharmacist: the one for CML with its dose on top, and everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import PreparedRows
from milestones.explanations import phrases
from milestones.models import DatePrecision, OtherMedicine, RecordStatus, TreatmentChangeKind
from milestones.selectors.timelines import today_of
from milestones.selectors.treatment_rows import TreatmentRow, get_treatments
from milestones.selectors.treatments import dose_now, medicine_name

_COLUMNS = (
    "id",
    "version",
    "status",
    "name",
    "how_taken",
    "started_on",
    "started_precision",
    "stopped_on",
    "stopped_precision",
    "entered_by",
)
_rows = PreparedRows(lambda: OtherMedicine.objects.order_by("created_at", "id").values_list(*_COLUMNS))


@dataclass(frozen=True, slots=True)
class OtherMedicineRow:
    """A stored medicine beside the one for CML."""

    id: UUID
    version: int
    is_withdrawn: bool
    name: str
    how_taken: str
    started_on: date | None
    started_day_is_known: bool
    stopped_on: date | None
    stopped_day_is_known: bool
    entered_by: UUID | None

    @property
    def since(self) -> str:
        """Since when it is taken, in words; "" where it is not known."""
        return _day(self.started_on, day_is_known=self.started_day_is_known)

    @property
    def until(self) -> str:
        """Until when, in words; "" while it goes on."""
        return _day(self.stopped_on, day_is_known=self.stopped_day_is_known)


@dataclass(frozen=True, slots=True)
class CmlMedicine:
    """A medicine for CML that is taken now: what, how much, since when, and whether there is a break."""

    name: str
    dose: str
    since: str
    pause: str


@dataclass(frozen=True, slots=True)
class OtherMedicinesPage:
    """Everything that is taken now, what was taken before, and what was entered by mistake."""

    name: str
    today: str
    columns: tuple[str, ...]
    cml: tuple[CmlMedicine, ...]
    taken: tuple[OtherMedicineRow, ...]
    earlier: tuple[OtherMedicineRow, ...]
    withdrawn: tuple[OtherMedicineRow, ...]


def get_other_medicines(patient: Patient) -> tuple[OtherMedicineRow, ...]:
    """Return every other medicine in the order they were written down, those entered in error included. One query."""
    day, in_error = DatePrecision.DAY.value, RecordStatus.ENTERED_IN_ERROR.value
    return tuple(
        OtherMedicineRow(
            row_id, version, status == in_error, name, how, start, known == day, stop, stop_known == day, by
        )
        for row_id, version, status, name, how, start, known, stop, stop_known, by in _rows(patient.pk)
    )


def find_other_medicine(patient: Patient, row_id: UUID) -> OtherMedicineRow | None:
    """Return a medicine of this record that counts, or None."""
    return next((row for row in get_other_medicines(patient) if row.id == row_id and not row.is_withdrawn), None)


def writers_of(page: OtherMedicinesPage) -> Iterator[UUID | None]:
    """Yield who wrote down each medicine on the page."""
    return (row.entered_by for rows in (page.taken, page.earlier, page.withdrawn) for row in rows)


def other_medicines_page(patient: Patient) -> OtherMedicinesPage:
    """Return the list as it stands today, with the name and the date that a pharmacist needs on it."""
    today, rows = today_of(patient), get_other_medicines(patient)
    counted = [row for row in rows if not row.is_withdrawn]
    return OtherMedicinesPage(
        patient.display_name,
        phrases.long_date(today),
        (_("Medicine"), _("How I take it"), _("Since"), _("Until")),
        tuple(_cml(row, today) for row in get_treatments(patient) if _is_taken(row, today)),
        tuple(row for row in counted if _goes_on(row, today)),
        tuple(row for row in reversed(counted) if not _goes_on(row, today)),
        tuple(row for row in reversed(rows) if row.is_withdrawn),
    )


def _goes_on(row: OtherMedicineRow, today: date) -> bool:
    """Whether it is taken now; where only the month of the end is known, until the month is over."""
    if row.stopped_on is None:
        return True
    if row.stopped_day_is_known:
        return row.stopped_on >= today
    return (row.stopped_on.year, row.stopped_on.month) >= (today.year, today.month)


def _is_taken(row: TreatmentRow, today: date) -> bool:
    is_open = row.stopped_on is None or row.stopped_on >= today
    return is_open and row.status != RecordStatus.ENTERED_IN_ERROR.value


def _cml(row: TreatmentRow, today: date) -> CmlMedicine:
    breaks = [
        change
        for change in row.changes
        if change.kind == TreatmentChangeKind.BREAK.value
        and change.counts
        and (change.ended_on is None or change.ended_on >= today)
    ]
    pause = _day(breaks[-1].started_on, day_is_known=breaks[-1].started_day_is_known) if breaks else ""
    since = _day(row.started_on, day_is_known=row.started_day_is_known)
    return CmlMedicine(medicine_name(row), dose_now(row, today), since, pause)


def _day(day: date | None, *, day_is_known: bool) -> str:
    return phrases.long_date(day, day_is_known=day_is_known) if day else ""
