"""A visit, as the team writes it down: answers, the plan, the next test, each saved by itself on one page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import RecordForbiddenError, get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission, Role
from milestones.forms.care_visit import ANSWER, PLAN, TEST, VisitSheet
from milestones.selectors.care.visit import get_visit_view
from milestones.selectors.life import LifePlaces
from milestones.services import entries
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.planned_tests import write_planned_day
from milestones.services.questions import questions
from milestones.views.page import links_of, render_page

_SAID = {
    PLAN: _("The plan is saved. The patient reads it under visits."),
    TEST: _("The next test is booked."),
    ANSWER: _("The answer is saved. The patient reads it under visits."),
}
#: The levels of a team that can do less than all of the page, by the names that the patient chose from.
_LESS = {Role.TEAM_VIEW: _("Look"), Role.TEAM_ADD: _("Add")}
_NEEDS = {PLAN: Permission.VISIT_CHANGE, TEST: Permission.NEXT_TEST_CHANGE, ANSWER: Permission.ANSWER_WRITE}


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def visit(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what a team needs at a visit, and save the part whose button was used."""
    part = request.POST.get("part", "")
    patient = _open(request, patient_id, part)
    if request.method != "POST":
        return _page(request, patient, _sheet(patient, take_draft(request)))
    sheet = _sheet(patient, request.POST, part=part)
    if sheet.form is None:
        raise Http404
    if not sheet.form.is_valid():
        return _page(request, patient, sheet, status=422)
    try:
        _save(request, patient, sheet)
    except VersionConflictError:
        return _page(request, patient, sheet, status=409)
    except NotInRecordError as error:
        raise Http404 from error
    messages.success(request, str(_SAID[_kind(part)]))
    return _after(request, patient, sheet)


def _open(request: AuthenticatedHttpRequest, patient_id: UUID, part: str) -> Patient:
    """Return the record to a team, for what it came for."""
    needs = _NEEDS.get(_kind(part), Permission.CARE_VIEW) if request.method == "POST" else Permission.CARE_VIEW
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=needs)
    if not patient.viewing.may(Permission.CARE_VIEW):
        raise RecordForbiddenError(actor=request.user, key=patient.pk, needs=Permission.CARE_VIEW)
    return patient


def _kind(part: str) -> str:
    return ANSWER if part.startswith(ANSWER) else part


def _sheet(patient: Patient, typed: Any, *, part: str = "") -> VisitSheet:
    links = links_of(patient)
    places = LifePlaces(links.treatment, links.side_effects, links.home, links.visits, links.other_results)
    return VisitSheet(get_visit_view(patient, places), patient.viewing, typed, part=part)


def _save(request: AuthenticatedHttpRequest, patient: Patient, sheet: VisitSheet) -> None:
    if sheet.part == TEST:
        day: dict[str, date | None] = {"booked_on": sheet.form.cleaned_data["on"]}
        version, key = sheet.form.cleaned_data["version"], sheet.form.cleaned_data["idempotency_key"]
        planned = sheet.view.planned
        write_planned_day(
            patient=patient, planned=planned, day=day, version=version, by=request.user, idempotency_key=key
        )
    elif sheet.part == PLAN:
        _save_plan(request, patient, sheet)
    else:
        questions.answer(
            patient=patient,
            row_id=UUID(sheet.part.removeprefix(ANSWER)),
            version=sheet.form.drawn_version,
            answer=sheet.form.cleaned_data["answer"],
            answered_on=sheet.view.today,
            visit_id=sheet.view.visit_id,
            by=request.user,
        )


def _save_plan(request: AuthenticatedHttpRequest, patient: Patient, sheet: VisitSheet) -> None:
    """Keep the plan as what was said at the visit of today, which may be written down only now."""
    notes, todays = sheet.form.cleaned_data["notes"], sheet.view.todays
    if todays is None:
        columns = {"visit_on": sheet.view.today, "notes": notes}
        entries.visits.record(patient=patient, columns=columns, by=request.user, idempotency_key=sheet.form.key)
        return
    version = sheet.form.drawn_version
    if not version and todays.notes == notes:
        return  # a second click on the same button
    # A page that knew of no visit has no version: it writes over none that somebody else made meanwhile.
    columns = {"notes": notes}
    entries.visits.correct(patient=patient, row_id=todays.id, version=version, columns=columns, by=request.user)


def _after(request: AuthenticatedHttpRequest, patient: Patient, sheet: VisitSheet) -> HttpResponse:
    """Go back to the page; where something else was typed and not saved, show it with that still in its place."""
    if not sheet.has_unsaved(sheet.part):
        return redirect("milestones:care_visit", patient_id=patient.pk)
    typed = {name: value for name, value in request.POST.items() if not name.startswith(f"{sheet.part}-")}
    return _page(request, patient, _sheet(patient, typed))


def _page(request: AuthenticatedHttpRequest, patient: Patient, sheet: VisitSheet, *, status: int = 200) -> HttpResponse:
    context = {
        "sheet": sheet,
        "view": sheet.view,
        "form": sheet.form,
        "conflict": status == 409,
        "level": _LESS.get(patient.viewing.role, ""),
        "shares_visits": patient.viewing.may(Permission.VISITS_VIEW),
    }
    return render_page(request, patient, "milestones/care_visit.html", context, active="care", status=status)
