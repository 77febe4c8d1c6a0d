"""Questions for a visit: their places among the top three, and their answers.

At most three questions have a place, each place is held once, and no place before a held one is empty. Every change
that touches places holds the rows of all questions of the record, so that two at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Patient, User
from accounts.services.holding import hold_record
from milestones.models import RecordStatus, VisitQuestion
from milestones.selectors.questions import PLACES
from milestones.services.entries import Entries, who_said_before
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.rows import change_row


class Questions(Entries[VisitQuestion]):
    """Writes questions; one that is taken back, or has its answer, leaves the top three."""

    def withdraw(self, *, patient: Patient, row_id: UUID, version: int, by: User) -> VisitQuestion:
        """Mark a question as entered in error. Raises as ``correct``."""
        changes = {"status": RecordStatus.ENTERED_IN_ERROR.value, "rank": None}
        with transaction.atomic():
            _lock_questions(patient)
            row = self._change(patient, row_id, version, changes, by, "withdrawn", marks=True)
            _close_gaps(patient, by)
        return row

    def answer(
        self,
        *,
        patient: Patient,
        row_id: UUID,
        version: int,
        answer: str,
        answered_on: date | None,
        visit_id: UUID | None,
        by: User,
    ) -> VisitQuestion:
        """Keep an answer with its day and visit; "" and None take it back. Raises as ``correct``."""
        before = who_said_before(
            VisitQuestion, row_id, patient=patient, text=answer, said_in="answer", written_by="answered_by_id"
        )
        changes: dict[str, Any] = {
            "answer": answer,
            "answered_on": answered_on,
            "answered_by_id": ((before if answer else None) or by.pk) if answered_on else None,
            "visit_id": visit_id,
        }
        with transaction.atomic():
            _lock_questions(patient)
            row = change_row(
                VisitQuestion,
                patient=patient,
                row_id=row_id,
                version=version,
                changes={**changes, "rank": None},
                by=by,
                verb="visit_question_answered",
                corrects=False,
            )
            _close_gaps(patient, by)
        return row


questions = Questions(VisitQuestion, "visit_question")


def place_question(
    *, patient: Patient, row_id: UUID, version: int, place: int | None, by: User
) -> VisitQuestion | None:
    """Give a question a place among the top three, or with None take it out of them.

    Those at and after the place move one down; a fourth one leaves. A place behind the last one is the next free one.

    Returns:
        The question that left the top three to make room, if one did.

    Raises:
        NotInRecordError: this record has no such question that waits for its answer.
        VersionConflictError: the question was changed since ``version``; nothing was written.
    """
    with transaction.atomic():
        waiting = [row for row in _lock_questions(patient) if _is_waiting(row)]
        row = next((one for one in waiting if one.pk == row_id), None)
        if row is None:
            raise NotInRecordError
        top = [one for one in _top(waiting) if one.pk != row_id]
        if place is not None:
            top.insert(place - 1, row)
        is_same = [one.pk for one in _top(waiting)] == [one.pk for one in top[:PLACES]]
        if row.version != version and not (is_same and row.version == version + 1):
            raise VersionConflictError
        _write_places(patient, waiting, top[:PLACES], by)
    return top[PLACES] if len(top) > PLACES else None


def _is_waiting(row: VisitQuestion) -> bool:
    return row.status != RecordStatus.ENTERED_IN_ERROR.value and row.answered_on is None


def _top(rows: Sequence[VisitQuestion]) -> list[VisitQuestion]:
    return sorted((row for row in rows if row.rank is not None), key=lambda row: row.rank or 0)


def _lock_questions(patient: Patient) -> list[VisitQuestion]:
    hold_record(patient.pk)
    return list(VisitQuestion.objects.filter(patient=patient).order_by("pk"))


def _close_gaps(patient: Patient, by: User) -> None:
    rows = list(VisitQuestion.objects.filter(patient=patient, rank__isnull=False))
    _write_places(patient, rows, _top(rows), by)


def _write_places(patient: Patient, rows: Sequence[VisitQuestion], top: Sequence[VisitQuestion], by: User) -> None:
    places = {row.pk: place for place, row in enumerate(top, start=1)}
    for row in rows:
        if row.rank != places.get(row.pk):
            change_row(
                VisitQuestion,
                patient=patient,
                row_id=row.pk,
                version=row.version,
                changes={"rank": places.get(row.pk)},
                by=by,
                verb="visit_question_placed",
                corrects=False,
                moves=True,
            )
