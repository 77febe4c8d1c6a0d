"""The list of treatments, in words, and what is asked about lines that overlap or lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from milestones.clinical.treatment import AskedOfLines, line_questions
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain
from milestones.interchange.draft import TreatmentDraft
from milestones.models import ChangeReason, MedicineChoice, RecordStatus, TreatmentChangeKind
from milestones.selectors.treatment_rows import TreatmentChangeRow, TreatmentRow

CHANGE_KINDS = {kind.value: kind for kind in TreatmentChangeKind}
#: A line that is being typed has no id yet.
_NEW = UUID(int=0)
#: So many doses and breaks stand open in a line; the older ones are folded.
CHANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TreatmentChangeWords:
    """Another dose or a break as the list shows it."""

    id: UUID
    version: int
    title: str
    dates: str
    reason: str
    is_withdrawn: bool
    entered_by: UUID | None


@dataclass(frozen=True, slots=True)
class TreatmentLineWords:
    """One line of treatment as the list shows it: ``name`` has the dose that is taken now, or was taken last."""

    id: UUID
    version: int
    name: str
    medicine: str
    dates: str
    first_dose: str
    goes_on: bool
    is_withdrawn: bool
    changes: tuple[TreatmentChangeWords, ...]
    older_changes: tuple[TreatmentChangeWords, ...]
    entered_by: UUID | None


@dataclass(frozen=True, slots=True)
class TreatmentPage:
    """The lines of treatment, newest first, and what is asked about them."""

    lines: tuple[TreatmentLineWords, ...]
    questions: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class AskedAboutDraft:
    """What a line that is being typed gives rise to; ``name`` stands for exactly these questions, and no others."""

    name: str
    questions: tuple[Explanation, ...]


def treatment_page(rows: Sequence[TreatmentRow], today: date) -> TreatmentPage:
    """Return the lines of treatment, newest first, those entered by mistake included."""
    counted = _counted(rows)
    current = counted[-1].id if counted else None
    lines = tuple(_line(row, is_current=row.id == current, today=today) for row in reversed(rows))
    return TreatmentPage(lines, tuple(_question(one, counted) for one in _asked(counted, today)))


def questions_raised(
    rows: Sequence[TreatmentRow], draft: TreatmentDraft, today: date, *, replacing: UUID | None = None
) -> AskedAboutDraft | None:
    """Return what a line gives rise to that was not there before it was typed; None where that is nothing.

    Args:
        rows: every line of the record.
        draft: the line as it is typed.
        today: the last day of a line that goes on.
        replacing: the line that it is to be written over.
    """
    before = _counted(rows)
    others = [row for row in before if row.id != replacing]
    after = sorted([*others, _row_of(draft, replacing or _NEW)], key=lambda row: row.started_on)
    known = {_name(one, before) for one in _asked(before, today)}
    raised = [one for one in _asked(after, today) if _name(one, after) not in known]
    if not raised:
        return None
    name = ";".join(_name(one, after) for one in raised)
    return AskedAboutDraft(name, tuple(_question(one, after) for one in raised))


def find_change(rows: Sequence[TreatmentRow], change_id: UUID) -> tuple[TreatmentRow, TreatmentChangeRow] | None:
    """Return a dose or a break with the line that it belongs to, or None."""
    for row in rows:
        for change in row.changes:
            if change.id == change_id:
                return row, change
    return None


def dose_now(row: TreatmentRow, today: date) -> str:
    """Return the dose that is taken on a day, or was taken last: the first one, or the newest that was written down."""
    doses = [
        change.dose
        for change in row.changes
        if change.kind == TreatmentChangeKind.DOSE.value and change.counts and change.started_on <= today
    ]
    return doses[-1] if doses else row.dose


def medicine_name(row: TreatmentRow) -> str:
    """Return the name of a line's medicine."""
    return str(MedicineChoice(row.medicine).label)


def _counted(rows: Sequence[TreatmentRow]) -> list[TreatmentRow]:
    return [row for row in rows if row.status != RecordStatus.ENTERED_IN_ERROR.value]


def _asked(rows: Sequence[TreatmentRow], today: date) -> list[AskedOfLines]:
    return line_questions([row.line for row in rows], today)


def _row_of(draft: TreatmentDraft, row_id: UUID) -> TreatmentRow:
    return TreatmentRow(
        row_id,
        0,
        RecordStatus.FINAL.value,
        draft.medicine,
        draft.dose,
        draft.started_on,
        draft.started_day_is_known,
        draft.stopped_on,
        draft.stopped_day_is_known,
    )


def _name(one: AskedOfLines, rows: Sequence[TreatmentRow]) -> str:
    """Return a name of a question that another medicine or day changes; what it is not about has no part in it."""
    earlier, later = rows[one.earlier], rows[one.later]
    parts = (
        one.question.name.lower(),
        one.days,
        earlier.medicine,
        earlier.stopped_on,
        later.medicine,
        later.started_on,
    )
    return ":".join(str(part) for part in parts)


def _question(one: AskedOfLines, rows: Sequence[TreatmentRow]) -> Explanation:
    days = phrases.days(one.days)
    return explain(
        one.question,
        first=medicine_name(rows[one.earlier]),
        second=medicine_name(rows[one.later]),
        days=days if one.is_exact else _("at least %(days)s") % {"days": days},
    )


def _line(row: TreatmentRow, *, is_current: bool, today: date) -> TreatmentLineWords:
    changes, dose = tuple(_change(change) for change in reversed(row.changes)), dose_now(row, today)
    return TreatmentLineWords(
        row.id,
        row.version,
        f"{medicine_name(row)} {dose}".strip(),
        medicine_name(row),
        _dates(row, is_current=is_current),
        row.dose if row.dose != dose else "",
        row.stopped_on is None,
        row.status == RecordStatus.ENTERED_IN_ERROR.value,
        changes[:CHANGES_SHOWN],
        changes[CHANGES_SHOWN:],
        row.entered_by,
    )


def _change(row: TreatmentChangeRow) -> TreatmentChangeWords:
    is_break = row.kind == TreatmentChangeKind.BREAK.value
    first = phrases.long_date(row.started_on, day_is_known=row.started_day_is_known)
    dates = _("since %(date)s") % {"date": first}
    if row.ended_on is not None:
        last = phrases.long_date(row.ended_on, day_is_known=row.ended_day_is_known)
        dates = _("%(first)s to %(last)s") % {"first": first, "last": last}
    reason = str(ChangeReason(row.reason).label) if row.reason else ""
    title = _("Break") if is_break else _("Dose: %(dose)s") % {"dose": row.dose}
    return TreatmentChangeWords(row.id, row.version, title, dates, reason, not row.counts, row.entered_by)


def _dates(row: TreatmentRow, *, is_current: bool) -> str:
    started = phrases.long_date(row.started_on, day_is_known=row.started_day_is_known)
    if row.stopped_on is None and not is_current:
        return _("from %(date)s; the last dose is not written down") % {"date": started}
    if row.stopped_on is None:
        return _("since %(date)s") % {"date": started}
    stopped = phrases.long_date(row.stopped_on, day_is_known=row.stopped_day_is_known)
    return _("%(first)s to %(last)s") % {"first": started, "last": stopped}
