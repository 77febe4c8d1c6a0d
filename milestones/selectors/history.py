"""The earlier versions of a result, from its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy

from accounts.models import GrantState, Patient
from milestones.clinical.observation import Observation
from milestones.explanations import phrases
from milestones.models import DatePrecision, LabResult, RecordStatus, WorklistEntry
from milestones.selectors.authors import names_of_others, said_of
from milestones.selectors.result_rows import ResultRow, observation_of, result_row_of

_STATUS_WORDS = {
    RecordStatus.FINAL.value: gettext_lazy("entered"),
    RecordStatus.CORRECTED.value: gettext_lazy("corrected"),
    RecordStatus.ENTERED_IN_ERROR.value: gettext_lazy("marked as entered by mistake"),
}


@dataclass(frozen=True, slots=True)
class ResultVersion:
    """One version of a result: what it said, when it was written, and by whom, "" for the person of the record.

    It can be used again where it says something else than the result does now.
    """

    version: int
    at: datetime
    by: str
    what: str
    value_text: str
    date_text: str
    observation: Observation
    day_is_known: bool
    can_be_used: bool


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result with its versions, newest first; ``seen_at`` is when a team first marked the record after it came."""

    row: ResultRow
    is_withdrawn: bool
    seen_at: datetime | None
    checked_by: UUID | None
    checked_at: datetime | None
    versions: tuple[ResultVersion, ...]

    def version_to_use(self, number: str) -> ResultVersion | None:
        """Return the version with this number in digits, where it says something else than the result does now."""
        return next((one for one in self.versions if str(one.version) == number and one.can_be_used), None)


def get_stored_result(patient: Patient, result_id: UUID) -> StoredResult | None:
    """Return a result of this record with its history, or None if the record has no such result.

    Two queries, and two more where somebody else wrote something.
    """
    seen = WorklistEntry.objects.filter(
        patient_id=OuterRef("patient_id"),
        reviewed_at__gte=OuterRef("updated_at"),
        grant_state=GrantState.CONFIRMED,
    )
    rows = LabResult.objects.filter(patient_id=patient.pk, pk=result_id)
    result = rows.annotate(seen_at=Subquery(seen.order_by("reviewed_at").values("reviewed_at")[:1])).first()
    if result is None:
        return None
    versions = list(LabResult.history.filter(id=result_id, patient_id=patient.pk).order_by("-version", "-history_id"))
    names = names_of_others(patient, (version.history_user_id for version in versions))
    return StoredResult(
        result_row_of(result),
        result.status == RecordStatus.ENTERED_IN_ERROR.value,
        result.seen_at,
        result.checked_by_id if result.checked_version == result.version else None,
        result.checked_at,
        tuple(_version(version, result, said_of(names, version.history_user_id)) for version in versions),
    )


def _version(version: Any, now: LabResult, by: str) -> ResultVersion:
    observation = observation_of(version)
    day_is_known = version.collected_precision == DatePrecision.DAY.value
    return ResultVersion(
        version.version,
        version.history_date,
        by,
        str(_STATUS_WORDS[version.status]),
        phrases.result(observation),
        phrases.long_date(version.collected_on, day_is_known=day_is_known),
        observation,
        day_is_known,
        (observation, version.collected_precision) != (observation_of(now), now.collected_precision),
    )


def get_last_typed(patient: Patient) -> ResultRow | None:
    """Return the result that was entered last, whose laboratory and scale the next report probably shares."""
    result = LabResult.objects.filter(patient_id=patient.pk).order_by("-created_at").first()
    return result_row_of(result) if result is not None else None
