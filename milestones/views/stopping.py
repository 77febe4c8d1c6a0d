"""The page after a recorded stop."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.entry import entry_initial
from milestones.forms.mood import MoodForm
from milestones.selectors.conditions import resistance_on_record
from milestones.selectors.other_results import get_other_results
from milestones.selectors.stopping import stopping_page
from milestones.selectors.timelines import get_timeline
from milestones.views.page import render_page


@require_safe
def stopping(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the schedule and the line after a stop, what is usual, and a question about mood."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    timeline = get_timeline(patient)
    context = {
        "page": stopping_page(timeline, resistance=resistance_on_record(get_other_results(patient))),
        "mood_form": MoodForm(initial=entry_initial(), today=timeline.today),
    }
    return render_page(request, patient, "milestones/stopping.html", context, active="record")
