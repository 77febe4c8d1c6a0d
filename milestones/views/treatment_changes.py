"""Another dose or a break within a line of treatment: adding, changing, and taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.treatment_change import TreatmentChangeForm, treatment_change_initial
from milestones.selectors.earlier import TREATMENT_CHANGES, Past
from milestones.selectors.timelines import today_of
from milestones.selectors.treatment_rows import TreatmentChangeRow, TreatmentRow, get_treatments
from milestones.selectors.treatments import CHANGE_KINDS, find_change
from milestones.services.errors import NotInRecordError, TakenBackError, VersionConflictError
from milestones.services.treatment_changes import (
    correct_treatment_change,
    record_treatment_change,
    restore_treatment_change,
    withdraw_treatment_change,
)
from milestones.views.entries import with_its_past
from milestones.views.page import posted_version, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID, treatment_id: UUID, kind: str) -> HttpResponse:
    """Show the form for another dose or a break, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    line = next((row for row in get_treatments(patient) if row.id == treatment_id), None)
    if line is None or not (line.counts or request.method == "POST") or kind not in CHANGE_KINDS:
        raise Http404
    form = _form(request, patient, line, kind, None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, patient, form, None, status=422 if request.method == "POST" else 200)
    key = form.cleaned_data["idempotency_key"]
    record_treatment_change(
        patient=patient, treatment_id=line.id, draft=form.to_draft(), by=request.user, idempotency_key=key
    )
    return _saved(request, patient)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, change_id: UUID) -> HttpResponse:
    """Show a dose or a break that was written down, and change it; the end of a break is one of its answers."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    found = find_change(get_treatments(patient), change_id)
    if found is None or not (found[1].counts or request.method == "POST"):
        raise Http404
    line, row = found
    past = with_its_past(request, patient, TREATMENT_CHANGES, row)
    form = _form(request, patient, line, row.kind, past.row)
    if request.method != "POST" or not form.is_valid():
        return _show(request, patient, form, past, status=422 if request.method == "POST" else 200)
    version = form.cleaned_data["version"] or 0
    try:
        correct_treatment_change(
            patient=patient, change_id=row.id, version=version, draft=form.to_draft(), by=request.user
        )
    except VersionConflictError as conflict:
        return _show(request, patient, form, past, status=409, taken_back=isinstance(conflict, TakenBackError))
    return _saved(request, patient)


@require_POST
@one_transaction
def withdraw(request: AuthenticatedHttpRequest, patient_id: UUID, change_id: UUID) -> HttpResponse:
    """Mark a dose or a break as entered by mistake, or take that back."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    act = restore_treatment_change if request.POST.get("undo") else withdraw_treatment_change
    try:
        act(patient=patient, change_id=change_id, version=posted_version(request), by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        messages.warning(request, _("This was changed in the meantime. Nothing was done; look again."))
    else:
        done = _("It counts again.") if request.POST.get("undo") else _("Marked as entered by mistake.")
        messages.success(request, done)
    return redirect("milestones:treatment", patient_id=patient.pk)


def _form(
    request: AuthenticatedHttpRequest, patient: Patient, line: TreatmentRow, kind: str, row: TreatmentChangeRow | None
) -> TreatmentChangeForm:
    typed = request.POST if request.method == "POST" else take_draft(request)
    initial = treatment_change_initial(row)
    return TreatmentChangeForm(typed, initial=initial, kind=CHANGE_KINDS[kind], line=line, today=today_of(patient))


def _show(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    form: TreatmentChangeForm,
    past: Past[TreatmentChangeRow] | None,
    status: int,
    *,
    taken_back: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "past": past, "row": past.row if past else None}
    context |= {"conflict": status == 409, "taken_back": taken_back}
    template = "milestones/treatment_change_form.html"
    return render_page(request, patient, template, context, active="record", status=status)


def _saved(request: AuthenticatedHttpRequest, patient: Patient) -> HttpResponse:
    messages.success(request, _("Your treatment is saved."))
    return redirect("milestones:treatment", patient_id=patient.pk)
