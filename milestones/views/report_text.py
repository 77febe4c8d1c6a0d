"""Bringing in a result from the text of a report: pasting it, and what was found. The ordinary form saves it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.report_text import ReportTextForm, initial_of
from milestones.interchange.report_text import read_report
from milestones.selectors.imports import get_held_text
from milestones.selectors.report_text import other_dates, result_in_words
from milestones.services.imports import hold_text
from milestones.views.page import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def paste(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask for the text of a report; it waits for a day, so that its results can be taken one after the other."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_ADD)
    posted = request.POST if request.method == "POST" else take_draft(request)
    form = ReportTextForm(posted)
    if request.method == "POST" and form.is_valid():
        held_id = hold_text(patient=patient, text=form.cleaned_data["text"], by=request.user)
        return redirect("milestones:import_report", patient_id=patient.pk, held_id=held_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form}
    return render_page(request, patient, "milestones/import_text.html", context, active="record", status=status)


@require_safe
def report(request: AuthenticatedHttpRequest, patient_id: UUID, held_id: UUID) -> HttpResponse:
    """Show what was found in a text, each beside its line; a result is taken on to the ordinary form."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_ADD)
    text = get_held_text(patient, held_id, request.user)
    if text is None:
        raise Http404
    found = read_report(text)
    context = {
        "results": [(result_in_words(found, one), initial_of(one, held_id)) for one in found.results],
        "other_dates": other_dates(found),
        "text": text,
        "held_id": held_id,
    }
    return render_page(request, patient, "milestones/import_report.html", context, active="record")
