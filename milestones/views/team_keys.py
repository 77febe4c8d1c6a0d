"""Keys of a team's systems: a lead issues them and ends them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.team_keys import get_keys
from accounts.services import team_keys as service
from accounts.services.errors import NotThereError, TooManyKeysError
from accounts.team_access import get_team_or_404
from milestones.forms.team_key import SCOPE_WORDS, TeamKeyForm
from milestones.views.teams import render_team


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show the keys of the team, and issue one; it is shown once, in this very answer, and kept nowhere.

    Raises:
        ReauthenticationRequired: a key is asked for, and the sign-in was longer ago; after it the request goes on.
    """
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_change", as_lead=True)
    form = TeamKeyForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        try:
            issued, token = service.issue_key(
                team=membership.team,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                days=int(form.cleaned_data["days"]),
                by=request.user,
            )
        except NotThereError as error:  # no lead any more, since the door
            raise Http404 from error
        except TooManyKeysError:
            form.add_error(None, _("The team has 10 open keys. End one that is not used any more."))
        else:
            context |= {"form": TeamKeyForm(), "issued": issued, "token": token}
            status = 200
    rows = get_keys(membership.team)
    context["keys"] = [(row, ", ".join(str(SCOPE_WORDS.get(scope, scope)) for scope in row.scopes)) for row in rows]
    return render_team(request, membership, "milestones/team_keys.html", context, status=status)


@require_POST
def revoke(request: AuthenticatedHttpRequest, team_id: UUID, key_id: UUID) -> HttpResponse:
    """End a key, at once."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="team_change", as_lead=True)
    try:
        service.revoke_key(team=membership.team, key_id=key_id, by=request.user)
    except NotThereError as error:
        raise Http404 from error
    messages.success(request, _("Ended. The key opens nothing any more."))
    return redirect("teams:keys", team_id=team_id)
