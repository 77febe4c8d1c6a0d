"""Home, and the page with all goals."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.selectors.first_year import first_year_page
from milestones.selectors.goals import goals_page
from milestones.selectors.home import get_home_page
from milestones.selectors.timelines import get_timeline, today_of
from milestones.selectors.treatment_rows import get_treatments, is_off_treatment_now
from milestones.views.page import links_of, places_of, render_page


@require_safe
def home(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show how the person is doing, what is next and what to ask."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    context = {"page": get_home_page(patient)}
    return render_page(request, patient, "milestones/home.html", context, active="home")


@require_safe
def record(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the way to every part of the record."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    is_off = is_off_treatment_now(get_treatments(patient), today_of(patient))
    context = {"places": places_of(links_of(patient), is_off_treatment=is_off)}
    return render_page(request, patient, "milestones/record.html", context, active="record")


@require_safe
def goals(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every published goal of the person's rule set, with its source."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    page = goals_page(get_timeline(patient))
    return render_page(request, patient, "milestones/goals.html", {"page": page}, active="results")


@require_safe
def first_year(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the planned tests of the first year, which are done, and the goal of each."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    page = first_year_page(get_timeline(patient))
    return render_page(request, patient, "milestones/first_year.html", {"page": page}, active="home")
