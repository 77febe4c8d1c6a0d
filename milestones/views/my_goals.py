"""A person's own goals: the page, adding, changing, saying where one stands, and taking back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.personal_goal import PersonalGoalForm, personal_goal_initial
from milestones.selectors.earlier import GOALS
from milestones.selectors.my_goals import KINDS, STATES, get_goals, kind_of, my_goals_page
from milestones.selectors.timelines import get_timeline, today_of
from milestones.services.entries import personal_goals
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.personal_goals import set_goal_state
from milestones.views.entries import FormPage, answer_form, with_its_past, withdraw_view, words_of_conflict
from milestones.views.page import posted_version, render_page

_SAVED = _lazy("Your goal is saved.")
_FORM = "milestones/my_goal_form.html"


@require_safe
def my_goals(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the first year by itself, what matters most, and the goals with the team."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.VISITS_VIEW)
    page = my_goals_page(get_timeline(patient), get_goals(patient))
    return render_page(request, patient, "milestones/my_goals.html", {"page": page}, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Show the form for a goal of one kind, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.GOAL_CHANGE)
    if kind not in KINDS:
        raise Http404
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = PersonalGoalForm(
        typed,
        initial=personal_goal_initial(None),
        kind=KINDS[kind],
        today=today_of(patient),
        is_own=patient.viewing.is_own,
    )

    def save() -> None:
        personal_goals.record(patient=patient, columns=form.columns(), by=request.user, idempotency_key=form.key)

    return answer_form(request, patient, form, FormPage(_FORM, "record", "my_goals", _SAVED), save)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show a goal, and change it; what it is about stays."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.GOAL_CHANGE)
    row = next((one for one in get_goals(patient) if one.id == row_id), None)
    if row is None or not (row.counts or request.method == "POST"):
        raise Http404
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, GOALS, row)
    form = PersonalGoalForm(
        typed,
        initial=personal_goal_initial(past.row),
        kind=kind_of(row),
        planned_on=(row.by_on, past.row.by_on),
        today=today_of(patient),
        is_own=patient.viewing.is_own,
    )

    def save() -> None:
        personal_goals.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns(), by=request.user
        )

    page = FormPage(_FORM, "record", "my_goals", _SAVED, {"row": row, "past": past})
    return answer_form(request, patient, form, page, save)


@require_POST
@one_transaction
def state(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Say where a goal stands: on the way, reached, or set aside."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.GOAL_CHANGE)
    to = STATES.get(request.POST.get("state", ""))
    if to is None:
        raise Http404
    today, version = today_of(patient), posted_version(request)
    try:
        set_goal_state(patient=patient, row_id=row_id, version=version, state=to, on=today, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError as conflict:
        messages.warning(request, words_of_conflict(conflict))
    else:
        messages.success(request, _SAVED)
    return redirect("milestones:my_goals", patient_id=patient.pk)


withdraw = withdraw_view(personal_goals, needs=Permission.GOAL_CHANGE, leads_to="my_goals")
