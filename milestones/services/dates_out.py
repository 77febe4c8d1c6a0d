"""What a person decides of their calendar and of reminders, and the reminders that are due."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.mail import queue_from_template
from accounts.models import CalendarFeed, Patient, User
from accounts.services.audit import record_audit_event
from accounts.tokens import Purpose, new_token, token_hash
from milestones.models import ReminderChoice, SentReminder
from milestones.selectors.dates_out import REMINDERS, due_reminders

_UNSUBSCRIBE = "milestones.reminders.stop"


@transaction.atomic
def name_dates(*, patient: Patient, test_title: str, visit_title: str, by: User) -> None:
    """Keep what the dates are called in a calendar; "" is the neutral title."""
    row = _feed(patient)
    if (row.test_title, row.visit_title) == (test_title, visit_title):
        return
    row.test_title, row.visit_title = test_title, visit_title
    row.save(update_fields=["test_title", "visit_title"])
    _audit(patient, "calendar_named", by, "calendarfeed")


@transaction.atomic
def open_feed(*, patient: Patient, by: User) -> str:
    """Return a fresh secret for the address of the calendar; an earlier one opens nothing any more.

    It is shown once: the database holds only its hash.
    """
    token, row = new_token(), _feed(patient)
    row.token_hash, row.opened_at, row.read_at = token_hash(Purpose.CALENDAR, token), timezone.now(), None
    row.save(update_fields=["token_hash", "opened_at", "read_at"])
    _audit(patient, "calendar_opened", by, "calendarfeed")
    return token


@transaction.atomic
def close_feed(*, patient: Patient, by: User) -> None:
    """End the address of the calendar."""
    row = _feed(patient)
    row.token_hash = row.opened_at = None
    row.save(update_fields=["token_hash", "opened_at"])
    _audit(patient, "calendar_closed", by, "calendarfeed")


def note_feed_read(*, patient: Patient) -> None:
    """Keep when a calendar asked last."""
    CalendarFeed.objects.filter(patient=patient).update(read_at=timezone.now())


def _feed(patient: Patient) -> CalendarFeed:
    CalendarFeed.objects.bulk_create([CalendarFeed(patient=patient)], ignore_conflicts=True)
    return CalendarFeed.objects.select_for_update().get(patient=patient)


# --- Reminders --------------------------------------------------------------------------------------------------------


@transaction.atomic
def choose_reminders(*, patient: Patient, choice: Mapping[str, bool], by: User) -> None:
    """Keep what somebody wants to be reminded of."""
    row = ReminderChoice(patient=patient, **{name: choice[name] for name in REMINDERS})
    columns = [*REMINDERS, "updated_at"]
    ReminderChoice.objects.bulk_create([row], update_conflicts=True, unique_fields=["patient"], update_fields=columns)
    _audit(patient, "reminders_chosen", by, "reminderchoice")


def stop_reminders(*, patient: Patient) -> None:
    """End all reminders; what opened the record has written down why."""
    ReminderChoice.objects.filter(patient=patient).update(**dict.fromkeys(REMINDERS, False))


def whose_stop_link(signed: str) -> UUID | None:
    """Return whose reminders a link of ours ends, or None."""
    try:
        return UUID(signing.Signer(salt=_UNSUBSCRIBE).unsign(signed))
    except (signing.BadSignature, ValueError):
        return None


def queue_due_reminders() -> int:
    """Write a mail to everybody who has asked for one and has something to look at; return how many.

    Each thing is said once, also where two run this at the same time: whoever comes second waits for the row of the
    choice, and finds that it is said.
    """
    wanting = ReminderChoice.objects.exclude(**dict.fromkeys(REMINDERS, False))
    queued = 0
    for patient_id in wanting.values_list("patient_id", flat=True).iterator():
        queued += _queue_one(patient_id)
    return queued


@transaction.atomic
def _queue_one(patient_id: UUID) -> bool:
    choice = ReminderChoice.objects.select_for_update(of=("self",)).filter(patient_id=patient_id).first()
    patient = Patient.objects.select_related("user").get(pk=patient_id)
    if choice is None or patient.user is None or not patient.user.is_active:
        return False
    due = due_reminders(patient, choice)
    said = set(SentReminder.objects.filter(patient=patient).values_list("kind", "about_on"))
    new = [SentReminder(patient=patient, kind=kind.value, about_on=day) for kind, day in due if (kind, day) not in said]
    if not new:
        return False
    SentReminder.objects.bulk_create(new)
    stop = settings.SITE_URL + reverse("reminders_stop", args=[signing.Signer(salt=_UNSUBSCRIBE).sign(str(patient.pk))])
    queue_from_template(
        template="reminder",
        to=patient.user.email,
        context={"link": settings.SITE_URL + reverse("start"), "stop": stop},
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    _audit(patient, "reminder_queued", None, "sentreminder")
    return True


def _audit(patient: Patient, verb: str, by: User | None, kind: str) -> None:
    record_audit_event(
        actor_id=by.pk if by is not None else None,
        patient_id=patient.pk,
        verb=verb,
        object_type=kind,
        object_id=str(patient.pk),
    )
