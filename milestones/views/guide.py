"""The discussion guide, and for a team the visit sheet: choosing what is on it, the page that prints, and the PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.guide import GuideForm
from milestones.reports.pdf import PdfUnavailableError, make_pdf
from milestones.reports.static_text import read_static
from milestones.selectors.guide import get_guide
from milestones.views.page import render_page

_TEMPLATE = "reports/guide.html"


@require_safe
def guide(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Let somebody choose what is on it."""
    patient = _open(request, patient_id)
    form = GuideForm(request.GET, patient=patient)
    context = {"form": form, "print_url": _address(patient, "guide_print"), "pdf_url": _address(patient, "guide_pdf")}
    is_wrong = form.is_bound and not form.is_valid()
    return render_page(
        request, patient, "milestones/guide.html", context, active="record", status=422 if is_wrong else 200
    )


@require_safe
def guide_print(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the page that prints: what is seen here is what is on the paper."""
    patient = _open(request, patient_id)
    page = _page(request, patient, is_pdf=False)
    return HttpResponse(page) if page is not None else _choose_again(request, patient)


@require_safe
def guide_pdf(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Return the same page as a PDF; its name says nothing. Where none can be made, the page itself says so."""
    patient = _open(request, patient_id)
    page = _page(request, patient, is_pdf=True)
    if page is None:
        return _choose_again(request, patient)
    try:
        pdf = make_pdf(page)
    except PdfUnavailableError:
        return HttpResponse(_page(request, patient, is_pdf=False, no_pdf=True), status=503)
    headers = {"Content-Disposition": 'attachment; filename="guide.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _open(request: AuthenticatedHttpRequest, patient_id: UUID) -> Patient:
    return get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)


def _page(request: HttpRequest, patient: Patient, *, is_pdf: bool, no_pdf: bool = False) -> str | None:
    chosen = GuideForm(request.GET, patient=patient).choice()
    if chosen is None:
        return None
    sections, paper = chosen
    context = {
        "guide": get_guide(
            patient, sections, chart_style=read_static("css/guide-chart.css").decode() if is_pdf else ""
        ),
        "paper": paper,
        "is_partial": not patient.viewing.is_own and patient.viewing.is_partial,
        "title": _("Discussion guide") if patient.viewing.is_own else _("Visit sheet"),
        "is_pdf": is_pdf,
        "no_pdf": no_pdf,
        "back_url": _with_query(request, _address(patient, "guide")),
        "pdf_url": _with_query(request, _address(patient, "guide_pdf")),
    }
    return render_to_string(_TEMPLATE, context, request)


def _choose_again(request: HttpRequest, patient: Patient) -> HttpResponse:
    return redirect(_with_query(request, _address(patient, "guide")))


def _address(patient: Patient, name: str) -> str:
    return reverse(f"milestones:{name}", kwargs={"patient_id": patient.pk})


def _with_query(request: HttpRequest, address: str) -> str:
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address
