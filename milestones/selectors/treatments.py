"""The list of treatments, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from milestones.explanations import phrases
from milestones.models import MedicineChoice, RecordStatus
from milestones.selectors.timelines import TreatmentRow


@dataclass(frozen=True, slots=True)
class TreatmentLineWords:
    """One line of treatment as the list shows it."""

    id: UUID
    version: int
    name: str
    dates: str
    goes_on: bool
    is_withdrawn: bool


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
        )
        for row in reversed(rows)
    )


def _dates(row: TreatmentRow, *, is_current: bool) -> str:
    started = phrases.long_date(row.started_on, day_is_known=row.started_day_is_known)
    if row.stopped_on is None and not is_current:
        return _("from %(date)s; the last dose is not written down") % {"date": started}
    if row.stopped_on is None:
        return _("since %(date)s") % {"date": started}
    stopped = phrases.long_date(row.stopped_on, day_is_known=row.stopped_day_is_known)
    return _("%(first)s to %(last)s") % {"first": started, "last": stopped}
