"""The set-up, one question a page and each skippable, and the settings that repeat them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from accounts.services.patients import update_patient
from milestones.forms.profile import (
    BaselineForm,
    DiagnosisForm,
    IntervalForm,
    PersonForm,
    RuleSetForm,
    WhenReadyForm,
    profile_initial,
)
from milestones.forms.treatment import TreatmentForm, treatment_initial
from milestones.selectors.earlier import Past, get_earlier_answers, past_of
from milestones.selectors.timelines import Profile, get_profile, today_of
from milestones.services.profiles import change_profile
from milestones.services.treatments import record_treatment
from milestones.views.page import render_page

_STEPS = ("diagnosis", "medicine", "level", "goals")
_PARTS: dict[str, type[forms.Form]] = {
    "diagnosis": DiagnosisForm,
    "level": BaselineForm,
    "goals": RuleSetForm,
    "interval": IntervalForm,
    "ready": WhenReadyForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def set_up(request: AuthenticatedHttpRequest, patient_id: UUID, step: str) -> HttpResponse:
    """Ask one question, save its answer, and go on to the next; skipping saves nothing."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SETTINGS_CHANGE)
    if step not in _STEPS:
        raise Http404
    is_skipped = request.method == "POST" and "skip" in request.POST
    form = _step_form(request, patient, step, is_bound=request.method == "POST" and not is_skipped)
    if is_skipped or (form.is_bound and form.is_valid()):
        if not is_skipped:
            _save_step(request, patient, step, form)
        return _go_on(request, patient, step)
    context = {"form": form, "step": step, "number": _STEPS.index(step) + 1, "of": len(_STEPS)}
    return render_page(
        request, patient, f"milestones/set_up_{step}.html", context, status=422 if form.is_bound else 200
    )


def _step_form(request: AuthenticatedHttpRequest, patient: Patient, step: str, *, is_bound: bool) -> forms.Form:
    data = request.POST if is_bound else None
    if step == "medicine":
        return TreatmentForm(data, initial=treatment_initial(None), today=today_of(patient))
    return _part_form(patient, step, data)


def _part_form(patient: Patient, part: str, data: Any, past: Past[Profile] | None = None) -> forms.Form:
    initial = profile_initial(past.row if past else get_profile(patient))
    if part == "diagnosis":
        return DiagnosisForm(data, initial=initial, today=today_of(patient))
    return _PARTS[part](data, initial=initial)


def _save_step(request: AuthenticatedHttpRequest, patient: Patient, step: str, form: forms.Form) -> None:
    if isinstance(form, TreatmentForm):
        key = form.cleaned_data["idempotency_key"]
        record_treatment(patient=patient, draft=form.to_draft(), by=request.user, idempotency_key=key)
        return
    assert isinstance(form, DiagnosisForm | BaselineForm | RuleSetForm)  # noqa: S101 - the other steps have these
    change_profile(patient=patient, changes=form.changes(), by=request.user, finish_set_up=step == _STEPS[-1])


def _go_on(request: AuthenticatedHttpRequest, patient: Patient, step: str) -> HttpResponse:
    following = _STEPS[_STEPS.index(step) + 1 :]
    if following:
        return redirect("milestones:set_up", patient_id=patient.pk, step=following[0])
    change_profile(patient=patient, changes={}, by=request.user, finish_set_up=True)
    return redirect("milestones:home", patient_id=patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def settings(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show all answers of the set-up and the person's name; each part is saved by its own button."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SETTINGS_CHANGE)
    part = request.POST.get("part", "") if request.method == "POST" else ""
    past = _past(request, patient) if request.method != "POST" else {}
    shown = {name: _part_form(patient, name, request.POST if name == part else None, past.get(name)) for name in _PARTS}
    shown["person"] = PersonForm(
        request.POST if part == "person" else None,
        initial={"display_name": patient.display_name, "time_zone": patient.time_zone},
    )
    if part in shown and shown[part].is_valid():
        _save_part(request, patient, shown[part])
        messages.success(request, _("Saved."))
        return redirect("milestones:settings", patient_id=patient.pk)
    context = {"forms": shown, "form": shown.get(part), "past": past}
    return render_page(
        request, patient, "milestones/settings.html", context, active="settings", status=422 if part else 200
    )


def _past(request: AuthenticatedHttpRequest, patient: Patient) -> dict[str, Past[Profile]]:
    """Return each part of the settings with its earlier answers; "?part=level&as=2" begins that part with one."""
    profile, wanted = get_profile(patient), request.GET.get("part", "")
    return {
        part: past_of(profile, versions, request.GET.get("as", "") if part == wanted else "")
        for part, versions in get_earlier_answers(patient).items()
    }


def _save_part(request: AuthenticatedHttpRequest, patient: Patient, form: forms.Form) -> None:
    if isinstance(form, PersonForm):
        update_patient(patient=patient, by=request.user, **form.cleaned_data)
        return
    assert isinstance(form, DiagnosisForm | BaselineForm | RuleSetForm | IntervalForm | WhenReadyForm)  # noqa: S101 - as above
    change_profile(patient=patient, changes=form.changes(), by=request.user)
