"""Adding and correcting a result: the form, the check page, and the one write."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from milestones.forms.result import LabResultForm, TeamResultForm, next_result_initial, result_initial
from milestones.selectors.checking import check_result, questions_confirmed
from milestones.selectors.history import ResultVersion, StoredResult, get_last_typed, get_stored_result
from milestones.selectors.timelines import get_profile, is_covered, today_of
from milestones.services.errors import CheckedByOthersError, NotInRecordError, VersionConflictError
from milestones.services.results import (
    check_result as write_check,
)
from milestones.services.results import (
    correct_result,
    open_result,
    record_result,
    restore_result,
    withdraw_result,
)
from milestones.views.entries import where_theirs
from milestones.views.page import posted_version, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def add_result(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the form, then what was understood, then record it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_ADD)
    return _answer(request, patient, None)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def edit_result(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show the form with a result, or one of its earlier versions, then what was understood, then correct it."""

    def author_of(record: Patient) -> UUID | None:
        stored = _correctable(record, result_id)
        return stored.row.entered_by if stored else None

    patient = get_patient_or_404(
        actor=request.user,
        patient_id=patient_id,
        needs=Permission.RESULT_CORRECT,
        allows=where_theirs(request, author_of),
    )
    stored = _correctable(patient, result_id)
    if stored is None:
        raise Http404
    return _answer(request, patient, stored)


def _correctable(patient: Patient, result_id: UUID) -> StoredResult | None:
    """Return a result that counts and that this person sees, or None."""
    stored = get_stored_result(patient, result_id)
    if stored is None or stored.is_withdrawn:
        return None
    sees_all = patient.viewing.role.is_team or not stored.row.is_from_team
    is_hidden = not sees_all and is_covered(stored.row, get_profile(patient), today_of(patient))
    return None if is_hidden else stored


@require_POST
@one_transaction
def withdraw(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Mark a result as entered by mistake, or take that back."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RESULT_CORRECT)
    change = restore_result if request.POST.get("undo") else withdraw_result
    try:
        change(patient=patient, result_id=result_id, version=posted_version(request), by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        messages.warning(request, _("This result was changed in the meantime. Nothing was done; look again."))
    else:
        done = _("The result counts again.") if request.POST.get("undo") else _("Marked as entered by mistake.")
        messages.success(request, done)
    return redirect("milestones:result", patient_id=patient.pk, result_id=result_id)


@require_POST
@one_transaction
def check(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Write down that a result says what the laboratory's report says, or with "undo" take that back."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CARE_REVIEW)
    is_right, version = not request.POST.get("undo"), posted_version(request)
    try:
        write_check(patient=patient, result_id=result_id, version=version, is_right=is_right, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        messages.warning(request, _("This result was changed in the meantime. Nothing was done; look again."))
    except CheckedByOthersError:
        messages.info(request, _("Another team has checked this result already. Their mark stands."))
    else:
        messages.success(request, _("Checked. The patient can see that.") if is_right else _("Taken back."))
    return redirect("milestones:result", patient_id=patient.pk, result_id=result_id)


@require_POST
@one_transaction
def show(request: AuthenticatedHttpRequest, patient_id: UUID, result_id: UUID) -> HttpResponse:
    """Show a result of the team to the person, who has asked for it now."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SETTINGS_CHANGE)
    try:
        open_result(patient=patient, result_id=result_id, by=request.user)
    except NotInRecordError as error:
        raise Http404 from error
    return redirect("milestones:result", patient_id=patient.pk, result_id=result_id)


def _answer(request: AuthenticatedHttpRequest, patient: Patient, stored: StoredResult | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else take_draft(request)
    if posted is None:
        earlier = stored.version_to_use(request.GET.get("as", "")) if stored else None
        return _show_form(request, patient, _form(patient, stored, earlier=earlier), stored, earlier=earlier)
    form = _form(patient, stored, posted)
    step = posted.get("step", "check")
    if request.method != "POST":
        messages.info(request, _("We kept what you typed. Check it, then continue."))
        return _show_form(request, patient, form, stored)
    if step == "change":
        return _show_form(request, patient, unjudged(form, posted), stored)
    if not form.is_valid():
        return _show_form(request, patient, form, stored, status=422)
    confirmed = questions_confirmed(form.to_draft(), posted.get("checked", ""), patient.pk) if step == "save" else None
    if confirmed is not None:
        return _save(request, patient, form, stored, confirmed)
    return _show_check(request, patient, form, stored)


def _form(
    patient: Patient,
    stored: StoredResult | None,
    data: QueryDict | None = None,
    *,
    earlier: ResultVersion | None = None,
) -> LabResultForm:
    initial = None
    if data is None and stored is not None:
        says = earlier or stored.row
        initial = result_initial(says.observation, day_is_known=says.day_is_known, version=stored.row.version)
    elif data is None:
        last = get_last_typed(patient)
        initial = next_result_initial(last.observation if last else None)
    kind = TeamResultForm if stored is None and patient.viewing.role.is_team else LabResultForm
    return kind(data, initial=initial, today=today_of(patient))


def _is_from_report(patient: Patient, request: AuthenticatedHttpRequest) -> bool:
    """Whether a team corrects a result to what it read on the laboratory's report: each step says it to the next."""
    return bool(request.POST.get("from_report")) and patient.viewing.may(Permission.CARE_REVIEW)


def typed_in(form: LabResultForm) -> list[tuple[str, str]]:
    """Return what was typed, name and text, to be carried to the next step."""
    return [(name, form.data.get(name, "")) for name in form.fields if form.data.get(name)]


def unjudged(form: LabResultForm, posted: QueryDict) -> LabResultForm:
    """Return the form with everything as typed and no errors, for somebody who goes back to change something."""
    initial = {name: posted.get(name, "") for name in form.fields}
    return type(form)(None, initial=initial, today=form.today)


def _show_form(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    form: LabResultForm,
    stored: StoredResult | None,
    status: int = 200,
    earlier: ResultVersion | None = None,
) -> HttpResponse:
    context = {"form": form, "stored": stored, "earlier": earlier, "from_report": _is_from_report(patient, request)}
    return render_page(request, patient, "milestones/result_form.html", context, active="result_add", status=status)


def _show_check(
    request: AuthenticatedHttpRequest, patient: Patient, form: LabResultForm, stored: StoredResult | None
) -> HttpResponse:
    draft = form.to_draft()
    check = check_result(patient, draft, replacing=stored.row.id if stored else None)
    context = {
        "check": check,
        "typed": typed_in(form),
        "stored": stored,
        "from_report": _is_from_report(patient, request),
        "held_until": form.cleaned_data.get("held_until"),
    }
    return render_page(request, patient, "milestones/result_check.html", context, active="result_add")


def _save(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    form: LabResultForm,
    stored: StoredResult | None,
    confirmed: tuple[str, ...],
) -> HttpResponse:
    draft = replace(form.to_draft(), questions_confirmed=confirmed)
    if stored is None:
        key = form.cleaned_data["idempotency_key"]
        row = record_result(
            patient=patient,
            draft=draft,
            by=request.user,
            idempotency_key=key,
            held_until=form.cleaned_data.get("held_until"),
        )
    else:
        version = form.cleaned_data["version"] or 0
        try:
            row = correct_result(
                patient=patient,
                result_id=stored.row.id,
                version=version,
                draft=draft,
                by=request.user,
                is_from_report=_is_from_report(patient, request),
            )
        except VersionConflictError:
            return _show_conflict(request, patient, form, stored)
    # The page says that it is saved by its address: a message kept in the session would be another write.
    address = reverse("milestones:result", kwargs={"patient_id": patient.pk, "result_id": row.pk})
    return HttpResponseRedirect(f"{address}?saved=1")


def _show_conflict(
    request: AuthenticatedHttpRequest, patient: Patient, form: LabResultForm, stored: StoredResult
) -> HttpResponse:
    """Show both versions side by side; what was typed is kept, and can be saved over the newer one knowingly."""
    current = get_stored_result(patient, stored.row.id) or stored
    check = check_result(patient, form.to_draft(), replacing=stored.row.id)
    typed = [(name, value) for name, value in typed_in(form) if name != "version"]
    from_report = _is_from_report(patient, request)
    context = {"check": check, "typed": typed, "stored": current, "from_report": from_report}
    return render_page(request, patient, "milestones/result_conflict.html", context, active="result_add", status=409)
