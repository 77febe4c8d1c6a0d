"""How far the next test has come: the appointment, the blood taken, and taking that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.planned_test import BOOKED, TAKEN, PlannedDayForm, planned_day_initial
from milestones.selectors.earlier import BOOKED_DAYS, TAKEN_DAYS
from milestones.selectors.planned_tests import get_open_test
from milestones.selectors.timelines import get_timeline
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.planned_tests import withdraw_planned_test, write_planned_day
from milestones.views.entries import with_its_past
from milestones.views.page import posted_version, render_page

_KEPT = {BOOKED: BOOKED_DAYS, TAKEN: TAKEN_DAYS}
_SAID = {BOOKED: _lazy("The appointment is written down."), TAKEN: _lazy("Written down: the blood was taken.")}


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def day(request: AuthenticatedHttpRequest, patient_id: UUID, what: str) -> HttpResponse:
    """Show the form for the day of an appointment or of the blood test, and write it down."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.NEXT_TEST_CHANGE)
    if what not in _SAID:
        raise Http404
    timeline = get_timeline(patient)
    planned = get_open_test(patient, timeline)
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, _KEPT[what], planned) if planned else None
    initial = planned_day_initial(past.row if past else None, what, timeline.today)
    form = PlannedDayForm(typed, initial=initial, what=what, today=timeline.today)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            write_planned_day(
                patient=patient,
                planned=planned,
                day={"booked_on" if form.is_booking else "taken_on": form.cleaned_data["on"]},
                version=form.cleaned_data["version"],
                by=request.user,
                idempotency_key=form.cleaned_data["idempotency_key"],
            )
        except VersionConflictError:
            status = 409
        else:
            messages.success(request, _SAID[what])
            return redirect("milestones:home", patient_id=patient.pk)
    context: dict[str, Any] = {"form": form, "past": past, "conflict": status == 409}
    return render_page(request, patient, "milestones/planned_day.html", context, active="home", status=status)


@require_POST
@one_transaction
def withdraw(request: AuthenticatedHttpRequest, patient_id: UUID, test_id: UUID) -> HttpResponse:
    """Take back what was written down of the next test."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.NEXT_TEST_CHANGE)
    try:
        withdraw_planned_test(patient=patient, test_id=test_id, version=posted_version(request), by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        messages.warning(request, _("This was changed in the meantime. Nothing was done; look again."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("milestones:home", patient_id=patient.pk)
