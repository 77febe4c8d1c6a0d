"""Questions for a visit: written or taken from the suggestions, put in order, answered, and taken back."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.question import AnswerForm, QuestionForm, answer_initial, question_initial
from milestones.selectors.earlier import ANSWERS, QUESTIONS
from milestones.selectors.questions import PLACES, QuestionRow, get_questions, open_suggestions
from milestones.selectors.timelines import get_timeline, today_of
from milestones.selectors.visits import get_visits, last_visit, visit_of_day
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.questions import place_question
from milestones.services.questions import questions as service
from milestones.views.entries import (
    FormPage,
    answer_form,
    posted_key,
    where_theirs,
    with_its_past,
    withdraw_view,
    words_of_conflict,
)
from milestones.views.page import posted_version

_SAVED = _lazy("Your question is saved.")
_FORM, _ANSWER = "milestones/question_form.html", "milestones/question_answer.html"
_PLACES = {str(place): place for place in range(1, PLACES + 1)}


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form for a question, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.QUESTION_ADD)
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = QuestionForm(typed, initial=question_initial(None), today=today_of(patient), is_own=patient.viewing.is_own)

    def save() -> None:
        service.record(patient=patient, columns=form.columns(), by=request.user, idempotency_key=form.key)

    return answer_form(request, patient, form, FormPage(_FORM, "record", "visits", _SAVED), save)


@require_POST
@one_transaction
def pick(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Take a suggestion into the list; one that is there already stays as it is."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.QUESTION_ADD)
    offered = open_suggestions(get_timeline(patient), get_questions(patient))
    picked = next((one for one in offered if one.key == request.POST.get("suggestion")), None)
    if picked is None:
        messages.info(request, _("This question is in your list already, or is no longer suggested."))
    else:
        columns = {"words": picked.words, "suggested_by": picked.key}
        # The page has one key for all of its suggestions, so that each of them makes its own of it.
        key = uuid5(posted_key(request), picked.key)
        service.record(patient=patient, columns=columns, by=request.user, idempotency_key=key)
        messages.success(request, _("The question is in your list."))
    return redirect("milestones:visits", patient_id=patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show a question, and change its words."""
    patient = get_patient_or_404(
        actor=request.user,
        patient_id=patient_id,
        needs=Permission.QUESTION_CORRECT,
        allows=where_theirs(request, lambda record: getattr(_look_for(request, record, row_id), "entered_by", None)),
    )
    row = _find(request, patient, row_id)
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, QUESTIONS, row)
    initial = question_initial(past.row)
    form = QuestionForm(typed, initial=initial, today=today_of(patient), is_own=patient.viewing.is_own)

    def save() -> None:
        service.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns(), by=request.user
        )

    page = FormPage(_FORM, "record", "visits", _SAVED, {"row": row, "past": past})
    return answer_form(request, patient, form, page, save)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def answer(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show the form for an answer, and keep it with its day; with "take_back" the question is open again."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.ANSWER_WRITE)
    row = _find(request, patient, row_id)
    if request.method == "POST" and request.POST.get("take_back"):
        return _take_back(request, patient, row_id)
    visits, today = get_visits(patient), today_of(patient)
    typed = request.POST if request.method == "POST" else take_draft(request)
    past = with_its_past(request, patient, ANSWERS, row)
    form = AnswerForm(typed, initial=answer_initial(past.row, last_visit(visits, today), today), today=today)

    def save() -> None:
        on = form.cleaned_data["answered_on"]
        service.answer(
            patient=patient,
            row_id=row_id,
            version=form.drawn_version,
            answer=form.cleaned_data["answer"],
            answered_on=on,
            visit_id=visit_of_day(visits, on),
            by=request.user,
        )

    page = FormPage(_ANSWER, "record", "visits", _lazy("The answer is kept."), {"row": row, "past": past})
    return answer_form(request, patient, form, page, save)


@require_POST
@one_transaction
def rank(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Give a question a place among the top three, or take it out of them."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.QUESTION_CHOOSE)
    place = _PLACES.get(request.POST.get("rank", ""))
    version = posted_version(request)
    try:
        left = place_question(patient=patient, row_id=row_id, version=version, place=place, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError as conflict:
        messages.warning(request, words_of_conflict(conflict))
    else:
        said = _("Your top three are saved.")
        if left is not None:
            said = _("Your top three are saved. This one is now among the others: %(words)s") % {"words": left.words}
        messages.success(request, said)
    return redirect("milestones:visits", patient_id=patient.pk)


def _find(request: AuthenticatedHttpRequest, patient: Patient, row_id: UUID) -> QuestionRow:
    row = _look_for(request, patient, row_id)
    if row is None:
        raise Http404
    return row


def _look_for(request: AuthenticatedHttpRequest, patient: Patient, row_id: UUID) -> QuestionRow | None:
    """Return a question; one that was a mistake only to a form that was open before, which is told so."""
    row = next((one for one in get_questions(patient) if one.id == row_id), None)
    return row if row is not None and (row.counts or request.method == "POST") else None


def _take_back(request: AuthenticatedHttpRequest, patient: Patient, row_id: UUID) -> HttpResponse:
    version = posted_version(request)
    try:
        service.answer(
            patient=patient, row_id=row_id, version=version, answer="", answered_on=None, visit_id=None, by=request.user
        )
    except VersionConflictError as conflict:
        messages.warning(request, words_of_conflict(conflict))
    else:
        messages.success(request, _("The question is open again."))
    return redirect("milestones:visits", patient_id=patient.pk)


withdraw = withdraw_view(service, needs=Permission.QUESTION_CORRECT, leads_to="visits")
