"""The pages of a record that are made for its care team."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.views.page import render_page


@require_safe
def care(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the record as a team reads it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CARE_VIEW)
    return render_page(request, patient, "milestones/care.html", {}, active="care")
