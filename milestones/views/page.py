"""What every page of a record has around it: whose record, the way to the other pages, and nothing to keep."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import AuthenticatedHttpRequest, Patient

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
    result_add: str
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
    settings: str


@lru_cache(maxsize=1)
def _patterns() -> tuple[UUID, dict[str, str]]:
    """Return the addresses of a record that stands for all: one is looked up once, and not on every page."""
    anybody = UUID(int=0)
    kwargs = {"patient_id": anybody}
    return anybody, {field.name: reverse(f"milestones:{field.name}", kwargs=kwargs) for field in fields(Links)}


def links_of(patient_id: UUID) -> Links:
    """Return the addresses of a record's pages."""
    anybody, patterns = _patterns()
    return Links(**{name: pattern.replace(str(anybody), str(patient_id)) for name, pattern in patterns.items()})


def places_of(links: Links, *, is_off_treatment: bool) -> list[dict[str, str]]:
    """Return the parts of a record with what each is for, as large ways in; one is for those who have stopped."""
    after = ("stopping", "pause", _("After stopping"), _("The tests, the line, and what is usual."))
    places = (
        *((after,) if is_off_treatment else ()),
        ("timeline", "list", _("Timeline"), _("Everything in order of time, as a list or a picture.")),
        ("treatment", "pill", _("Treatment"), _("Your medicine, its doses and breaks.")),
        ("side_effects", "feel", _("Side effects"), _("How you have been, and how much it got in the way.")),
        ("visits", "calendar", _("Visits and questions"), _("What to ask, what was said, and the next visit.")),
        ("my_goals", "target", _("My goals"), _("What matters most to me, and what we want to reach.")),
        ("other_results", "test", _("Other results"), _("Blood counts, chromosomes and mutation tests.")),
        ("other_medicines", "list", _("Other medicines"), _("A list to print for a pharmacist.")),
        ("missed_doses", "clock", _("Missed doses"), _("In the last 4 weeks. Private unless you choose.")),
    )
    return [
        {"href": getattr(links, name), "icon": icon, "title": title, "text": text} for name, icon, title, text in places
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
    links = links_of(patient.pk)
    nav_items = [
        {"href": getattr(links, name), "label": label, "icon": icon, "active": name == active}
        for name, label, icon in (
            ("home", _("Home"), "home"),
            ("results", _("Results"), "chart"),
            ("result_add", _("Add"), "plus"),
            ("record", _("Record"), "record"),
            ("settings", _("Settings"), "user"),
        )
    ]
    shared = {
        "patient_id": patient.pk,
        # Whose record it is stands in the header of every page that is not one's own.
        "record_name": "" if patient.user_id == request.user.pk else patient.display_name,
        "nav_items": nav_items,
        "links": links,
        "home_url": links.home,
    }
    return render(request, template, {**shared, **context}, status=status)


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
