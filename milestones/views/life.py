"""The timeline: the whole record on one axis, as a list or as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import get_patient_or_404
from accounts.http import AuthenticatedHttpRequest
from accounts.permissions import Permission
from milestones.forms.life import LifeFilterForm
from milestones.selectors.authors import authors_of
from milestones.selectors.check_ins import CheckInRow, get_check_ins
from milestones.selectors.life import LifePlaces, Surroundings, life_page
from milestones.selectors.other_results import get_other_results
from milestones.selectors.planned_tests import get_planned_test
from milestones.selectors.questions import QuestionRow, get_questions
from milestones.selectors.timelines import Timeline, get_timeline
from milestones.selectors.treatment_rows import writers_of
from milestones.selectors.visits import VisitRow, get_visits
from milestones.views.page import links_of, page_number, pagination, render_page


@require_safe
def timeline(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show everything that happened, the newest first, or on one axis; what is shown can be chosen."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_VIEW)
    links = links_of(patient)
    chosen = LifeFilterForm(request.GET).chosen()
    as_picture = request.GET.get("as") == "picture"
    places = LifePlaces(links.treatment, links.side_effects, links.home, links.visits, links.other_results)
    rows, check_ins, visits = get_timeline(patient), get_check_ins(patient), get_visits(patient)
    questions, others = get_questions(patient), get_other_results(patient)
    around = Surroundings(
        check_ins,
        get_planned_test(patient),
        visits,
        questions,
        others,
        authors_of(patient, (*_writers(rows, check_ins, visits, questions), *(row.entered_by for row in others))),
    )
    page = life_page(rows, around, places, chosen, number=page_number(request), as_picture=as_picture)
    context = {
        "page": page,
        "filter_form": LifeFilterForm({"show": [kind.value for kind in chosen]}),
        "as_picture": as_picture,
        "tabs": [
            {"href": _address(request.GET, picture=False), "label": _("List"), "active": not as_picture},
            {"href": _address(request.GET, picture=True), "label": _("Picture"), "active": as_picture},
        ],
        "pagination": pagination(request, page.number, page.pages, anchor="entries"),
    }
    return render_page(request, patient, "milestones/timeline.html", context, active="record")


def _writers(
    timeline: Timeline, check_ins: Sequence[CheckInRow], visits: Sequence[VisitRow], questions: Sequence[QuestionRow]
) -> Iterator[UUID | None]:
    yield from (row.entered_by for row in timeline.rows)
    yield from writers_of(timeline.treatments)
    yield from (row.entered_by for row in check_ins)
    yield from (row.author for row in visits)
    yield from (row.answered_by for row in questions)


def _address(query: QueryDict, *, picture: bool) -> str:
    """Return this page as a list or as a picture, with the same choice."""
    wanted = query.copy()
    wanted.pop("page", None)
    wanted.pop("as", None)
    if picture:
        wanted["as"] = "picture"
    return f"?{wanted.urlencode()}"
