"""A record to look at without signing up: made up, read-only, and drawn by the same code as every record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milestones.explanations import phrases
from milestones.selectors.first_year import first_year_page
from milestones.selectors.goals import goals_page
from milestones.selectors.home import home_page
from milestones.selectors.made_up import example_timeline
from milestones.selectors.result import result_page
from milestones.views.page import Links
from milestones.views.results import figure_answer, results_context


@login_not_required
@require_safe
def page(request: HttpRequest, page: str) -> HttpResponse:
    """Show one of the pages that are always there: see PAGES."""
    return PAGES[page].drawn(request)


@login_not_required
@require_safe
def result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """Show one made-up result in its four parts."""
    timeline = example_timeline()
    found = timeline.entry_of(result_id)
    if found is None:
        raise Http404
    return _render(request, "milestones/result.html", {"page": result_page(timeline, found[0])}, active="results")


def _home(request: HttpRequest) -> HttpResponse:
    """Show the made-up person's home page."""
    return _render(request, "milestones/home.html", {"page": home_page(example_timeline())}, active="home")


def _goals(request: HttpRequest) -> HttpResponse:
    """Show the published goals that the made-up record is held against."""
    return _render(request, "milestones/goals.html", {"page": goals_page(example_timeline())}, active="results")


def _first_year(request: HttpRequest) -> HttpResponse:
    """Show the made-up person's planned tests of the first year."""
    return _render(request, "milestones/first_year.html", {"page": first_year_page(example_timeline())}, active="home")


def _results(request: HttpRequest) -> HttpResponse:
    """Show steps, chart and table of the made-up results."""
    context = results_context(request, example_timeline())
    return _render(request, "milestones/results.html", context, active="results")


def _figure(request: HttpRequest) -> HttpResponse:
    """Return the made-up chart as a figure."""
    return figure_answer(request, example_timeline())


@dataclass(frozen=True)
class _Page:
    """A page of the example: what draws it, and its name among the links of a record."""

    link: str
    drawn: Callable[[HttpRequest], HttpResponse]


#: By the rest of the address.
PAGES = {
    "": _Page("home", _home),
    "goals/": _Page("goals", _goals),
    "first-year/": _Page("first_year", _first_year),
    "results/": _Page("results", _results),
    "results/figure.json": _Page("figure", _figure),
}


def _render(request: HttpRequest, template: str, context: dict[str, Any], *, active: str) -> HttpResponse:
    """Return a page of the example; what would change a record leads to making an account instead."""
    links = _links()
    places = (("home", _("Home"), "home"), ("results", _("Results"), "chart"), ("goals", _("Goals"), "steps"))
    shared = {
        "is_example": True,
        "example_day": phrases.long_date(example_timeline().today),
        "record_name": example_timeline().display_name,
        "nav_items": [
            {"href": getattr(links, name), "label": label, "icon": icon, "active": name == active}
            for name, label, icon in places
        ],
        "links": links,
        "home_url": reverse("start"),
    }
    return render(request, template, {**shared, **context})


#: Nobody brings a file into the made-up record, takes one out of it or shares it.
_NOWHERE = frozenset(
    {
        *("results_csv", "results_xlsx", "record_fhir", "chart_file", "imports"),
        *("sharing", "care", "care_visit"),
    }
)


def _links() -> Links:
    """Return the addresses of the example; what is for a record of one's own leads to making an account."""
    own = reverse("account_signup")
    shown = {one.link: reverse("example:page", kwargs={"page": rest}) for rest, one in PAGES.items()}
    names = [one.name for one in fields(Links)]
    return Links(**{name: shown.get(name, "" if name in _NOWHERE else own) for name in names})
