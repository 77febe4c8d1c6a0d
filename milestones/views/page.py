"""What every page of a record has around it: whose record, the way to the other pages, and nothing to keep."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import AuthenticatedHttpRequest, Patient

_LONGEST_VERSION = 9


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
    places = (
        ("home", _("Home"), "home"),
        ("results", _("Results"), "chart"),
        ("result_add", _("Add"), "plus"),
        ("treatment", _("Treatment"), "pill"),
        ("settings", _("Settings"), "user"),
    )
    nav_items = [
        {
            "href": reverse(f"milestones:{name}", kwargs={"patient_id": patient.pk}),
            "label": label,
            "icon": icon,
            "active": name == active,
        }
        for name, label, icon in places
    ]
    shared = {
        "patient_id": patient.pk,
        # Whose record it is stands in the header of every page that is not one's own.
        "record_name": "" if patient.user_id == request.user.pk else patient.display_name,
        "nav_items": nav_items,
        "home_url": nav_items[0]["href"],
    }
    return render(request, template, {**shared, **context}, status=status)


def posted_version(request: AuthenticatedHttpRequest) -> int:
    """Return the version that a form was drawn with, or 0, which no row has."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION else 0
