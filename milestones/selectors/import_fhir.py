"""A FHIR file that waits: its rows, and the results of the record that its source has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accounts.models import Patient
from accounts.permissions import Permission
from milestones.interchange.draft import DiagnosisDraft, TreatmentDraft
from milestones.interchange.fhir_rows import read_fhir_rows
from milestones.interchange.incoming import Incoming, IncomingStatus, Problem, ProblemKind
from milestones.models import LabResult
from milestones.selectors.import_rows import Earlier
from milestones.selectors.imports import HeldFile
from milestones.selectors.timelines import Timeline


def rows_of_fhir(held: HeldFile, patient: Patient) -> tuple[list[Incoming], tuple[str, ...]]:
    """Return the rows of a FHIR file, and what is to be looked at in it as a whole."""
    rows, warnings = read_fhir_rows(held.content)
    rows = [_as_allowed(row, patient) for row in rows]
    return rows, tuple(str(one.value) for one in warnings)


def _as_allowed(row: Incoming, patient: Patient) -> Incoming:
    """Return a row as this person may bring it in: what is not for them to add stands there as left out."""
    needs = {TreatmentDraft: Permission.TREATMENT_CHANGE, DiagnosisDraft: Permission.SETTINGS_CHANGE}.get(
        type(row.draft)
    )
    if needs is None or patient.viewing.may(needs):
        return row
    return replace(row, draft=None, problems=(*row.problems, Problem(ProblemKind.NOT_YOURS, "")))


def earlier_results(patient: Patient, rows: Sequence[Incoming], timeline: Timeline) -> dict[str, Earlier]:
    """Return the results that a file has corrected or taken back, by the source's names, where the reader may do so."""
    viewing = patient.viewing
    changed = [row.external_id for row in rows if row.external_id and row.status is not IncomingStatus.FINAL]
    if not changed or viewing.corrects_only_own or not viewing.may(Permission.RESULT_CORRECT):
        return {}
    found = LabResult.objects.filter(patient=patient, external_id__in=changed)
    names = dict(found.order_by("created_at").values_list("pk", "external_id"))
    return {
        names[row.id]: Earlier(row.id, row.version, row.observation, row.day_is_known)
        for row in timeline.rows
        if row.id in names
    }
