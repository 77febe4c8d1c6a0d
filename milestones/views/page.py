"""What every page of a record has around it: whose record, the way to the other pages, and nothing to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.permissions import Permission, Viewing
from accounts.selectors.teams import telephone_of_team

_LONGEST_VERSION = 9
_LONGEST_PAGE = 6


@dataclass(frozen=True, slots=True)
class Links:
    """The pages of one record, by the names of their addresses."""

    home: str
    goals: str
    first_year: str
    results: str
    figure: str
    results_csv: str
    results_xlsx: str
    record_fhir: str
    chart_file: str
    result_add: str
    imports: str
    treatment: str
    treatment_add: str
    record: str
    side_effects: str
    check_in: str
    stopping: str
    timeline: str
    visits: str
    visit_add: str
    question_add: str
    my_goals: str
    other_results: str
    other_medicines: str
    other_medicine_add: str
    missed_doses: str
    missed_doses_add: str
    guide: str
    settings: str
    sharing: str
    care: str
    care_visit: str


#: What each page needs, where it is more than seeing the record. Who may not do it gets no way there.
NEEDS: Mapping[str, Permission] = {
    "results_csv": Permission.RECORD_EXPORT,
    "results_xlsx": Permission.RECORD_EXPORT,
    "record_fhir": Permission.RECORD_EXPORT,
    "chart_file": Permission.RECORD_EXPORT,
    "result_add": Permission.RESULT_ADD,
    "imports": Permission.RESULT_ADD,
    "treatment_add": Permission.TREATMENT_CHANGE,
    "side_effects": Permission.SIDE_EFFECTS_VIEW,
    "check_in": Permission.CHECK_IN_ADD,
    "visits": Permission.VISITS_VIEW,
    "visit_add": Permission.VISIT_CHANGE,
    "question_add": Permission.QUESTION_ADD,
    "my_goals": Permission.VISITS_VIEW,
    "other_medicine_add": Permission.TREATMENT_CHANGE,
    "missed_doses": Permission.MISSED_DOSES_VIEW,
    "missed_doses_add": Permission.MISSED_DOSES_CHANGE,
    "settings": Permission.SETTINGS_CHANGE,
    "sharing": Permission.SHARING_CHANGE,
    "care": Permission.CARE_VIEW,
    "care_visit": Permission.CARE_VIEW,
}


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, dict[str, str]]:
    """Return the addresses of a record that stands for all: one is looked up once, and not on every page."""
    anybody = UUID(int=0)
    kwargs = {"patient_id": anybody}
    return str(anybody), {field.name: reverse(f"milestones:{field.name}", kwargs=kwargs) for field in fields(Links)}


@lru_cache
def _open_to(viewing: Viewing) -> tuple[str, dict[str, str]]:
    """Return the addresses that somebody may go to, and "" for the others."""
    anybody, patterns = _patterns()
    needs = Permission.RECORD_VIEW
    return anybody, {name: pattern if viewing.may(NEEDS.get(name, needs)) else "" for name, pattern in patterns.items()}


@lru_cache
def _rights(viewing: Viewing) -> dict[str, bool]:
    """Return what somebody may do, for the templates: ``may.result_add``."""
    return {permission.value: True for permission in viewing.permissions}


def links_of(patient: Patient) -> Links:
    """Return the addresses of a record's pages, "" for those that this person may not go to."""
    anybody, patterns = _open_to(patient.viewing)
    key = str(patient.pk)
    return Links(**{name: pattern.replace(anybody, key) for name, pattern in patterns.items()})


def places_of(links: Links, *, is_off_treatment: bool) -> list[dict[str, str]]:
    """Return the parts of a record with what each is for, as large ways in; one is for those who have stopped."""
    after = ("stopping", "pause", _("After stopping"), _("The tests, the line, and what is usual."))
    places = (
        *((after,) if is_off_treatment else ()),
        ("timeline", "list", _("Timeline"), _("Everything in order of time, as a list or a picture.")),
        ("treatment", "pill", _("Treatment"), _("Your medicine, its doses and breaks.")),
        ("side_effects", "feel", _("Side effects"), _("How you have been, and how much it got in the way.")),
        ("visits", "calendar", _("Visits and questions"), _("What to ask, what was said, and the next visit.")),
        ("guide", "list", _("Discussion guide"), _("Two sides of paper to take to your next visit.")),
        ("my_goals", "target", _("My goals"), _("What matters most to me, and what we want to reach.")),
        ("imports", "plus", _("Bring in results"), _("From a table, or from the text of a report.")),
        ("other_results", "test", _("Other results"), _("Blood counts, chromosomes and mutation tests.")),
        ("other_medicines", "list", _("Other medicines"), _("A list to print for a pharmacist.")),
        ("missed_doses", "clock", _("Missed doses"), _("In the last 4 weeks. Private unless you choose.")),
    )
    return [
        {"href": getattr(links, name), "icon": icon, "title": title, "text": text}
        for name, icon, title, text in places
        if getattr(links, name)
    ]


def render_page(
    request: AuthenticatedHttpRequest,
    patient: Patient,
    template: str,
    context: dict[str, Any],
    *,
    active: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a page of a record, ``active`` naming the place in the navigation that it belongs to."""
    links, viewing = links_of(patient), patient.viewing
    shared = {
        "patient_id": patient.pk,
        # Whose record it is stands on every page that is not one's own.
        "record_name": "" if viewing.is_own else name_of_record(patient),
        "viewing": viewing,
        "may": _rights(viewing),
        "nav_items": _nav_items(links, viewing, active),
        "links": links,
        "home_url": links.home,
        # Asked for only by a card that tells to call.
        "phone": SimpleLazyObject(lambda: telephone_of_team(patient)),
    }
    with timezone.override(patient.time_zone):  # each time on the page is told as it is where the person lives
        return render(request, template, {**shared, **context}, status=status)


def _nav_items(links: Links, viewing: Viewing, active: str) -> list[dict[str, Any]]:
    """Return the main places; the last one is one's own settings, or for a team the page that is made for it."""
    last = ("settings", _("Settings"), "user") if viewing.is_own else ("care", _("For the team"), "user")
    places = (
        ("home", _("Home"), "home"),
        ("results", _("Results"), "chart"),
        ("result_add", _("Add"), "plus"),
        ("record", _("Record"), "record"),
        last,
    )
    return [
        {"href": getattr(links, name), "label": label, "icon": icon, "active": name == active}
        for name, label, icon in places
        if getattr(links, name)
    ]


def name_of_record(patient: Patient) -> str:
    """Return what a record is called to those it is shared with."""
    return patient.display_name or _("a person who gave no name")


def posted_version(request: AuthenticatedHttpRequest) -> int:
    """Return the version that a form was drawn with, or 0, which no row has."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION else 0


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that the address names; the first where it names none that is right."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE else 1


def pagination(request: HttpRequest, number: int, pages: int, *, anchor: str) -> dict[str, Any] | None:
    """Return the way to the pages of a list before and after, the filter kept; nothing where there is one page.

    ``anchor`` is the id of the list, so that the way on leads there and not to the top of the page.
    """
    if pages == 1:
        return None

    def address(wanted: int) -> str:
        query = request.GET.copy()
        query["page"] = str(wanted)
        return f"?{query.urlencode()}#{anchor}" if 1 <= wanted <= pages else ""

    return {"number": number, "of": pages, "previous": address(number - 1), "next": address(number + 1)}
