"""The page of a record that is made for its care team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.two_periods import TwoPeriodsForm
from milestones.selectors.care.page import care_page, get_care_timeline, get_surroundings
from milestones.selectors.care.reviews import get_reviews
from milestones.selectors.care.two_periods import last_two_years, months_of, two_periods
from milestones.selectors.timelines import Timeline
from milestones.views.page import page_number, pagination, render_page


@require_safe
def care(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the record as a team reads it, beside what the patient reads."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CARE_VIEW)
    timeline = get_care_timeline(patient)
    page = care_page(timeline, get_surroundings(patient), number=page_number(request))
    context = {
        "page": page,
        "reviews": get_reviews(patient, request.user),
        "pagination": pagination(request, page.number, page.pages, anchor="rule-sets"),
        "here": request.get_full_path(),
        **_periods(timeline, request.GET),
    }
    return render_page(request, patient, "milestones/care.html", context, active="care")


def _periods(timeline: Timeline, query: QueryDict) -> dict[str, Any]:
    """Return the form of the two periods, and what they say; nothing before the first result."""
    months = months_of(timeline)
    if not months:
        return {}
    form = TwoPeriodsForm(query, months=months, given=last_two_years(timeline))
    chosen = form.chosen()
    return {"form": form, "periods": two_periods(timeline, *chosen) if chosen else None}
