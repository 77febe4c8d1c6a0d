"""Lines of treatment: the list, adding, changing, and taking back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.treatment import TreatmentForm, treatment_initial
from milestones.selectors.timelines import get_treatments, today_of
from milestones.selectors.treatments import treatment_page
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.treatments import (
    change_treatment,
    record_treatment,
    restore_treatment,
    withdraw_treatment,
)
from milestones.views.page import posted_version, render_page


@require_safe
def treatment(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every line of treatment."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    page = treatment_page(get_treatments(patient))
    return render_page(request, patient, "milestones/treatment.html", {"page": page}, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form for a new line, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = TreatmentForm(typed, initial=treatment_initial(None), today=today_of(patient))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["idempotency_key"]
        record_treatment(patient=patient, draft=form.to_draft(), by=request.user, idempotency_key=key)
        messages.success(request, _("Your treatment is saved."))
        return redirect("milestones:treatment", patient_id=patient.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, patient, "milestones/treatment_form.html", {"form": form}, active="record", status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, treatment_id: UUID) -> HttpResponse:
    """Show a line, and change it; its stop is one of its answers."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    row = next((row for row in get_treatments(patient) if row.id == treatment_id), None)
    if row is None:
        raise Http404
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = TreatmentForm(typed, initial=treatment_initial(row), today=today_of(patient))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        draft = form.to_draft()
        try:
            change_treatment(patient=patient, treatment_id=treatment_id, version=version, draft=draft, by=request.user)
        except VersionConflictError:
            status = 409
        else:
            messages.success(request, _("Your treatment is saved."))
            return redirect("milestones:treatment", patient_id=patient.pk)
    context = {"form": form, "row": row, "conflict": status == 409}
    return render_page(request, patient, "milestones/treatment_form.html", context, active="record", status=status)


@require_POST
@one_transaction
def withdraw(request: AuthenticatedHttpRequest, patient_id: UUID, treatment_id: UUID) -> HttpResponse:
    """Mark a line as entered by mistake, or take that back."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    act = restore_treatment if request.POST.get("undo") else withdraw_treatment
    try:
        act(patient=patient, treatment_id=treatment_id, version=posted_version(request), by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        messages.warning(request, _("This was changed in the meantime. Nothing was done; look again."))
    else:
        done = _("It counts again.") if request.POST.get("undo") else _("Marked as entered by mistake.")
        messages.success(request, done)
    return redirect("milestones:treatment", patient_id=patient.pk)
