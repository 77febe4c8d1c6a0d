"""A result beside what the laboratory's report says, for a care team; what follows from it is another page's write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.result import LabResultForm, report_initial
from milestones.interchange.draft import ResultDraft
from milestones.selectors.authors import authors_of, said_of
from milestones.selectors.checking import check_result, understood
from milestones.selectors.comparing import compare
from milestones.selectors.history import StoredResult, get_stored_result
from milestones.selectors.team_marks import checked_words
from milestones.selectors.timelines import today_of
from milestones.views.page import render_page
from milestones.views.result_forms import typed_in, unjudged


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def compare_result(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show the form for what the report says beside the result, then the two side by side."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CARE_REVIEW)
    stored = get_stored_result(patient, result_id)
    if stored is None or stored.is_withdrawn:
        raise Http404
    today = today_of(patient)
    posted = request.POST if request.method == "POST" else take_draft(request)
    if posted is None:
        initial = report_initial(stored.row.observation, version=stored.row.version)
        return _show_form(request, patient, LabResultForm(None, initial=initial, today=today), stored)
    form = LabResultForm(posted, today=today)
    if request.method != "POST" or posted.get("step") == "change":
        return _show_form(request, patient, unjudged(form, posted), stored)
    if not form.is_valid():
        return _show_form(request, patient, form, stored, status=422)
    return _show_both(request, patient, form, stored)


def _show_form(
    request: AuthenticatedHttpRequest, patient: Patient, form: LabResultForm, stored: StoredResult, status: int = 200
) -> HttpResponse:
    context = {
        **_around(patient, stored),
        "form": form,
        "recorded": understood(ResultDraft(stored.row.observation, stored.row.day_is_known)),
    }
    return render_page(request, patient, "milestones/result_compare.html", context, active="results", status=status)


def _show_both(
    request: AuthenticatedHttpRequest, patient: Patient, form: LabResultForm, stored: StoredResult
) -> HttpResponse:
    draft, viewing = form.to_draft(), patient.viewing
    lines = compare(stored.row, draft)
    context = {
        **_around(patient, stored),
        "lines": lines,
        "differing": any(line.differs for line in lines),
        "columns": (_("What"), _("In the record"), _("On the report")),
        "typed": typed_in(form),
        "check": check_result(patient, draft, replacing=stored.row.id),
        "may_correct": viewing.may(Permission.RESULT_CORRECT)
        and viewing.corrects(stored.row.entered_by, by=request.user.pk),
    }
    return render_page(request, patient, "milestones/result_compared.html", context, active="results")


def _around(patient: Patient, stored: StoredResult) -> dict[str, Any]:
    author = stored.row.entered_by
    added_by = said_of(authors_of(patient, [author]), author)
    return {"stored": stored, "added_by": added_by, "already_checked": checked_words(patient, stored)}
