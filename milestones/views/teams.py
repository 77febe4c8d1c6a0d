"""A care team's own pages: who is in it, inviting and removing, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.teams import Membership, get_members, get_membership, get_open_invitations
from accounts.services import teams as service
from accounts.services.errors import (
    AlreadySharedError,
    ChangedMeanwhileError,
    LastLeadError,
    NotThereError,
    TooManyInvitationsError,
)
from accounts.team_access import get_team_or_404
from milestones.forms.team import InviteMemberForm, TeamForm, role_of, team_initial
from milestones.views.people import render_outside


@require_safe
def members(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show who is in the team and who is invited."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_view")
    context = {
        "members": get_members(membership.team),
        "invitations": get_open_invitations(membership.team) if membership.is_lead else (),
    }
    return render_team(request, membership, "milestones/team_members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show the form for an invitation into the team, and send it."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_change", as_lead=True)
    form = InviteMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service.invite_member(
                team=membership.team,
                email=form.cleaned_data["email"],
                role=role_of(form.cleaned_data["role"]),
                by=request.user,
            )
        except NotThereError as error:  # no lead any more, since the door
            raise Http404 from error
        except AlreadySharedError:
            form.add_error("email", _("They are in the team already, or have an invitation that is still open."))
        except TooManyInvitationsError:
            form.add_error("email", _("The team sent many invitations today. Wait until tomorrow."))
        else:
            messages.success(request, _("The invitation is on its way. It can be accepted for 7 days."))
            return redirect("teams:members", team_id=team_id)
    status = 422 if form.is_bound else 200
    return render_team(request, membership, "milestones/team_invite.html", {"form": form}, status=status)


@require_POST
def change_role(request: AuthenticatedHttpRequest, team_id: UUID, membership_id: UUID) -> HttpResponse:
    """Give a member another role."""

    def act(membership: Membership) -> str:
        role = role_of(request.POST.get("role", ""))
        service.change_role(team=membership.team, membership_id=membership_id, role=role, by=request.user)
        return _("Changed. It holds from now on.")

    return _act(request, team_id, act)


@require_POST
def remove(request: AuthenticatedHttpRequest, team_id: UUID, membership_id: UUID) -> HttpResponse:
    """Take somebody out of the team, at once."""

    def act(membership: Membership) -> str:
        service.remove_member(team=membership.team, membership_id=membership_id, by=request.user)
        return _("Removed. They see nothing of the team's patients any more.")

    answer = _act(request, team_id, act)
    # A lead who removes themselves is in the team no more, and reads elsewhere that it was done.
    return redirect("people") if get_membership(user=request.user, team_id=team_id) is None else answer


@require_POST
def take_back(request: AuthenticatedHttpRequest, team_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Take back an invitation."""

    def act(membership: Membership) -> str:
        service.take_back_invitation(team=membership.team, invitation_id=invitation_id, by=request.user)
        return _("Taken back. The link in the mail opens nothing any more.")

    return _act(request, team_id, act)


@require_POST
def leave(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Leave the team, at once."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_leave")
    try:
        service.leave_team(team=membership.team, by=request.user)
    except NotThereError as error:
        raise Http404 from error
    except LastLeadError:
        messages.warning(request, _("You are the only lead. Make somebody else a lead first."))
        return redirect("teams:members", team_id=team_id)
    messages.success(request, _("You have left the team."))
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show what the team says of itself, and change it."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_change", as_lead=True)
    form = TeamForm(request.POST if request.method == "POST" else None, initial=team_initial(membership.team))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            service.change_team(team=membership.team, by=request.user, **form.cleaned_data)
        except NotThereError as error:
            raise Http404 from error
        except ChangedMeanwhileError:
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("teams:members", team_id=team_id)
    context = {"form": form, "conflict": status == 409}
    return render_team(request, membership, "milestones/team_settings.html", context, status=status)


def render_team(
    request: AuthenticatedHttpRequest,
    membership: Membership,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Return a page of a team."""
    shared = {"team": membership.team, "membership": membership, "team_links": _team_links(membership)}
    active, around = str(membership.team.pk), membership.beside
    return render_outside(request, template, {**shared, **context}, memberships=around, active=active, status=status)


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, dict[str, str]]:
    """Return an id that stands for all, and the addresses of its pages: they are looked up once."""
    anybody = UUID(int=0)
    names = ("worklist", "members", "quality", "keys", "settings")
    return str(anybody), {name: reverse(f"teams:{name}", kwargs={"team_id": anybody}) for name in names}


def _team_links(membership: Membership) -> list[tuple[str, str]]:
    """Return the ways to the pages of a team that somebody in it may go."""
    anybody, patterns = _patterns()
    places = [("worklist", _("Worklist")), ("members", _("Team"))]
    if membership.is_lead:
        places += [("quality", _("Quality")), ("keys", _("Keys")), ("settings", _("Settings of the team"))]
    return [(patterns[name].replace(anybody, str(membership.team.pk)), words) for name, words in places]


def _act(request: AuthenticatedHttpRequest, team_id: UUID, act: Callable[[Membership], str]) -> HttpResponse:
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_change", as_lead=True)
    try:
        messages.success(request, act(membership))
    except NotThereError as error:
        raise Http404 from error
    except LastLeadError:
        messages.warning(request, _("The team needs a lead. Make somebody else a lead first."))
    return redirect("teams:members", team_id=team_id)
