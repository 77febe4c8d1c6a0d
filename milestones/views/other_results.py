"""Blood counts, chromosomes and mutations: the page of all, adding, changing, taking back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.clinical.counts import Analyte
from milestones.forms.other_result import (
    ChromosomesForm,
    CountsForm,
    MutationForm,
    OtherResultForm,
    counts_initial,
    other_result_initial,
)
from milestones.selectors.authors import authors_of
from milestones.selectors.earlier import OTHER_RESULTS
from milestones.selectors.other_results import (
    COUNTS,
    OtherResultRow,
    find_other_result,
    get_other_results,
    other_results_page,
    questions_about_counts,
    units_used_last,
)
from milestones.selectors.timelines import today_of
from milestones.services.entries import other_results as entries
from milestones.services.other_results import record_counts
from milestones.views.entries import FormPage, answer_form, where_theirs, with_its_past, withdraw_view
from milestones.views.page import render_page
from milestones.views.paging import page_number, pagination_of

_FORM = "milestones/other_result_form.html"
_KIND_OF = {Analyte.PH_METAPHASES: "chromosomes", Analyte.MUTATION: "mutation"}
_KINDS = ("counts", "chromosomes", "mutation")


@require_safe
def other_results(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the small charts, what the tests say, and the table."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    page = other_results_page(patient, number=page_number(request))
    context = {
        "page": page,
        "authors": authors_of(patient, (row.entered_by for row in page.rows)),
        "pagination": pagination_of(page.number, page.pages, anchor="all-other"),
    }
    return render_page(request, patient, "milestones/other_results.html", context, active="record")


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add(request: AuthenticatedHttpRequest, patient_id: UUID, what: str) -> HttpResponse:
    """Show the form for the counts of one report, a chromosome test or a mutation test, and record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_ADD)
    if what not in _KINDS:
        raise Http404
    rows = get_other_results(patient)
    form = _form(request, patient, what, COUNTS, _initial(rows))

    def save() -> None:
        if isinstance(form, CountsForm):
            record_counts(patient=patient, counts=form.rows, by=request.user, idempotency_key=form.key)
        else:
            entries.record(patient=patient, columns=form.columns, by=request.user, idempotency_key=form.key)

    return _answer(request, patient, form, {"what": what, "row": None}, rows, save)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, row_id: UUID) -> HttpResponse:
    """Show one value, and correct it."""
    patient = get_patient_or_404(
        actor=request.user,
        patient_id=patient_id,
        needs=Permission.RESULT_CORRECT,
        allows=where_theirs(request, lambda record: getattr(find_other_result(record, row_id), "entered_by", None)),
    )
    row = find_other_result(patient, row_id)
    if row is None:
        raise Http404
    what = _KIND_OF.get(row.analyte, "counts")
    past = with_its_past(request, patient, OTHER_RESULTS, row)
    form = _form(request, patient, what, (row.analyte,), other_result_initial(past.row))

    def save() -> None:
        entries.correct(
            patient=patient, row_id=row_id, version=form.drawn_version, columns=form.columns, by=request.user
        )

    return _answer(request, patient, form, {"what": what, "row": row, "past": past}, get_other_results(patient), save)


withdraw = withdraw_view(entries, needs=Permission.RESULT_CORRECT, leads_to="other_results")


def _initial(rows: Sequence[OtherResultRow]) -> dict[str, Any]:
    return counts_initial(units_used_last(rows), rows[-1].laboratory if rows else "")


def _form(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    what: str,
    analytes: Sequence[Analyte],
    initial: dict[str, Any],
) -> OtherResultForm:
    typed = request.POST if request.method == "POST" else take_draft(request)
    if what == "counts":
        return CountsForm(typed, initial=initial, today=today_of(patient), analytes=analytes)
    kind = ChromosomesForm if what == "chromosomes" else MutationForm
    return kind(typed, initial=initial, today=today_of(patient))


def _answer(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    form: OtherResultForm,
    context: dict[str, Any],
    rows: Sequence[OtherResultRow],
    save: Callable[[], None],
) -> HttpResponse:
    """Ask about what is hard to believe, then save as every form does."""
    if request.method == "POST" and form.is_valid():
        row = context["row"]
        asked = questions_about_counts(rows, form.counts, replacing=row.id if row else None)
        if asked is not None and not form.confirms(asked.name):
            context = {"form": form, "asked": asked, **context}
            return render_page(request, patient, _FORM, context, active="record")
    page = FormPage(_FORM, "record", "other_results", _("Your results are saved."), context)
    return answer_form(request, patient, form, page, save)
