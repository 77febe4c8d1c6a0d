"""People and sharing: who may see the record, inviting, confirming, changing and ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.drafts import take_draft
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from accounts.selectors.grants import get_grants
from accounts.services import grants as service
from accounts.services import team_members
from accounts.services.errors import (
    AlreadySharedError,
    ChangedMeanwhileError,
    NotThereError,
    OwnAddressError,
    TooManyInvitationsError,
)
from accounts.services.patients import update_patient
from milestones.forms.sharing import InvitePersonForm, InviteTeamForm, TermsForm, terms_initial
from milestones.selectors.access_words import access_file, access_page
from milestones.selectors.sharing import sharing_page
from milestones.selectors.timelines import today_of
from milestones.services import sharing as shared
from milestones.views.page import page_number, posted_version, render_page

_CHANGED = _lazy("This was changed in the meantime. Nothing was done; look again.")
#: More than anybody shares with.
_MOST_SHOWN = 200
_REFUSALS: dict[type[Exception], str | Promise] = {
    OwnAddressError: _lazy("This is your own address. Type the address of the other person."),
    AlreadySharedError: _lazy("They can see your record already, or have an invitation that is still open."),
    TooManyInvitationsError: _lazy("You sent many invitations today. Wait until tomorrow before you send more."),
    NotThereError: _lazy("No team has this code. Check it with your team."),
}


@require_safe
def sharing(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show who may see the record, since when, until when, and when they last looked."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    page = sharing_page(get_grants(patient), ZoneInfo(patient.time_zone))
    return render_page(request, patient, "milestones/sharing.html", {"page": page}, active="settings")


@require_safe
def log(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show who has looked at the record, changed it, or tried to."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    page = access_page(patient, number=page_number(request))
    context = {
        "page": page,
        "newer": f"?page={page.number - 1}" if page.number > 1 else "",
        "older": f"?page={page.number + 1}" if page.has_next else "",
    }
    return render_page(request, patient, "milestones/sharing_log.html", context, active="settings")


@require_safe
def log_csv(request: AuthenticatedHttpRequest, patient_id: UUID) -> StreamingHttpResponse:
    """Return the whole log as a file; its name says nothing."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_EXPORT)
    headers = {"Content-Disposition": 'attachment; filename="log.csv"'}
    return StreamingHttpResponse(access_file(patient), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def invite(request: AuthenticatedHttpRequest, patient_id: UUID, whom: str) -> HttpResponse:
    """Show the form for an invitation of a team or of a person, and send it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    if whom not in ("team", "person"):
        raise Http404
    today = today_of(patient)
    typed = request.POST if request.method == "POST" else take_draft(request)
    kind = InviteTeamForm if whom == "team" else InvitePersonForm
    has_name = bool(patient.display_name.strip())
    form = kind(typed, initial=terms_initial(today), today=today, is_team=whom == "team", has_name=has_name)
    if request.method == "POST" and form.is_valid() and _sends(request, patient, form, whom):
        said = _("Your team has been asked. When it has accepted, you confirm here that it is the right one.")
        if whom == "person":
            said = _("The invitation is on its way. When they have accepted, you confirm here that it is really them.")
        messages.success(request, said)
        return redirect("milestones:sharing", patient_id=patient.pk)
    context = {"form": form, "is_team": whom == "team"}
    status = 422 if form.is_bound else 200
    return render_page(request, patient, "milestones/sharing_invite.html", context, active="settings", status=status)


def _sends(request: AuthenticatedHttpRequest, patient: Patient, form: TermsForm, whom: str) -> bool:
    """Send the invitation, or put on the form why it cannot be sent."""
    to, name = form.cleaned_data["code" if whom == "team" else "email"], form.cleaned_data.get("display_name")
    try:
        if whom == "team":
            service.invite_team(patient=patient, code=to, terms=form.terms(), by=request.user)
        else:
            service.invite_person(patient=patient, email=to, terms=form.terms(), by=request.user)
    except tuple(_REFUSALS) as error:
        form.add_error("code" if whom == "team" else "email", str(_REFUSALS[type(error)]))
        return False
    if name:
        update_patient(patient=patient, by=request.user, display_name=name, time_zone=patient.time_zone)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def change(request: AuthenticatedHttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Show what somebody may see and do, and change it."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    row = next((one for one in get_grants(patient) if one.id == grant_id), None)
    if row is None or row.state == "revoked":
        raise Http404
    today = today_of(patient)
    typed = request.POST if request.method == "POST" else take_draft(request)
    form = TermsForm(typed, initial=terms_initial(today, row), today=today, is_team=row.is_team)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            shared.change(patient=patient, grant_id=grant_id, version=version, terms=form.terms(), by=request.user)
        except ChangedMeanwhileError:
            status = 409
        else:
            messages.success(request, _("Changed. It holds from now on."))
            return redirect("milestones:sharing", patient_id=patient.pk)
    context = {"form": form, "row": row, "conflict": status == 409}
    return render_page(request, patient, "milestones/sharing_change.html", context, active="settings", status=status)


@require_POST
@one_transaction
def confirm(request: AuthenticatedHttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Confirm that the one who accepted is the one who was meant."""

    def act(patient: Patient) -> str:
        shared.confirm(patient=patient, grant_id=grant_id, version=posted_version(request), by=request.user)
        return _("Confirmed. They can see what you share from now on.")

    return _act(request, patient_id, act)


@require_POST
@one_transaction
def end(request: AuthenticatedHttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Stop sharing with somebody, at once."""

    def act(patient: Patient) -> str:
        service.end_grant(patient=patient, grant_id=grant_id, by=request.user)
        return _("Ended. They can see nothing of your record any more.")

    return _act(request, patient_id, act)


@require_POST
@one_transaction
def member(request: AuthenticatedHttpRequest, patient_id: UUID, membership_id: UUID) -> HttpResponse:
    """Leave out one member of a team, or with "undo" let them see again what the team sees."""

    def act(patient: Patient) -> str:
        if request.POST.get("undo"):
            team_members.let_member_back(patient=patient, membership_id=membership_id, by=request.user)
            return _("They see again what their team sees.")
        team_members.leave_out_member(patient=patient, membership_id=membership_id, by=request.user)
        return _("They see nothing of your record from now on. The rest of the team still does. Nobody was told.")

    return _act(request, patient_id, act)


@require_POST
@one_transaction
def new_members_seen(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Note that the person knows who is new in their teams; home says it no more."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    team_members.note_new_members(patient=patient, by=request.user)
    return redirect("milestones:home", patient_id=patient.pk)


@require_POST
@one_transaction
def ends_seen(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Note that the person knows the last days that the page told; home says them no more."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    try:
        parts = [text.split(":") for text in request.POST.getlist("shown")[:_MOST_SHOWN]]
        shown = {UUID(key): date.fromisoformat(day) for key, day in parts}
    except ValueError:
        messages.warning(request, str(_CHANGED))
    else:
        service.note_ends(patient=patient, shown=shown, by=request.user)
    return redirect("milestones:home", patient_id=patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def end_all(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask if all sharing is to end, and end it; nobody is told."""
    if request.method == "POST":

        def act(patient: Patient) -> str:
            service.end_all_grants(patient=patient, by=request.user)
            return _("All sharing has ended. Nobody but you can see your record. Nobody was told.")

        return _act(request, patient_id, act)
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    return render_page(request, patient, "milestones/sharing_end_all.html", {}, active="settings")


def _act(request: AuthenticatedHttpRequest, patient_id: UUID, act: Callable[[Patient], str]) -> HttpResponse:
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SHARING_CHANGE)
    try:
        messages.success(request, act(patient))
    except NotThereError as error:
        raise Http404 from error
    except ChangedMeanwhileError:
        messages.warning(request, str(_CHANGED))
    return redirect("milestones:sharing", patient_id=patient.pk)
