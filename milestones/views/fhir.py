"""The record as one file of FHIR R4, for other systems."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.interchange.fhir_write import write_bundle
from milestones.selectors.fhir import fhir_record
from milestones.selectors.timelines import get_timeline


@require_safe
def record_fhir(request: AuthenticatedHttpRequest, patient_id: UUID) -> StreamingHttpResponse:
    """Return diagnosis, treatment and results as a Bundle; the file's name says nothing, and nobody's name is in it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_EXPORT)
    pieces = write_bundle(fhir_record(get_timeline(patient)))
    return StreamingHttpResponse(
        pieces,
        content_type="application/fhir+json",
        headers={"Content-Disposition": 'attachment; filename="record.fhir.json"'},
    )
