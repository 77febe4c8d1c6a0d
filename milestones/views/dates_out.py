"""Calendar and reminders: where they are chosen, the file, the address that a calendar asks, and the way out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_patient_by_secret, get_patient_or_404, one_transaction
from accounts.http import AuthenticatedHttpRequest, Patient
from accounts.network import network_of
from accounts.permissions import Permission
from accounts.services.limits import VISIT_NETWORK, use
from accounts.tokens import Purpose, token_hash
from milestones.forms.dates_out import RemindersForm, TitlesForm
from milestones.interchange.calendar_file import write_calendar
from milestones.selectors.dates_out import calendar_entries, find_feed, get_feed, get_reminder_choice
from milestones.services import dates_out as services
from milestones.views.page import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@one_transaction
def dates(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what is chosen, and save the part whose button was used."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.SETTINGS_CHANGE)
    part = request.POST.get("part", "") if request.method == "POST" else ""
    feed = get_feed(patient)
    titles = TitlesForm(
        request.POST if part == "titles" else None,
        initial={"test_title": feed.test_title, "visit_title": feed.visit_title},
    )
    reminders = RemindersForm(request.POST if part == "reminders" else None, initial=dict(get_reminder_choice(patient)))
    address = ""
    if part == "feed":
        # The address is shown once, in this very answer, and kept nowhere: not in the session either.
        token = services.open_feed(patient=patient, by=request.user)
        address, feed = settings.SITE_URL + reverse("calendar_feed", args=[token]), get_feed(patient)
    elif part and _save(request, patient, part, {"titles": titles, "reminders": reminders}):
        return redirect("milestones:dates", patient_id=patient.pk)
    context: dict[str, Any] = {
        "feed": feed,
        "titles": titles,
        "reminders": reminders,
        "form": titles if part == "titles" else reminders,
        "address": address,
        "email": request.user.email,
        "ics_url": reverse("milestones:calendar_file", kwargs={"patient_id": patient.pk}),
    }
    status = 422 if part and not address else 200
    return render_page(request, patient, "milestones/dates.html", context, active="settings", status=status)


def _save(request: AuthenticatedHttpRequest, patient: Patient, part: str, forms: dict[str, Any]) -> bool:
    """Save a part and say so; return whether there was something to save."""
    by = request.user
    if part == "feed_end":
        services.close_feed(patient=patient, by=by)
        messages.success(request, _("The address opens nothing any more."))
        return True
    if part not in forms or not forms[part].is_valid():
        return False
    if part == "titles":
        services.name_dates(patient=patient, by=by, **forms[part].cleaned_data)
    else:
        services.choose_reminders(patient=patient, choice=forms[part].cleaned_data, by=by)
    messages.success(request, _("Saved."))
    return True


@require_safe
def calendar_file(request: AuthenticatedHttpRequest, patient_id: UUID) -> HttpResponse:
    """Return the dates to come as a file; its name says nothing."""
    patient = get_patient_or_404(actor=request.user, patient_id=patient_id, needs=Permission.RECORD_EXPORT)
    response = _calendar(patient)
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@require_safe
@login_not_required
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar that knows the address. A wrong one is counted, and looks like any page that is not there."""
    patient_id = find_feed(token_hash(Purpose.CALENDAR, token))
    if patient_id is None:
        use(VISIT_NETWORK, network_of(request))
        raise Http404
    patient = get_patient_by_secret(patient_id=patient_id, verb="calendar_read")
    response = _calendar(patient)
    services.note_feed_read(patient=patient)
    return response


def _calendar(patient: Patient) -> HttpResponse:
    made = write_calendar(calendar_entries(patient, get_feed(patient)), written_at=timezone.now())
    headers = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex"}
    return HttpResponse(made, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt
def reminders_stop(request: HttpRequest, signed: str) -> HttpResponse:
    """End all reminders by one press, as a mail program does it too (RFC 8058); reading the page ends nothing."""
    patient_id = services.whose_stop_link(signed)
    if patient_id is None:
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        with transaction.atomic():
            services.stop_reminders(patient=get_patient_by_secret(patient_id=patient_id, verb="reminders_stopped"))
    return render(request, "milestones/reminders_stop.html", {"is_done": is_done})
