"""The pages of somebody who has more than their own record: their records and teams, and answering an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.grants import get_shared_records
from accounts.selectors.patients import get_own_patient_id
from accounts.selectors.teams import Membership, get_memberships
from accounts.services import grants, teams
from accounts.services.errors import NotThereError
from accounts.services.patients import ensure_own_patient
from accounts.tokens import Purpose, token_hash
from milestones.forms.sharing import NameForm

_INVITATION = "invitation"
_ANY_TEAM = UUID(int=1)


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, str]:
    """Return the address of the records, and that of the list of a team that stands for all: looked up once."""
    return reverse("people"), reverse("teams:worklist", kwargs={"team_id": _ANY_TEAM})


def render_outside(
    request: AuthenticatedHttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    memberships: Sequence[Membership] = (),
    active: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a page that belongs to no record, ``active`` naming its place in the navigation.

    ``memberships`` are those of the reader, where the page knows them already.
    """
    home, worklist = _patterns()
    places = [("people", _("Records"), "record", home)]
    for membership in memberships or get_memberships(request.user):
        key = str(membership.team.pk)
        places.append((key, membership.team.name, "list", worklist.replace(str(_ANY_TEAM), key)))
    shared = {
        "nav_items": [
            {"href": href, "label": label, "icon": icon, "active": name == active} for name, label, icon, href in places
        ],
        "home_url": home,
    }
    return render(request, template, {**shared, **context}, status=status)


@require_safe
def people(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show the records that somebody may see, their own first, and their teams."""
    context = {
        "own_id": get_own_patient_id(user_id=request.user.pk),
        "records": get_shared_records(request.user),
        "memberships": get_memberships(request.user),
    }
    return render_outside(request, "milestones/people.html", context, active="people")


@require_POST
def begin_own(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Begin a record about oneself."""
    return redirect("milestones:home", patient_id=ensure_own_patient(user=request.user))


@require_POST
def leave(request: AuthenticatedHttpRequest, grant_id: UUID) -> HttpResponse:
    """Give up seeing somebody's record."""
    try:
        grants.leave_record(grant_id=grant_id, by=request.user)
    except NotThereError as error:
        raise Http404 from error
    messages.success(request, _("You no longer see this record."))
    return redirect("people")


@login_not_required
@require_safe
def open_invitation(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """Take the token out of the address, and go on to the page that asks; nothing is changed by opening a link."""
    purpose = {"record": Purpose.RECORD_INVITATION, "team": Purpose.TEAM_INVITATION}.get(kind)
    if purpose is None:
        raise Http404
    request.session[_INVITATION] = {"kind": kind, "hashed": token_hash(purpose, token)}
    return redirect("invitation")


@require_http_methods(["GET", "HEAD", "POST"])
def answer_invitation(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Ask if an invitation is accepted, and accept or decline it."""
    kept: dict[str, str] = request.session.get(_INVITATION, {})
    hashed = kept.get("hashed", "")
    is_team = kept.get("kind") == "team"
    found = (
        teams.find_team_invitation(hashed=hashed, user=request.user)
        if is_team
        else grants.find_invitation(hashed=hashed, user=request.user)
    )
    if found is None:
        return render_outside(request, "milestones/invitation_gone.html", {"email": request.user.email}, status=404)
    if request.method == "POST" and request.POST.get("decline") and not is_team:
        grants.decline_invitation(hashed=hashed, user=request.user)
        return _done(request, _("You said no. They can see that, and nothing else."))
    typed = request.POST if request.method == "POST" else None
    form = NameForm(typed, initial={"name": request.user.name})
    if form.is_valid():
        return _accept(request, hashed, form.cleaned_data["name"], is_team=is_team)
    context = {"form": form, "is_team": is_team, "invitation": found}
    status = 422 if form.is_bound else 200
    return render_outside(request, "milestones/invitation.html", context, status=status)


def _accept(request: AuthenticatedHttpRequest, hashed: str, name: str, *, is_team: bool) -> HttpResponse:
    try:
        with transaction.atomic():
            if is_team:
                teams.join_team(hashed=hashed, user=request.user, name=name)
            else:
                grants.accept_invitation(hashed=hashed, user=request.user, name=name)
    except NotThereError:
        return redirect("invitation")
    said = _("You are in the team now.")
    return _done(
        request, said if is_team else _("Accepted. You see the record as soon as they have confirmed that it is you.")
    )


def _done(request: AuthenticatedHttpRequest, said: str) -> HttpResponse:
    request.session.pop(_INVITATION, None)
    messages.success(request, said)
    return redirect("people")
