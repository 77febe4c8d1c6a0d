"""The earlier versions of a result, from its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from accounts.models import Patient
from milestones.explanations import phrases
from milestones.models import DatePrecision, LabResult, RecordStatus
from milestones.selectors.timelines import ResultRow, observation_of, result_row_of

_STATUS_WORDS = {
    RecordStatus.FINAL.value: gettext_lazy("entered"),
    RecordStatus.CORRECTED.value: gettext_lazy("corrected"),
    RecordStatus.ENTERED_IN_ERROR.value: gettext_lazy("marked as entered by mistake"),
}


@dataclass(frozen=True, slots=True)
class ResultVersion:
    """One version of a result: what it said, and when it was written."""

    version: int
    at: datetime
    what: str
    value_text: str
    date_text: str


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result with its versions, newest first."""

    row: ResultRow
    is_withdrawn: bool
    created_at: datetime
    checked_by: UUID | None
    checked_at: datetime | None
    versions: tuple[ResultVersion, ...]


def get_stored_result(patient: Patient, result_id: UUID) -> StoredResult | None:
    """Return a result of this record with its history, or None if the record has no such result. Two queries."""
    result = LabResult.objects.filter(patient_id=patient.pk, pk=result_id).first()
    if result is None:
        return None
    versions = LabResult.history.filter(id=result_id, patient_id=patient.pk).order_by("-version", "-history_id")
    return StoredResult(
        result_row_of(result),
        result.status == RecordStatus.ENTERED_IN_ERROR.value,
        result.created_at,
        result.checked_by_id if result.checked_version == result.version else None,
        result.checked_at,
        tuple(
            ResultVersion(
                version.version,
                version.history_date,
                str(_STATUS_WORDS[version.status]),
                phrases.result(observation_of(version)),
                phrases.long_date(
                    version.collected_on, day_is_known=version.collected_precision == DatePrecision.DAY.value
                ),
            )
            for version in versions
        ),
    )


def get_last_typed(patient: Patient) -> ResultRow | None:
    """Return the result that was entered last, whose laboratory and scale the next report probably shares."""
    result = LabResult.objects.filter(patient_id=patient.pk).order_by("-created_at").first()
    return result_row_of(result) if result is not None else None
