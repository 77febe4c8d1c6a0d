"""The results page, its chart's figure, its file, and the page of one result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from accounts.selectors.teams import is_colleague
from milestones.charts.plotly import figure_json
from milestones.charts.table import TableColumns
from milestones.clinical.calendar import add_months
from milestones.clinical.course import CourseEntry
from milestones.explanations.phrases import long_date
from milestones.interchange.csv_results import write_results
from milestones.interchange.xlsx_results import MEDIA_TYPE, results_workbook
from milestones.reports.chart_file import embedded, plotly, script, style
from milestones.selectors.authors import authors_of, said_of
from milestones.selectors.covered import describe_covered
from milestones.selectors.history import StoredResult, get_stored_result
from milestones.selectors.parts import chart_part
from milestones.selectors.pictures import chart_of
from milestones.selectors.result import report_facts, result_page
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.results import ResultFilter, results_page, rows_for_export
from milestones.selectors.team_marks import checked_words, seen_words
from milestones.selectors.timelines import Timeline, get_timeline
from milestones.views.page import page_number, pagination, render_page

_PERIODS = {"1": 12, "2": 24, "5": 60}
# A chart of longer than this is no person's.
_FIRST_YEAR, _LAST_YEAR = 1980, 2200


@require_safe
def results(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show steps, chart and table of the results that the filter accepts."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    timeline = get_timeline(patient)
    context = results_context(request, timeline, authors_of(patient, (row.entered_by for row in timeline.rows)))
    return render_page(request, patient, "milestones/results.html", context, active="results")


def results_context(
    request: HttpRequest, timeline: Timeline, authors: Mapping[UUID, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return what the results page needs, as the filter in the address asks."""
    chosen = filter_of(request, timeline.today)
    columns = TableColumns(_("Blood taken"), _("Result"), _("Level"), _("What it says"))
    page = results_page(timeline, chosen, columns, number=page_number(request), authors=authors)
    return {
        "page": page,
        "pagination": pagination(request, page.number, page.pages, anchor="all-results"),
        "periods": (("", _("All")), ("1", _("Last year")), ("2", _("Last 2 years")), ("5", _("Last 5 years"))),
        "period": request.GET.get("period", ""),
        "laboratories": [("", _("All")), *((name, name) for name in page.laboratories)],
        "laboratory": chosen.laboratory,
        "query": request.GET.urlencode(),
    }


@require_safe
def figure(request: AuthenticatedHttpRequest, patient_id: UUID) -> JsonResponse:
    """Return the same chart as a figure for the browser to draw."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    return figure_answer(request, get_timeline(patient))


def figure_answer(request: HttpRequest, timeline: Timeline) -> JsonResponse:
    """Return a record's chart as a figure: the results, the part of the time and the scale that the address names."""
    shown = _shown(timeline, filter_of(request, timeline.today))
    chart = chart_of(timeline, shown, window=_window_of(request), is_linear=request.GET.get("scale") == "even")
    return JsonResponse(figure_json(chart))


def _window_of(request: HttpRequest) -> tuple[date, date] | None:
    """Return the part of the time that the address names; everything where it names none that is right."""
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return (first, last) if first.year >= _FIRST_YEAR and first < last and last.year <= _LAST_YEAR else None


@require_safe
def results_csv(request: AuthenticatedHttpRequest, patient_id: UUID) -> StreamingHttpResponse:
    """Return the results that the filter accepts as a file; its name says nothing."""
    timeline, entries = _to_export(request, patient_id)
    lines = write_results(entries, timeline.rule_set.short_name)
    disposition = 'attachment; filename="results.csv"'
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_safe
def chart_file(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Return the interactive chart as one file that needs no network; its name says nothing."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_EXPORT)
    timeline = get_timeline(patient)
    shown = _shown(timeline, filter_of(request, timeline.today))
    spec = chart_of(timeline, shown)
    page = results_context(request, timeline)["page"]
    context = {
        "name": patient.display_name,
        "day": long_date(timeline.today),
        "chart": chart_part(spec),
        "figure": embedded(figure_json(spec)),
        "columns": page.columns,
        "rows": page.rows,
        "style": style(),
        "script": script(),
        "plotly": plotly(),
    }
    if context["chart"] is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="chart.html"'}
    return HttpResponse(render_to_string("reports/chart.html", context), headers=headers)


@require_safe
def results_xlsx(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Return the same results as a workbook."""
    timeline, entries = _to_export(request, patient_id)
    content = results_workbook(entries, timeline.rule_set.short_name)
    disposition = 'attachment; filename="results.xlsx"'
    return HttpResponse(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _to_export(request: AuthenticatedHttpRequest, patient_id: UUID) -> tuple[Timeline, list[tuple[CourseEntry, bool]]]:
    """Return the record and the results of it that the filter accepts, each with whether its day is known."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_EXPORT)
    timeline = get_timeline(patient)
    chosen = filter_of(request, timeline.today)
    rows = rows_for_export(timeline)
    return timeline, [(entry, row.day_is_known) for row, entry in rows if chosen.accepts(entry)]


@require_safe
def result(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show one result in its four parts; one that was entered in error only as what it was."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    stored = get_stored_result(patient, result_id)
    if stored is None:
        raise Http404
    timeline = get_timeline(patient)
    covered = next((row for row in timeline.covered if row.id == result_id), None)
    if covered is not None:
        context: dict[str, Any] = {"covered": [describe_covered(covered, timeline)]}
        return render_page(request, patient, "milestones/result_covered.html", context, active="results")
    may_correct = _may_correct(request, patient, stored.row)
    if stored.is_withdrawn:
        context = {"stored": stored, "facts": report_facts(stored.row), "may_correct": may_correct}
        return render_page(request, patient, "milestones/result_withdrawn.html", context, active="results")
    found = timeline.entry_of(result_id)
    if found is None:  # withdrawn, or covered, between the two reads
        raise Http404
    context = {**_result_context(patient, stored, timeline, found[0]), "saved": "saved" in request.GET}
    context["may_correct"] = may_correct
    context["checked_by_us"] = stored.checked_by is not None and is_colleague(request.user, stored.checked_by)
    return render_page(request, patient, "milestones/result.html", context, active="results")


def _result_context(patient: Patient, stored: StoredResult, timeline: Timeline, index: int) -> dict[str, Any]:
    return {
        "page": result_page(timeline, index),
        "versions": stored.versions,
        "row": stored.row,
        "added_by": said_of(authors_of(patient, [stored.row.entered_by]), stored.row.entered_by),
        "checked": checked_words(patient, stored),
        "seen": seen_words(patient, stored),
        "held_until": stored.row.held_until if patient.viewing.role.is_team else None,
    }


def _may_correct(request: AuthenticatedHttpRequest, patient: Patient, row: ResultRow) -> bool:
    """Whether this person may correct this result: the owner any, a carer what they added."""
    viewing = patient.viewing
    return viewing.may(Permission.RESULT_CORRECT) and viewing.corrects(row.entered_by, by=request.user.pk)


def filter_of(request: HttpRequest, today: date) -> ResultFilter:
    """Return the filter that the address names; what it does not know, it leaves out."""
    months = _PERIODS.get(request.GET.get("period", ""))
    laboratory = request.GET.get("laboratory") or None
    return ResultFilter(add_months(today, -months) if months else None, laboratory)


def _shown(timeline: Timeline, chosen: ResultFilter) -> list[int]:
    return [index for index, entry in enumerate(timeline.course.entries) if chosen.accepts(entry)]
