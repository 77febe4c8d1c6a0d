"""A record as FHIR takes it: the rows that are there, with their ids and versions, and what was withdrawn as such."""

from __future__ import annotations

from milestones.interchange.draft import ResultDraft, TreatmentChangeDraft, TreatmentDraft
from milestones.interchange.fhir_write import WrittenRecord, WrittenResult, WrittenTreatment
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline
from milestones.selectors.treatment_rows import TreatmentRow


def fhir_record(timeline: Timeline) -> WrittenRecord:
    """Return a record for a file, with what was entered in error under that status; results held back are not in it."""
    results = [*timeline.rows, *timeline.withdrawn]
    results.sort(key=lambda row: (row.observation.collected_on, str(row.id)))
    return WrittenRecord(
        str(timeline.patient_id),
        [written_result(row) for row in results],
        [written_treatment(row) for row in timeline.treatments],
        timeline.today,
        timeline.profile.diagnosed_on,
        timeline.profile.baseline_text,
    )


def written_result(row: ResultRow) -> WrittenResult:
    """Return one result."""
    return WrittenResult(str(row.id), row.version, row.status, ResultDraft(row.observation, row.day_is_known))


def written_treatment(row: TreatmentRow) -> WrittenTreatment:
    """Return one line of treatment, with the doses and breaks in it that count."""
    draft = TreatmentDraft(
        row.medicine, row.started_on, row.dose, row.started_day_is_known, row.stopped_on, row.stopped_day_is_known
    )
    changes = tuple(
        TreatmentChangeDraft(
            one.kind,
            one.started_on,
            one.started_day_is_known,
            one.ended_on,
            one.ended_day_is_known,
            one.dose,
            one.reason,
        )
        for one in row.changes
        if one.counts
    )
    return WrittenTreatment(str(row.id), row.version, row.status, draft, changes)
