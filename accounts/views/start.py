"""The first page: what this site is, and the way in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.selectors.grants import has_other_records
from accounts.services.patients import ensure_own_patient


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the start page; take a signed-in person to their own record, or to a choice where they have more."""
    if not request.user.is_authenticated:
        return render(request, "start.html")
    if "invitation" in request.session:
        return redirect("invitation")
    if has_other_records(request.user):
        return redirect("people")
    patient_id = ensure_own_patient(user=request.user)
    return redirect("milestones:home", patient_id=patient_id)
