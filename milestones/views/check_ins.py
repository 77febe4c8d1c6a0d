"""Side effects: the check-in, the page with their course, correcting one, and taking back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.check_in import CheckInForm, QuickCheckInForm, SideEffectForm, side_effect_initial
from milestones.forms.entry import entry_initial
from milestones.selectors.authors import authors_of
from milestones.selectors.check_ins import (
    author_of_side_effect,
    counted_check_ins,
    describe_check_in,
    find_side_effect,
    get_check_ins,
    side_effects_page,
    urgent_sign_words,
)
from milestones.selectors.earlier import SIDE_EFFECTS
from milestones.selectors.timelines import get_timeline, today_of
from milestones.selectors.treatment_rows import get_treatments, is_off_treatment_now
from milestones.services.check_ins import check_ins, record_check_in, side_effect_columns
from milestones.services.entries import side_effects as side_effect_entries
from milestones.views.entries import FormPage, answer_form, where_theirs, with_its_past, withdraw_view
from milestones.views.page import page_number, pagination, render_page


@require_safe
def side_effects(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show how somebody has been: the latest check-in, the course of each side effect, and every check-in."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SIDE_EFFECTS_VIEW)
    rows = get_check_ins(patient)
    page = side_effects_page(get_timeline(patient), rows, number=page_number(request))
    context = {
        "authors": authors_of(patient, (row.entered_by for row in rows)),
        "page": page,
        "quick_form": QuickCheckInForm(initial=entry_initial(), today=today_of(patient)),
        "pagination": pagination(request, page.number, page.pages, anchor="all-check-ins"),
    }
    return render_page(request, patient, "milestones/side_effects.html", context, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def check_in(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the check-in and write it down; "quick" says the same as last time, or that nothing got in the way."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CHECK_IN_ADD)
    today = today_of(patient)
    counted = counted_check_ins(get_check_ins(patient))
    latest = counted[-1] if counted else None
    if request.method == "POST" and "quick" in request.POST:
        quick = QuickCheckInForm(request.POST, today=today)
        if quick.is_valid():
            record_check_in(patient=patient, draft=quick.to_draft(latest), by=request.user, idempotency_key=quick.key)
            messages.success(request, _("Written down."))
            return redirect("milestones:side_effects", patient_id=patient.pk)
    typed = request.POST if request.method == "POST" else take_draft(request)
    asks_mood = is_off_treatment_now(get_treatments(patient), today)
    form = CheckInForm(typed, initial=entry_initial(), today=today, asks_mood=asks_mood)
    page = FormPage(
        "milestones/check_in.html",
        "record",
        "side_effects",
        _lazy("Written down."),
        {
            "latest": describe_check_in(latest) if latest else None,
            "urgent_items": urgent_sign_words(),
            "quick_form": QuickCheckInForm(initial=entry_initial(), today=today),
        },
    )
    return answer_form(
        request,
        patient,
        form,
        page,
        lambda: record_check_in(
            patient=patient, draft=form.to_draft(latest), by=request.user, idempotency_key=form.key
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show one side effect of a check-in, and say more of it or correct it."""
    patient = get_patient_or_404(
        actor=request.user,
        patient_id=patient_id,
        needs=Permission.CHECK_IN_CORRECT,
        allows=where_theirs(request, lambda record: author_of_side_effect(get_check_ins(record), row_id)),
    )
    row = find_side_effect(get_check_ins(patient), row_id)
    if row is None:
        raise Http404
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, SIDE_EFFECTS, row)
    form = SideEffectForm(typed, initial=side_effect_initial(past.row), today=today_of(patient), row=row)
    context = {"row": row, "past": past}
    page = FormPage("milestones/side_effect_form.html", "record", "side_effects", _lazy("Saved."), context)
    return answer_form(
        request,
        patient,
        form,
        page,
        lambda: side_effect_entries.correct(
            patient=patient,
            row_id=row_id,
            version=form.drawn_version,
            columns=side_effect_columns(form.to_draft()),
            by=request.user,
        ),
    )


withdraw_check_in = withdraw_view(check_ins, needs=Permission.CHECK_IN_CORRECT, leads_to="side_effects")
withdraw_side_effect = withdraw_view(side_effect_entries, needs=Permission.CHECK_IN_CORRECT, leads_to="side_effects")
