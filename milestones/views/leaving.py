"""Taking everything along, bringing it back, and leaving for good. Each needs a sign-in of the last minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from accounts.services.leaving import StillInTeamError
from accounts.services.limits import EXPORT, use
from milestones.forms.leaving import LeaveForm, RestoreForm
from milestones.selectors.whole_record import has_entries, whole_record
from milestones.services.leaving import erase_record
from milestones.services.whole_record import NotEmptyError, UnfitRowError, restore_record
from milestones.views.page import render_page


@require_safe
def take_along(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the ways in which a record leaves, and the way to end the account."""
    patient = _open(request, patient_id, Permission.RECORD_EXPORT)
    return render_page(request, patient, "milestones/take_along.html", {}, active="settings")


@require_safe
def record_file(request: AuthenticatedHttpRequest, patient_id: UUID) -> StreamingHttpResponse:
    """Return everything as one file; its name says nothing, and nothing of it is left on a disk."""
    patient = _open(request, patient_id, Permission.RECORD_EXPORT, is_fresh=True)
    use(EXPORT, str(patient.pk))
    headers = {"Content-Disposition": 'attachment; filename="record.json"'}
    return StreamingHttpResponse(whole_record(patient), content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def restore(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Bring a whole record back into an empty one."""
    patient = _open(request, patient_id, Permission.SETTINGS_CHANGE)
    form = RestoreForm(request.POST, request.FILES) if request.method == "POST" else RestoreForm()
    if form.is_bound and form.is_valid():
        try:
            counts = restore_record(patient=patient, file=form.record, by=request.user)
        except NotEmptyError:
            form.add_error("file", _("This record has entries. A whole one comes back only into an empty one."))
        except UnfitRowError as error:
            said = _("Entry %(number)s of “%(kind)s” in this file cannot be one. Nothing was brought back.")
            form.add_error("file", said % {"number": error.number, "kind": error.kind})
        else:
            said = _("%(count)s entries are back.") % {"count": sum(counts.values())}
            messages.success(request, said)
            return redirect("milestones:timeline", patient_id=patient.pk)
    context: dict[str, Any] = {"form": form, "is_empty": not has_entries(patient)}
    status = 422 if form.errors else 200
    return render_page(request, patient, "milestones/restore.html", context, active="settings", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def leave(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Delete everything, once the word is typed."""
    patient = _open(request, patient_id, Permission.SHARING_CHANGE, is_fresh=True)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            erase_record(patient=patient, by=request.user)
        except StillInTeamError:
            form.add_error("word", _("You are in a care team. Leave the team first. Nothing was deleted."))
        else:
            logout(request)
            messages.success(request, _("Everything is deleted. We wish you well."))
            return redirect("start")
    status = 422 if form.errors else 200
    return render_page(request, patient, "milestones/leave.html", {"form": form}, active="settings", status=status)


def _open(request: AuthenticatedHttpRequest, patient_id: UUID, needs: Permission, *, is_fresh: bool = False) -> Patient:
    """Return the record; what cannot be taken back needs a sign-in of the last minutes.

    Raises:
        ReauthenticationRequired: it was longer ago; the page where one signs in again leads back.
    """
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=needs)
    if is_fresh and not did_recently_reauthenticate(request):
        raise ReauthenticationRequired
    return patient
