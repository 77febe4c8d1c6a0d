"""Bringing in results from a file: choosing it, its columns, the preview, and what was brought in."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.imports import ColumnsForm, ImportFileForm, SeenForm, tick
from milestones.interchange.columns import cells_of_template
from milestones.interchange.csv_cells import csv_line
from milestones.interchange.table_rows import open_questions
from milestones.interchange.xlsx_results import MEDIA_TYPE, template_workbook
from milestones.selectors.authors import authors_of
from milestones.selectors.import_fhir import earlier_results, rows_of_fhir
from milestones.selectors.import_rows import Judged, digest_of, judge_rows, rows_to_take
from milestones.selectors.imports import (
    SHOWN,
    HeldFile,
    Preview,
    PreviewRow,
    ReadTable,
    get_batch,
    get_batches,
    get_held,
    get_held_file,
    preview,
    read_held_table,
    rows_of,
    stored_choices,
    summary_in_words,
)
from milestones.selectors.timelines import get_timeline
from milestones.services.errors import NotInRecordError
from milestones.services.imports import (
    Change,
    apply_import,
    choose_for_import,
    confirmed,
    drop_import,
    hold_fhir,
    hold_table,
    may_undo,
    undo_import,
)
from milestones.views.page import page_number, pagination, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def imports(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask for a file; one that is a table waits from then on, until it is confirmed."""
    patient = _open(request, patient_id)
    form = ImportFileForm(request.POST, request.FILES) if request.method == "POST" else ImportFileForm()
    if form.is_valid():
        hold = hold_fhir if form.is_fhir else hold_table
        held_id = hold(patient=patient, content=form.content, by=request.user)
        return redirect("milestones:import_preview", patient_id=patient.pk, held_id=held_id)
    batches = get_batches(patient, ZoneInfo(patient.time_zone))
    authors = authors_of(patient, (one.entered_by for one in batches))
    context = {"form": form, "batches": batches, "authors": authors}
    status = 422 if form.is_bound else 200
    return render_page(request, patient, "milestones/imports.html", context, active="record", status=status)


@require_safe
def template(request: AuthenticatedHttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Return a table to fill in."""
    _open(request, patient_id)
    disposition = {"Content-Disposition": f'attachment; filename="template.{kind}"'}
    if kind == "xlsx":
        return HttpResponse(template_workbook(), content_type=MEDIA_TYPE, headers=disposition)
    if kind != "csv":
        raise Http404
    lines = "".join(csv_line(cells) for cells in cells_of_template())
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def columns(request: AuthenticatedHttpRequest, patient_id: UUID, held_id: UUID) -> HttpResponse:
    """Show how the columns are read, and let somebody say it otherwise."""
    patient = _open(request, patient_id)
    read = read_held_table(_held(request, patient, held_id))
    form = ColumnsForm(request.POST if request.method == "POST" else None, read=read)
    if form.is_valid():
        choices = {**stored_choices(form.chosen), "take": []}
        choose_for_import(patient=patient, held_id=held_id, choices=choices, by=request.user)
        chosen = ReadTable(read.table, form.chosen, open_questions(read.table, form.chosen))
        name = "import_preview" if chosen.is_complete else "import_columns"
        return redirect(f"milestones:{name}", patient_id=patient.pk, held_id=held_id)
    context = {"form": form, "held_id": held_id, "rows": len(read.table.rows)}
    status = 422 if form.is_bound else 200
    return render_page(request, patient, "milestones/import_columns.html", context, active="record", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def import_preview(request: AuthenticatedHttpRequest, patient_id: UUID, held_id: UUID) -> HttpResponse:
    """Show every row as it was understood, and bring in what was shown."""
    patient = _open(request, patient_id)
    held = get_held_file(patient, held_id, request.user)
    if held is None:
        return _gone(request, patient, held_id)
    read = None if held.is_fhir else read_held_table(held)
    if read is not None and not read.is_complete:
        return redirect("milestones:import_columns", patient_id=patient.pk, held_id=held_id)
    if request.method != "POST":
        return _show_preview(request, patient, held, read, held.ticked)
    listed, ticks = set(request.POST.getlist("listed")), set(request.POST.getlist("take"))
    ticked = (held.ticked - listed) | (ticks & listed)
    if ticked != held.ticked:
        choose_for_import(patient=patient, held_id=held_id, choices={"take": sorted(ticked)}, by=request.user)
    if request.POST.get("step") != "apply":
        address = reverse("milestones:import_preview", kwargs={"patient_id": patient.pk, "held_id": held_id})
        return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}#rows")
    return _show_preview(request, patient, held, read, frozenset(ticked))


def _show_preview(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    held: HeldFile,
    read: ReadTable | None,
    ticked: frozenset[str],
) -> HttpResponse:
    """Bring the rows in where exactly these were shown, and what is asked was looked at; else show them."""
    timeline = get_timeline(patient)
    found, warnings = (rows_of(read, timeline.today), ()) if read else rows_of_fhir(held, patient)
    judged = judge_rows(found, timeline, earlier_results(patient, found, timeline))
    taken = rows_to_take(judged, ticked)
    asks, is_last_step = any(one.asked for one in taken), request.POST.get("step") == "apply"
    was_shown = request.POST.get("shown") == digest_of(taken)
    if is_last_step and taken and was_shown and (request.POST.get("seen") or not asks):
        return _bring_in(request, patient, held, taken, left_out=len(judged) - len(taken))
    show = request.GET.get("show", "")
    page = preview(
        judged,
        ticked,
        show=show if show in SHOWN else SHOWN[0],
        number=page_number(request),
        diagnosed_on=timeline.profile.diagnosed_on,
    )
    context = {
        **_preview_context(page, read),
        "held_id": held.id,
        "is_table": read is not None,
        "warnings": warnings,
        "pagination": pagination(request, page.number, page.pages, anchor="rows"),
        "is_changed": is_last_step and not was_shown,
        "form": SeenForm(request.POST if is_last_step and was_shown and asks else None),
    }
    status = 422 if is_last_step else 200
    return render_page(request, patient, "milestones/import_preview.html", context, active="record", status=status)


def _bring_in(
    request: AuthenticatedHttpRequest, patient: Patient, held: HeldFile, taken: list[Judged], *, left_out: int
) -> HttpResponse:
    new = [one for one in taken if not one.is_change]
    batch = apply_import(
        patient=patient,
        held_id=held.id,
        rows=[confirmed(one.row, [question.value for question, _other in one.asked]) for one in new],
        changes=[Change(one.earlier.id, one.earlier.version, one.row) for one in taken if one.earlier],
        left_out=left_out,
        by=request.user,
    )
    return redirect("milestones:import_batch", patient_id=patient.pk, batch_id=batch.pk)


def _preview_context(page: Preview, read: ReadTable | None) -> dict[str, Any]:
    return {
        "page": page,
        "rows": [(row, _box_of(row)) for row in page.rows],
        "facts": summary_in_words(page, read),
        "tabs": _tabs(page),
    }


def _box_of(row: PreviewRow) -> BoundField:
    label = _("Row %(place)s is another test: bring it in") % {"place": row.place}
    return tick("take", row.place, label, is_ticked=row.is_ticked)


def _tabs(page: Preview) -> list[dict[str, Any]]:
    """Return the ways to see a part of the rows, each with how many there are."""
    kinds = (
        ("all", _("All rows"), page.total),
        ("problems", _("Problems"), page.problems),
        ("repeats", _("Seem to be there twice"), page.repeats),
        ("questions", _("To look at"), page.questions),
    )
    return [
        {"href": f"?show={name}#rows", "label": f"{label} ({count})", "active": name == page.show}
        for name, label, count in kinds
        if count or name == "all"
    ]


def _gone(request: AuthenticatedHttpRequest, patient: Patient, held_id: UUID) -> HttpResponse:
    """Answer a second confirmation like the first; a file that is not there is not there."""
    if request.method == "POST":
        try:
            batch = apply_import(patient=patient, held_id=held_id, rows=(), by=request.user)
        except NotInRecordError as error:
            raise Http404 from error
        return redirect("milestones:import_batch", patient_id=patient.pk, batch_id=batch.pk)
    raise Http404


@require_POST
@one_transaction
def cancel(request: AuthenticatedHttpRequest, patient_id: UUID, held_id: UUID) -> HttpResponse:
    """Delete a file that waits."""
    patient = _open(request, patient_id)
    try:
        drop_import(patient=patient, held_id=held_id, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    messages.success(request, _("What you chose or pasted is deleted."))
    return redirect("milestones:imports", patient_id=patient.pk)


@require_safe
def batch(request: AuthenticatedHttpRequest, patient_id: UUID, batch_id: UUID) -> HttpResponse:
    """Show what was brought in at one time, and the way to take it back."""
    patient = _open(request, patient_id)
    found = get_batch(patient, batch_id, get_timeline(patient), number=page_number(request))
    if found is None:
        raise Http404
    context = {
        "batch": found,
        "may_undo": found.can_be_undone and may_undo(patient, found.entered_by, request.user),
        "added_by": authors_of(patient, [found.entered_by]),
        "pagination": pagination(request, found.number, found.pages, anchor="rows"),
    }
    return render_page(request, patient, "milestones/import_batch.html", context, active="record")


@require_POST
@one_transaction
def undo(request: AuthenticatedHttpRequest, patient_id: UUID, batch_id: UUID) -> HttpResponse:
    """Take an import back: its results count no more, but those that were changed since."""
    patient = _open(request, patient_id)
    try:
        done = undo_import(patient=patient, batch_id=batch_id, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    said = ngettext(
        "%(count)s row is marked as entered by mistake.",
        "%(count)s rows are marked as entered by mistake.",
        done.taken_back,
    ) % {"count": done.taken_back}
    if done.left:
        said += " " + ngettext(
            "%(count)s was changed since, and stays.", "%(count)s were changed since, and stay.", done.left
        ) % {"count": done.left}
    messages.success(request, said)
    return redirect("milestones:import_batch", patient_id=patient.pk, batch_id=batch_id)


def _open(request: AuthenticatedHttpRequest, patient_id: UUID) -> Patient:
    return get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_ADD)


def _held(request: AuthenticatedHttpRequest, patient: Patient, held_id: UUID) -> HeldFile:
    held = get_held(patient, held_id, request.user)
    if held is None:
        raise Http404
    return held
