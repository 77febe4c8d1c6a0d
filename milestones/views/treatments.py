"""Lines of treatment: the list, adding, changing, and taking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.treatment import TreatmentForm, treatment_initial
from milestones.selectors.authors import authors_of
from milestones.selectors.earlier import TREATMENTS
from milestones.selectors.timelines import today_of
from milestones.selectors.treatment_rows import TreatmentRow, get_treatments, writers_of
from milestones.selectors.treatments import AskedAboutDraft, questions_raised, treatment_page
from milestones.services.errors import NotInRecordError, TakenBackError, VersionConflictError
from milestones.services.treatments import (
    change_treatment,
    record_treatment,
    restore_treatment,
    withdraw_treatment,
)
from milestones.views.entries import with_its_past
from milestones.views.page import posted_version, render_page


@require_safe
def treatment(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show every line of treatment."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    rows = get_treatments(patient)
    authors = authors_of(patient, writers_of(rows))
    context = {"page": treatment_page(rows, today_of(patient)), "authors": authors}
    return render_page(request, patient, "milestones/treatment.html", context, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form for a new line, ask about what overlaps or lies apart, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)

    def save(form: TreatmentForm) -> None:
        key = form.cleaned_data["idempotency_key"]
        record_treatment(patient=patient, draft=form.to_draft(), by=request.user, idempotency_key=key)

    return _answer(request, patient, None, get_treatments(patient), save)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, treatment_id: UUID) -> HttpResponse:
    """Show a line, and change it; its stop is one of its answers."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.TREATMENT_CHANGE)
    rows = get_treatments(patient)
    row = next((row for row in rows if row.id == treatment_id), None)
    if row is None or not (row.counts or request.method == "POST"):
        raise Http404

    def save(form: TreatmentForm) -> None:
        version = form.cleaned_data["version"] or 0
        draft = form.to_draft()
        change_treatment(patient=patient, treatment_id=treatment_id, version=version, draft=draft, by=request.user)

    return _answer(request, patient, row, rows, save)


def _answer(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    row: TreatmentRow | None,
    rows: Sequence[TreatmentRow],
    save: Callable[[TreatmentForm], None],
) -> HttpResponse:
    """Show the form, or ask about what it would overlap with or lie apart from, or save it."""
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, TREATMENTS, row) if row else None
    form = TreatmentForm(typed, initial=treatment_initial(past.row if past else None), today=today_of(patient))
    status, asked, taken_back = 200, None, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status, asked = 200, _open_questions(form, rows, row)
            try:
                if asked is None:
                    save(form)
                    messages.success(request, _("Your treatment is saved."))
                    return redirect("milestones:treatment", patient_id=patient.pk)
            except VersionConflictError as conflict:
                status, taken_back = 409, isinstance(conflict, TakenBackError)
    context: dict[str, Any] = {"form": form, "past": past, "row": row, "asked": asked}
    context |= {"conflict": status == 409, "taken_back": taken_back}
    return render_page(request, patient, "milestones/treatment_form.html", context, active="record", status=status)


def _open_questions(
    form: TreatmentForm, rows: Sequence[TreatmentRow], row: TreatmentRow | None
) -> AskedAboutDraft | None:
    """Return what has to be asked before the line is saved, or None where it was answered or there is nothing."""
    if row is None and form.cleaned_data["idempotency_key"] in {one.key for one in rows}:
        return None  # a repeat of a post that has been answered
    if row is not None and not row.counts:
        return None  # it is not saved at all
    asked = questions_raised(rows, form.to_draft(), form.today, replacing=row.id if row else None)
    return None if asked is None or form.confirms(asked.name) else asked


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
