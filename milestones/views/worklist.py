"""A care team's worklist: every patient who shares with it, and those who ask to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.teams import get_requests
from accounts.services.errors import NotThereError
from accounts.services.grants import answer_for_team
from accounts.team_access import get_team_or_404
from milestones.views.teams import render_team


@require_safe
def worklist(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show the patients who share with the team, and those who ask to."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="worklist_view")
    context = {"requests": get_requests(membership.team)}
    return render_team(request, membership, "milestones/worklist.html", context)


@require_POST
def answer_request(request: AuthenticatedHttpRequest, team_id: UUID, grant_id: UUID) -> HttpResponse:
    """Accept or decline a patient who has invited the team."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="request_answer")
    accepts = request.POST.get("accept") == "1"
    try:
        answer_for_team(grant_id=grant_id, team=membership.team, accepts=accepts, by=request.user)
    except NotThereError as error:
        raise Http404 from error
    said = _("Accepted. You see the record as soon as the patient has confirmed that it is your team.")
    messages.success(request, said if accepts else _("Declined. The patient can see that."))
    return redirect("teams:worklist", team_id=team_id)
