"""The rows that consent is about, one kind for each part of a record: written, corrected, hidden and read again.

Each says a number that stands on a page as it is, so that a row is known wherever it comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from accounts.models import Patient
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, MissedDoses, SideEffect, Visit
from milestones.selectors.check_ins import get_check_ins
from milestones.selectors.missed_doses import get_missed_doses
from milestones.selectors.timelines import get_timeline
from milestones.selectors.visits import get_visits
from milestones.services.entries import Entries, missed_doses, side_effects, visits
from milestones.services.results import correct_result, restore_result, withdraw_result
from tests.cast import check_in, miss_doses, observe, owner, record, record_visit

RESULTS = "home"
HIDEABLE = ("side_effects", "visits", "missed_doses")
_FOUND = re.compile(r"(?<![\d.])0\.1(\d{4})7(?!\d)|Mark-(\d{4})-x")

Stored = LabResult | SideEffect | Visit | MissedDoses


def numbers_in(text: str) -> set[int]:
    """Return the numbers of the rows that a text shows anything of."""
    return {int(one or other) for one, other in _FOUND.findall(text)}


def write(patient: Patient, part: str, number: int, *, is_hidden: bool, on: date) -> Stored:
    """Add a row to a part of the record."""
    if part == RESULTS:
        return record(patient, _percent(number), on)
    if part == "visits":
        # One in two is to come.
        day = on + timedelta(days=9 if number % 2 else -9)
        return record_visit(patient, day, whom=_mark(number), is_private=is_hidden)
    if part == "missed_doses":
        return miss_doses(patient, on=on, note=_mark(number), is_shared=not is_hidden)
    hidden = ("tiredness",) if is_hidden else ()
    checked = check_in(patient, on, tiredness="a little", note=_mark(number), private=hidden)
    return SideEffect.objects.get(check_in=checked)


def rewrite(row: Stored, number: int) -> Stored:
    """Correct what a row says."""
    if isinstance(row, LabResult):
        draft = ResultDraft(observe(_percent(number), row.collected_on))
        return correct_result(draft=draft, result_id=row.pk, **_told(row))
    column = "with_whom" if isinstance(row, Visit) else "note"
    corrected: Stored = _entries_of(row).correct(row_id=row.pk, columns={column: _mark(number)}, **_told(row))
    return corrected


def hide(row: Stored, *, is_hidden: bool) -> Stored:
    """Keep a row to oneself, or let it be seen."""
    changes = {"is_shared": not is_hidden} if isinstance(row, MissedDoses) else {"is_private": is_hidden}
    changed: Stored = _entries_of(row).correct(row_id=row.pk, columns=changes, **_told(row))
    return changed


def mark_as_mistake(row: Stored, *, is_mistake: bool) -> Stored:
    """Take a row back, or let it count again."""
    if isinstance(row, LabResult):
        return (withdraw_result if is_mistake else restore_result)(result_id=row.pk, **_told(row))
    entries = _entries_of(row)
    marked: Stored = (entries.withdraw if is_mistake else entries.restore)(row_id=row.pk, **_told(row))
    return marked


def rows_seen(patient: Patient) -> set[tuple[int, bool]]:
    """Return the number of every row that is read for somebody, and whether it counts."""
    return {(number, counts) for text, counts in _read(patient) for number in numbers_in(text) or {-1}}


def _read(patient: Patient) -> Iterator[tuple[str, bool]]:
    timeline = get_timeline(patient)
    for results, counts in ((timeline.rows, True), (timeline.withdrawn, False)):
        yield from ((row.observation.reading.text, counts) for row in results)
    for checked in get_check_ins(patient):
        # One that says nothing tells that there is something which is not said.
        yield from ((effect.note, effect.counts) for effect in checked.effects)
        if not checked.effects:
            yield "a check-in", checked.counts
    yield from ((visit.with_whom, visit.counts) for visit in get_visits(patient))
    yield from ((missed.note, not missed.is_withdrawn) for missed in get_missed_doses(patient))


def _percent(number: int) -> str:
    return f"0.1{number:04}7 %"


def _mark(number: int) -> str:
    return f"Mark-{number:04}-x"


def _entries_of(row: Stored) -> Entries[Any]:
    if isinstance(row, Visit):
        return visits
    return side_effects if isinstance(row, SideEffect) else missed_doses


def _told(row: Stored) -> dict[str, Any]:
    return {"patient": row.patient, "version": row.version, "by": owner(row.patient)}
