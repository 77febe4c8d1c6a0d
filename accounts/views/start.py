"""The first page: what this site is, and the way in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.selectors.grants import has_other_records
from accounts.selectors.patients import get_own_patient_id


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the start page; take a signed-in person to their record, or to a choice where they have more or none."""
    if not request.user.is_authenticated:
        return render(request, "start.html")
    if "invitation" in request.session:
        return redirect("invitation")
    patient_id = get_own_patient_id(user_id=request.user.pk)
    if patient_id is None or has_other_records(request.user):
        return redirect("people")
    return redirect("milestones:home", patient_id=patient_id)
