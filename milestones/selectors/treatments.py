"""The list of treatments, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from milestones.explanations import phrases
from milestones.models import ChangeReason, MedicineChoice, RecordStatus, TreatmentChangeKind
from milestones.selectors.timelines import TreatmentChangeRow, TreatmentRow

CHANGE_KINDS = {kind.value: kind for kind in TreatmentChangeKind}


@dataclass(frozen=True, slots=True)
class TreatmentChangeWords:
    """Another dose or a break as the list shows it."""

    id: UUID
    version: int
    title: str
    dates: str
    reason: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class TreatmentLineWords:
    """One line of treatment as the list shows it."""

    id: UUID
    version: int
    name: str
    dates: str
    goes_on: bool
    is_withdrawn: bool
    changes: tuple[TreatmentChangeWords, ...]


def treatment_page(rows: Sequence[TreatmentRow]) -> tuple[TreatmentLineWords, ...]:
    """Return the lines of treatment, newest first, those entered by mistake included."""
    counted = [row for row in rows if row.status != RecordStatus.ENTERED_IN_ERROR.value]
    current = counted[-1].id if counted else None
    return tuple(
        TreatmentLineWords(
            row.id,
            row.version,
            f"{MedicineChoice(row.medicine).label} {row.dose}".strip(),
            _dates(row, is_current=row.id == current),
            row.stopped_on is None,
            row.status == RecordStatus.ENTERED_IN_ERROR.value,
            tuple(_change(change) for change in row.changes),
        )
        for row in reversed(rows)
    )


def find_change(rows: Sequence[TreatmentRow], change_id: UUID) -> tuple[TreatmentRow, TreatmentChangeRow] | None:
    """Return a dose or a break with the line that it belongs to, or None."""
    for row in rows:
        for change in row.changes:
            if change.id == change_id:
                return row, change
    return None


def _change(row: TreatmentChangeRow) -> TreatmentChangeWords:
    is_break = row.kind == TreatmentChangeKind.BREAK.value
    first = phrases.long_date(row.started_on, day_is_known=row.started_day_is_known)
    dates = _("since %(date)s") % {"date": first}
    if row.ended_on is not None:
        last = phrases.long_date(row.ended_on, day_is_known=row.ended_day_is_known)
        dates = _("%(first)s to %(last)s") % {"first": first, "last": last}
    reason = str(ChangeReason(row.reason).label) if row.reason else ""
    title = _("Break") if is_break else _("Dose: %(dose)s") % {"dose": row.dose}
    return TreatmentChangeWords(row.id, row.version, title, dates, reason, not row.counts)


def _dates(row: TreatmentRow, *, is_current: bool) -> str:
    started = phrases.long_date(row.started_on, day_is_known=row.started_day_is_known)
    if row.stopped_on is None and not is_current:
        return _("from %(date)s; the last dose is not written down") % {"date": started}
    if row.stopped_on is None:
        return _("since %(date)s") % {"date": started}
    stopped = phrases.long_date(row.stopped_on, day_is_known=row.stopped_day_is_known)
    return _("%(first)s to %(last)s") % {"first": started, "last": stopped}
