"""Recording, correcting and taking back the rows of one kind, as every kind but results and treatment does it.

One row is written once a key, never over somebody else's change, with its history and its audit row beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic
from uuid import UUID

from accounts.models import Patient, User
from milestones.models import (
    MissedDoses,
    OtherMedicine,
    OtherResult,
    PersonalGoal,
    RecordStatus,
    SideEffect,
    Visit,
)
from milestones.services.rows import Row, change_row, insert_row, mark_row


class Entries(Generic[Row]):
    """Writes the rows of one model; ``name`` begins the verbs of its audit rows."""

    def __init__(self, model: type[Row], name: str) -> None:
        self.model = model
        self._name = name

    def record(self, *, patient: Patient, columns: Mapping[str, Any], by: User, idempotency_key: UUID) -> Row:
        """Save a new row; a repeated key returns the first one.

        Raises:
            AuditUnavailableError: the audit row could not be written; nothing was saved.
        """
        row = self.model(patient=patient, entered_by=by, idempotency_key=idempotency_key, **columns)
        return insert_row(row, by=by, verb=f"{self._name}_recorded")

    def correct(self, *, patient: Patient, row_id: UUID, version: int, columns: Mapping[str, Any], by: User) -> Row:
        """Change what a row says; the old version stays in its history.

        Raises:
            NotInRecordError: this record has no such row.
            TakenBackError: the row was entered by mistake; it is let count again first.
            VersionConflictError: the row was changed since ``version``; nothing was written.
        """
        changes = {**columns, "status": RecordStatus.CORRECTED.value}
        return self._change(patient, row_id, version, changes, by, "corrected")

    def withdraw(self, *, patient: Patient, row_id: UUID, version: int, by: User) -> Row:
        """Mark a row as entered in error. Raises as ``correct``."""
        return self._mark(patient, row_id, version, RecordStatus.ENTERED_IN_ERROR, by, "withdrawn")

    def restore(self, *, patient: Patient, row_id: UUID, version: int, by: User) -> Row:
        """Take back that a row was entered in error. Raises as ``correct``."""
        return self._mark(patient, row_id, version, RecordStatus.CORRECTED, by, "restored")

    def _change(
        self,
        patient: Patient,
        row_id: UUID,
        version: int,
        changes: dict[str, Any],
        by: User,
        done: str,
        *,
        marks: bool = False,
    ) -> Row:
        return change_row(
            self.model,
            patient=patient,
            row_id=row_id,
            version=version,
            changes=changes,
            by=by,
            verb=f"{self._name}_{done}",
            marks=marks,
        )

    def _mark(self, patient: Patient, row_id: UUID, version: int, status: RecordStatus, by: User, done: str) -> Row:
        verb = f"{self._name}_{done}"
        return mark_row(self.model, patient=patient, row_id=row_id, version=version, status=status, by=by, verb=verb)


def who_said_before(
    model: Any, row_id: UUID, *, patient: Patient, text: str, said_in: str, written_by: str
) -> UUID | None:
    """Return who wrote down a text that an earlier version of a row had; None where none had it.

    Args:
        model: the table of the row.
        row_id: the row.
        patient: whose record it is in.
        text: what is said now.
        said_in: the column of the text.
        written_by: the column of who wrote it down.
    """
    versions = model.history.filter(id=row_id, patient_id=patient.pk).order_by("-version", "-history_id")
    # A browser sends other line ends than those that are kept.
    lines = text.splitlines()
    found = (by for said, by in versions.values_list(said_in, written_by) if said.splitlines() == lines)
    author: UUID | None = next(found, None)
    return author


class VisitEntries(Entries[Visit]):
    """Writes visits, and keeps who wrote down what was said there."""

    def record(self, *, patient: Patient, columns: Mapping[str, Any], by: User, idempotency_key: UUID) -> Visit:
        """Save a new visit; see ``Entries.record``."""
        wrote = {"notes_by": by} if columns.get("notes") else {}
        return super().record(patient=patient, columns={**columns, **wrote}, by=by, idempotency_key=idempotency_key)

    def correct(self, *, patient: Patient, row_id: UUID, version: int, columns: Mapping[str, Any], by: User) -> Visit:
        """Change a visit; another text of what was said has another author, or its own. See ``Entries.correct``."""
        said = Visit.objects.filter(pk=row_id, patient=patient, version=version).values_list("notes", flat=True).first()
        # A browser sends other line ends than those that are kept.
        is_new = "notes" in columns and said is not None and columns["notes"].splitlines() != said.splitlines()
        wrote = {}
        if is_new:
            notes = columns["notes"]
            before = who_said_before(
                Visit, row_id, patient=patient, text=notes, said_in="notes", written_by="notes_by_id"
            )
            wrote = {"notes_by_id": (before or by.pk) if notes else None}
        return super().correct(patient=patient, row_id=row_id, version=version, columns={**columns, **wrote}, by=by)


side_effects = Entries(SideEffect, "side_effect")
visits = VisitEntries(Visit, "visit")
personal_goals = Entries(PersonalGoal, "personal_goal")
other_medicines = Entries(OtherMedicine, "other_medicine")
missed_doses = Entries(MissedDoses, "missed_doses")
other_results = Entries(OtherResult, "other_result")
