"""A care team's worklist: every patient who shares with it, and those who ask to."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission
from accounts.selectors.teams import Membership
from accounts.services.errors import NotThereError
from accounts.services.grants import answer_for_team
from accounts.team_access import get_team_or_404
from milestones.charts.worklist import WorklistLine, render_worklist
from milestones.selectors.markup import drawn
from milestones.selectors.worklist import Order, Reason, Wanted, WorklistPage, worklist_of
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.worklist import mark_reviewed, set_tags, undo_review
from milestones.views.page import page_number, pagination
from milestones.views.teams import render_team

_ANYBODY, _ANY_TEAM = UUID(int=0), UUID(int=1)
_Choice = TypeVar("_Choice", bound=StrEnum)


@require_safe
def worklist(request: AuthenticatedHttpRequest, team_id: UUID) -> HttpResponse:
    """Show the patients who share with the team, by reason, and those who ask to."""
    membership = get_team_or_404(actor=request.user, team_id=team_id, what="worklist_view")
    team = membership.team
    wanted = Wanted(
        _chosen(request, "reason", Reason),
        _chosen(request, "order", Order) or Order.LATEST,
        request.GET.get("search", "").strip()[:80],
        request.GET.get("tag", "").strip()[:40],
    )
    page, requests = worklist_of(team, request.user, wanted, number=page_number(request))
    context = {
        "requests": requests,
        "page": page,
        "wanted": wanted,
        "groups": _links(request, page, wanted),
        "orders": _orders(),
        "columns": _columns(),
        "rows": _drawn(page, membership),
        "pagination": pagination(request, page.number, page.pages, anchor="patients"),
        "here": request.get_full_path(),
    }
    return render_team(request, membership, "milestones/worklist.html", context)


def _orders() -> tuple[tuple[str, str], ...]:
    return (
        (Order.LATEST.value, _("Latest result")),
        (Order.NAME.value, _("Name")),
        (Order.DUE.value, _("Next test")),
        (Order.REVIEWED.value, _("Longest not seen")),
    )


def _columns() -> tuple[str, ...]:
    return (_("Patient"), _("Latest result"), _("Change"), _("Next test"), _("Seen"))


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, str]:
    """Return the addresses of a patient and a team that stand for all: they are looked up once."""
    ids = {"team_id": _ANY_TEAM, "patient_id": _ANYBODY}
    return reverse("milestones:care", kwargs={"patient_id": _ANYBODY}), reverse("teams:review", kwargs=ids)


def _drawn(page: WorklistPage, membership: Membership) -> SafeString:
    """Return the rows of the table, each with the one thing to do where this person may do it."""
    lines = []
    anybody, (care, review_of) = str(_ANYBODY), _patterns()
    review_of = review_of.replace(str(_ANY_TEAM), str(membership.team.pk))
    for row in page.rows:
        key = str(row.patient_id)
        undoes = row.can_undo and not row.is_new
        action = _("Undo") if undoes else _("Mark as seen")
        lines.append(
            WorklistLine(
                anchor=_anchor(key),
                href=care.replace(anybody, key),
                name=row.name,
                on_treatment=row.on_treatment,
                reasons=row.reasons,
                tags=row.tags,
                value=row.latest_text or "–",
                level=", ".join(part for part in (row.latest_level, row.latest_on) if part),
                change=row.change or "–",
                due=row.due,
                reviewed=row.reviewed,
                action=action if membership.answers else "",
                action_href=review_of.replace(anybody, key),
                newest=row.newest,
                undoes=undoes,
            )
        )
    return drawn(render_worklist(lines, _columns(), form_id="seen"))


def _anchor(key: object) -> str:
    return f"patient-{key}"


def _chosen(request: HttpRequest, name: str, kind: type[_Choice]) -> _Choice | None:
    try:
        return kind(request.GET.get(name, ""))
    except ValueError:
        return None


def _links(request: HttpRequest, page: WorklistPage, wanted: Wanted) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("reason", None)
    others = query.urlencode()
    return [
        {
            "href": "?" + "&".join(part for part in (others, f"reason={group.reason}" if group.reason else "") if part),
            "label": f"{group.name} ({group.count})",
            "active": group.reason is wanted.reason,
        }
        for group in page.groups
    ]


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


@require_POST
@one_transaction
def review(request: AuthenticatedHttpRequest, team_id: UUID, patient_id: UUID) -> HttpResponse:
    """Mark that somebody of the team has seen where a patient stands, or with "undo" take that back."""

    def act(patient: Patient) -> str:
        if request.POST.get("undo"):
            undo_review(patient=patient, team_id=team_id, by=request.user)
            return _("Taken back.")
        mark_reviewed(patient=patient, team_id=team_id, told_until=request.POST.get("newest", ""), by=request.user)
        return _("Marked as seen. The patient can see that.")

    return _act(request, team_id, patient_id, act)


@require_POST
@one_transaction
def tags(request: AuthenticatedHttpRequest, team_id: UUID, patient_id: UUID) -> HttpResponse:
    """Set the team's own words for a patient."""

    def act(patient: Patient) -> str:
        set_tags(patient=patient, team_id=team_id, tags=request.POST.get("tags", "")[:400], by=request.user)
        return _("Saved.")

    return _act(request, team_id, patient_id, act)


def _act(
    request: AuthenticatedHttpRequest, team_id: UUID, patient_id: UUID, act: Callable[[Patient], str]
) -> HttpResponse:
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.CARE_REVIEW)
    anchor = f"#{_anchor(patient.pk)}"
    try:
        messages.success(request, act(patient))
    except NotInRecordError as error:
        raise Http404 from error
    except VersionConflictError:
        anchor = ""  # what was refused is said on top, and must not be out of sight
        messages.error(
            request, _("Something came in since this page was drawn. Nothing was marked: please look again.")
        )
    the_list = reverse("teams:worklist", kwargs={"team_id": team_id})
    back = request.POST.get("back", "")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        back = the_list
    return redirect(back + anchor if back.partition("?")[0] == the_list else back)
