"""Medicines beside the one for CML: a list to print for a pharmacist, adding, changing, taking back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.other_medicine import OtherMedicineForm, other_medicine_initial
from milestones.selectors.authors import authors_of
from milestones.selectors.earlier import OTHER_MEDICINES
from milestones.selectors.other_medicines import (
    OtherMedicineRow,
    find_other_medicine,
    other_medicines_page,
    writers_of,
)
from milestones.selectors.timelines import today_of
from milestones.services.entries import other_medicines as entries
from milestones.views.entries import FormPage, answer_form, with_its_past, withdraw_view
from milestones.views.page import render_page

_FORM = "milestones/other_medicine_form.html"
_NEEDS = Permission.TREATMENT_CHANGE


@require_safe
def other_medicines(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the list."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    page = other_medicines_page(patient)
    context = {"page": page, "authors": authors_of(patient, writers_of(page))}
    return render_page(request, patient, "milestones/other_medicines.html", context, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form for another medicine, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=_NEEDS)
    form = _form(request, patient, None)
    page = FormPage(_FORM, "record", "other_medicines", _("The medicine is on your list."), {"row": None})
    return answer_form(
        request,
        patient,
        form,
        page,
        lambda: entries.record(patient=patient, columns=form.columns, by=request.user, idempotency_key=form.key),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show a medicine of the list, and change it; its end is one of its answers."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=_NEEDS)
    row = find_other_medicine(patient, row_id)
    if row is None:
        raise Http404
    past = with_its_past(request, patient, OTHER_MEDICINES, row)
    form = _form(request, patient, past.row)
    context = {"row": row, "past": past}
    page = FormPage(_FORM, "record", "other_medicines", _("The medicine is changed."), context)
    return answer_form(
        request,
        patient,
        form,
        page,
        lambda: entries.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns, by=request.user
        ),
    )


withdraw = withdraw_view(entries, needs=_NEEDS, leads_to="other_medicines")


def _form(request: AuthenticatedHttpRequest, patient: Patient, row: OtherMedicineRow | None) -> OtherMedicineForm:
    typed = request.POST if request.method == "POST" else take_draft(request)
    return OtherMedicineForm(typed, initial=other_medicine_initial(row), today=today_of(patient))
