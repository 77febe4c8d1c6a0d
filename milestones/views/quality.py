"""A team's quality page, for its leads."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.team_access import get_team_or_404
from milestones.selectors.quality import quality_file, quality_page
from milestones.views.teams import render_team


@require_safe
def quality(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show how tests and goals go, of nobody by name."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="quality_view", as_lead=True)
    page = quality_page(membership.team)
    columns = (_("Medicine"), _("Lines"), _("MMR by month 12"), _("Changed or stopped before"))
    at_risk = [_("Month %(month)d") % {"month": month} for month in page.months]
    on_the_way = [(curve.name, list(zip(at_risk, curve.at_risk, strict=True))) for curve in page.curves]
    context = {"page": page, "columns": columns, "at_risk": (_("Medicine"), *at_risk), "on_the_way": on_the_way}
    return render_team(request, membership, "milestones/quality.html", context)


@require_safe
def quality_csv(request: AuthenticatedHttpRequest, team_id: UUID) -> StreamingHttpResponse:
    """Return the same figures as a file; its name says nothing."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="quality_export", as_lead=True)
    headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
    lines = quality_file(quality_page(membership.team))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
