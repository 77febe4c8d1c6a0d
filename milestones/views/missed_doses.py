"""Missed doses: one plain question, asked without blame, and the answers so far."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.other_medicine import MissedDosesForm, missed_doses_initial
from milestones.selectors.earlier import MISSED_DOSES
from milestones.selectors.missed_doses import MissedDosesRow, find_missed_doses, missed_doses_page
from milestones.selectors.timelines import today_of
from milestones.services.entries import missed_doses as entries
from milestones.views.entries import FormPage, answer_form, with_its_past, withdraw_view
from milestones.views.page import render_page
from milestones.views.paging import page_number, pagination_of

_LIST = "milestones/missed_doses.html"
_NEEDS = Permission.MISSED_DOSES_CHANGE


@require_safe
def missed_doses(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the question, and the answers so far."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.MISSED_DOSES_VIEW)
    form = MissedDosesForm(initial=missed_doses_initial(None), today=today_of(patient))
    return render_page(request, patient, _LIST, {"form": form, **_history(request, patient)}, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down today's answer."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=_NEEDS)
    form = _form(request, patient, None)

    def save() -> None:
        columns = {**form.columns, "noted_on": form.today}
        entries.record(patient=patient, columns=columns, by=request.user, idempotency_key=form.key)

    said = _("Written down. Thank you for saying it.")
    return answer_form(
        request, patient, form, FormPage(_LIST, "record", "missed_doses", said, _history(request, patient)), save
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show an answer, and change it; its day stays."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=_NEEDS)
    row = find_missed_doses(patient, row_id)
    if row is None:
        raise Http404
    past = with_its_past(request, patient, MISSED_DOSES, row)
    form = _form(request, patient, past.row)
    context = {"row": row, "past": past}
    page = FormPage("milestones/missed_doses_form.html", "record", "missed_doses", _("Changed."), context)
    return answer_form(
        request,
        patient,
        form,
        page,
        lambda: entries.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns, by=request.user
        ),
    )


withdraw = withdraw_view(entries, needs=_NEEDS, leads_to="missed_doses")


def _history(request: AuthenticatedHttpRequest, patient: Patient) -> dict[str, Any]:
    page = missed_doses_page(patient, number=page_number(request))
    return {"page": page, "pagination": pagination_of(page.number, page.pages, anchor="answers")}


def _form(request: AuthenticatedHttpRequest, patient: Patient, row: MissedDosesRow | None) -> MissedDosesForm:
    typed = request.POST if request.method == "POST" else take_draft(request)
    return MissedDosesForm(typed, initial=missed_doses_initial(row), today=today_of(patient))
