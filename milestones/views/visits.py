"""Visits and the questions for them on one page; adding a visit, changing it, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.visit import VisitForm, visit_initial
from milestones.selectors.authors import authors_of
from milestones.selectors.earlier import VISITS
from milestones.selectors.questions import get_questions, visits_page
from milestones.selectors.timelines import get_timeline, today_of
from milestones.selectors.visits import get_visits
from milestones.services import entries
from milestones.views.entries import FormPage, answer_form, drawn_key, with_its_past, withdraw_view
from milestones.views.page import render_page

_SAVED = _("Your visit is saved.")
_FORM = "milestones/visit_form.html"


@require_safe
def visits(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the next visit, what to ask there, what was answered, and past visits."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.VISITS_VIEW)
    questions = get_questions(patient)
    rows = get_visits(patient)
    page = visits_page(get_timeline(patient), rows, questions)
    people = (*(row.author for row in rows), *(one for row in questions for one in (row.entered_by, row.answered_by)))
    authors = authors_of(patient, people)
    context = {"page": page, "key": drawn_key(), "authors": authors}
    return render_page(request, patient, "milestones/visits.html", context, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form for a visit, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.VISIT_CHANGE)
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = VisitForm(typed, initial=visit_initial(None), today=today_of(patient), is_own=patient.viewing.is_own)

    def save() -> None:
        entries.visits.record(patient=patient, columns=form.columns(), by=request.user, idempotency_key=form.key)

    return answer_form(request, patient, form, FormPage(_FORM, "record", "visits", _SAVED), save)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show a visit, and change it; what was said there is one of its answers."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.VISIT_CHANGE)
    row = next((one for one in get_visits(patient) if one.id == row_id), None)
    if row is None or not (row.counts or request.method == "POST"):
        raise Http404
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, VISITS, row)
    form = VisitForm(typed, initial=visit_initial(past.row), today=today_of(patient), is_own=patient.viewing.is_own)

    def save() -> None:
        entries.visits.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns(), by=request.user
        )

    page = FormPage(_FORM, "record", "visits", _SAVED, {"row": row, "past": past})
    return answer_form(request, patient, form, page, save)


withdraw = withdraw_view(entries.visits, needs=Permission.VISIT_CHANGE, leads_to="visits")
