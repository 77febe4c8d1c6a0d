"""What every page of a record has around it: whose record, the way to the other pages, and nothing to keep."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import AuthenticatedHttpRequest, Patient

_LONGEST_VERSION = 9


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
            ("treatment", _("Treatment"), "pill"),
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
