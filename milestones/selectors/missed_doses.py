"""What somebody said of missed doses: for themselves, and for their team only where they have ticked that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Patient
from accounts.prepared import PreparedRows
from milestones.explanations import phrases
from milestones.models import MissedCount, MissedDoses, RecordStatus

#: So many answers stand on one page of the history: more than a year of one a month.
ROWS_ON_A_PAGE = 20

_COLUMNS = ("id", "version", "status", "noted_on", "how_many", "note", "is_shared")
_rows = PreparedRows(lambda: MissedDoses.objects.order_by("-noted_on", "-created_at", "id").values_list(*_COLUMNS))


@dataclass(frozen=True, slots=True)
class MissedDosesRow:
    """One answer as it is stored."""

    id: UUID
    version: int
    is_withdrawn: bool
    noted_on: date
    how_many: str
    note: str
    is_shared: bool

    @property
    def title(self) -> str:
        """The answer as it was chosen."""
        return str(MissedCount(self.how_many).label)

    @property
    def date_text(self) -> str:
        """The day of the answer."""
        return phrases.long_date(self.noted_on)


@dataclass(frozen=True, slots=True)
class MissedDosesPage:
    """A page of the answers, newest first."""

    rows: tuple[MissedDosesRow, ...]
    number: int
    pages: int


def get_missed_doses(patient: Patient) -> tuple[MissedDosesRow, ...]:
    """Return the answers, newest first, those entered in error included. One query.

    Anybody but the person themselves sees only what was ticked to be seen, and nothing where that part is left out.
    """
    in_error = RecordStatus.ENTERED_IN_ERROR.value
    rows = (
        MissedDosesRow(row_id, version, status == in_error, noted_on, how_many, note, is_shared)
        for row_id, version, status, noted_on, how_many, note, is_shared in _rows(patient.pk)
    )
    if patient.viewing.is_own:
        return tuple(rows)
    return tuple(row for row in rows if row.is_shared) if patient.viewing.shares.missed_doses else ()


def find_missed_doses(patient: Patient, row_id: UUID) -> MissedDosesRow | None:
    """Return an answer that counts, or None."""
    rows = get_missed_doses(patient)
    return next((row for row in rows if row.id == row_id and not row.is_withdrawn), None)


def missed_doses_page(patient: Patient, *, number: int = 1) -> MissedDosesPage:
    """Return one page of the answers; the last there is, if ``number`` lies beyond."""
    rows = get_missed_doses(patient)
    pages = max(1, -(-len(rows) // ROWS_ON_A_PAGE))
    number = max(1, min(number, pages))
    return MissedDosesPage(rows[(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE], number, pages)
