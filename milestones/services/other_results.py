"""Recording the counts of one report: one row a count, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import Patient, User
from milestones.clinical.counts import Analyte
from milestones.models import OtherResult
from milestones.services.entries import other_results


def record_counts(
    *, patient: Patient, counts: Mapping[Analyte, Mapping[str, Any]], by: User, idempotency_key: UUID
) -> list[OtherResult]:
    """Save each count of one form as a row of its own, in one transaction.

    The key of a row comes from the form's key and the analyte, so that a form posted twice writes each row once.

    Raises:
        AuditUnavailableError: an audit row could not be written; nothing was saved.
    """
    with transaction.atomic():
        return [
            other_results.record(
                patient=patient,
                columns={**columns, "analyte": analyte.value},
                by=by,
                idempotency_key=uuid5(idempotency_key, analyte.value),
            )
            for analyte, columns in counts.items()
        ]
