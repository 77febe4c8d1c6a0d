"""Writing down how somebody has been: a check-in and its side effects are one transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import Patient, User
from milestones.interchange.draft import CheckInDraft, SideEffectDraft
from milestones.models import CheckIn, DatePrecision, SideEffect
from milestones.selectors.check_ins import get_check_ins
from milestones.services.entries import Entries, side_effects
from milestones.services.errors import NotInRecordError


class CheckIns(Entries[CheckIn]):
    """Writes check-ins; one of which all is private is not there for anybody but the person."""

    def withdraw(self, *, patient: Patient, row_id: UUID, version: int, by: User) -> CheckIn:
        """Mark a check-in as entered in error. Raises as ``Entries.correct``."""
        _see(patient, row_id)
        return super().withdraw(patient=patient, row_id=row_id, version=version, by=by)

    def restore(self, *, patient: Patient, row_id: UUID, version: int, by: User) -> CheckIn:
        """Take back that a check-in was entered in error. Raises as ``Entries.correct``."""
        _see(patient, row_id)
        return super().restore(patient=patient, row_id=row_id, version=version, by=by)


def _see(patient: Patient, row_id: UUID) -> None:
    if not patient.viewing.is_own and all(row.id != row_id for row in get_check_ins(patient)):
        raise NotInRecordError


check_ins = CheckIns(CheckIn, "check_in")


def record_check_in(*, patient: Patient, draft: CheckInDraft, by: User, idempotency_key: UUID) -> CheckIn:
    """Save a check-in with every side effect in it; a repeated key returns the first one.

    The side effects' keys come from the check-in's: a repeated post writes none of them twice.

    Raises:
        AuditUnavailableError: an audit row could not be written; nothing was saved.
    """
    columns = {
        "noted_on": draft.noted_on,
        "urgent": ";".join(draft.urgent),
        "mood": draft.mood,
        "is_private": draft.mood_is_private,
    }
    with transaction.atomic():
        row = check_ins.record(patient=patient, columns=columns, by=by, idempotency_key=idempotency_key)
        if SideEffect.objects.filter(check_in=row).exists():
            return row
        for effect in draft.effects:
            side_effects.record(
                patient=patient,
                columns={"check_in": row, "symptom": effect.symptom, **side_effect_columns(effect)},
                by=by,
                idempotency_key=uuid5(row.idempotency_key, effect.symptom),
            )
    return row


def side_effect_columns(effect: SideEffectDraft) -> dict[str, Any]:
    """Return what can be said of a symptom, and corrected later."""
    return {
        "interference": effect.interference,
        "other_name": effect.other_name,
        "since_on": effect.since_on,
        "since_precision": (DatePrecision.DAY if effect.since_day_is_known else DatePrecision.MONTH).value,
        "note": effect.note,
        "is_private": effect.is_private,
    }
