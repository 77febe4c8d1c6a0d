"""Calendar and reminders: neutral, opt-in, revocable, said once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar

from accounts.models import AuditEvent, CalendarFeed, Patient, User
from accounts.services.patients import update_patient
from milestones.models import ReminderChoice, SentReminder
from milestones.services.dates_out import queue_due_reminders
from tests.cast import (
    TODAY,
    apart,
    at_once,
    audited,
    everything_stored,
    months_ago,
    owner,
    plan_test,
    real_database,
    record,
    record_visit,
    share,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db
HEALTH = re.compile(r"(?i)cml|leuk|bcr|abl|blood|test|dose|clinic|milestone|patient|medicine")


def entries(response: Any) -> list[tuple[object, str]]:
    calendar = Calendar.from_ical(response.content)
    return [(event.decoded("dtstart"), str(event["summary"])) for event in calendar.walk("VEVENT")]


def open_feed(browser: Client, to: Addresses) -> str:
    """Make an address, and return it as the page shows it."""
    page = browser.post(to("dates"), {"part": "feed"})
    assert page.status_code == 200
    found = re.search(r"<code>([^<]+)</code>", page.content.decode())
    assert found
    return urlsplit(found[1]).path


def live(patient: Patient) -> None:
    treat(patient, months_ago(8))
    record(patient, "0.4 % IS", months_ago(2))
    record_visit(patient, TODAY + timedelta(days=10), at=time(9, 30), whom="Haematology clinic")
    record_visit(patient, TODAY - timedelta(days=200))
    update_patient(patient=patient, by=owner(patient), display_name="Alice", time_zone="Europe/Berlin")


# --- The calendar -----------------------------------------------------------------------------------------------------


def test_next_test_and_visits_under_neutral_names(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    response = alices.get(to("calendar_file"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert sorted(entries(response), key=str) == sorted(
        [
            (date(2026, 9, 23), "Appointment"),
            (datetime(2026, 9, 2, 7, 30, tzinfo=UTC), "Appointment"),
        ],
        key=str,
    )
    assert not HEALTH.search(response.content.decode())


def test_the_person_chooses_the_names(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    answer = alices.post(to("dates"), {"part": "titles", "test_title": "Swimming", "visit_title": "Tea; with M."})
    assert answer.status_code == 302
    assert {title for _day, title in entries(alices.get(to("calendar_file")))} == {"Swimming", "Tea; with M."}
    page = alices.get(to("dates")).content.decode()
    assert 'value="Swimming"' in page


def test_a_booked_test_stands_on_its_day_and_a_taken_one_not(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(8))
    record(alices_record, "0.4 % IS", months_ago(2))
    plan_test(alices_record, booked_on=TODAY + timedelta(days=5))
    assert entries(alices.get(to("calendar_file"))) == [(TODAY + timedelta(days=5), "Appointment")]
    plan_test(alices_record, booked_on=TODAY, taken_on=TODAY)
    assert entries(alices.get(to("calendar_file"))) == []


def test_an_empty_record_is_an_empty_calendar(alices: Client, to: Addresses) -> None:
    assert entries(alices.get(to("calendar_file"))) == []


def test_feed_is_read_without_signing_in(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    address = open_feed(alices, to)
    response = Client().get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    assert len(entries(response)) == 2
    assert "It last did on" in words_of(alices.get(to("dates")))
    assert AuditEvent.objects.get(verb="calendar_read").actor_id is None


def test_address_is_shown_once_and_stored_as_a_hash(alices: Client, to: Addresses) -> None:
    token = open_feed(alices, to).rpartition("/")[2].removesuffix(".ics")
    assert len(token) >= 43
    assert token not in str(everything_stored(with_audit=True))
    assert token not in alices.get(to("dates")).content.decode()


def test_a_new_address_ends_the_old_one_and_ending_ends_it(alices: Client, to: Addresses) -> None:
    first = open_feed(alices, to)
    second = open_feed(alices, to)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    assert alices.post(to("dates"), {"part": "feed_end"}).status_code == 302
    assert Client().get(second).status_code == 404
    assert CalendarFeed.objects.get().token_hash is None


def test_a_wrong_address_looks_like_any_page_that_is_not_there(client: Client) -> None:
    answer = client.get("/calendar/" + "a" * 43 + ".ics")
    assert answer.status_code == 404
    assert client.post("/calendar/" + "a" * 43 + ".ics").status_code == 405


def test_feed_has_nothing_of_what_is_shared_with_others(
    charlies: Client, to: Addresses, alices_record: Patient, charlie: User
) -> None:
    """Carers neither choose nor download: dates leave by the person's own hand."""
    share(alices_record, charlie, "manage")
    assert charlies.get(to("dates")).status_code == 403
    assert charlies.get(to("calendar_file")).status_code == 403


# --- Reminders --------------------------------------------------------------------------------------------------------


def wants(browser: Client, to: Addresses, *names: str) -> None:
    answer = browser.post(to("dates"), {"part": "reminders", **dict.fromkeys(names, "on")})
    assert answer.status_code == 302


def test_nothing_is_sent_unless_asked_for(alices_record: Patient) -> None:
    treat(alices_record, months_ago(8))
    record(alices_record, "0.4 % IS", months_ago(6))
    assert queue_due_reminders() == 0


def test_what_is_on_the_page_is_what_is_kept(alices: Client, to: Addresses) -> None:
    wants(alices, to, "visit", "test_due")
    row = ReminderChoice.objects.get()
    assert (row.test_due, row.test_overdue, row.visit) == (True, False, True)
    checked = re.findall(r'name="(test_due|test_overdue|visit)"[^>]* checked', alices.get(to("dates")).content.decode())
    assert sorted(checked) == ["test_due", "visit"]
    wants(alices, to)
    row.refresh_from_db()
    assert [row.test_due, row.test_overdue, row.visit] == [False] * 3


@pytest.mark.parametrize(
    ("days", "expected"),
    # Two beside each limit: the day it is due, and fourteen days of grace.
    [(-1, set()), (0, {"test due"}), (14, {"test due"}), (15, {"test overdue"}), (40, {"test overdue"})],
)
@pytest.mark.django_db(transaction=True)
def test_a_test_is_due_and_then_late(
    alices: Client, to: Addresses, alices_record: Patient, days: int, expected: set[str]
) -> None:
    treat(alices_record, months_ago(8))
    record(alices_record, "0.4 % IS", date(2026, 3, 10))
    wants(alices, to, "test_due", "test_overdue")
    noon = datetime(2026, 6, 10, 12, tzinfo=UTC) + timedelta(days=days)
    with time_machine.travel(noon):
        assert queue_due_reminders() == len(expected)
        assert queue_due_reminders() == 0
    assert set(SentReminder.objects.values_list("kind", flat=True)) == expected
    assert len(mail.outbox) == len(expected)


@pytest.mark.parametrize(("days", "sent"), [(-1, 0), (0, 1), (3, 1), (4, 0)])
@pytest.mark.django_db(transaction=True)
def test_a_visit_in_three_days(alices: Client, to: Addresses, alices_record: Patient, days: int, sent: int) -> None:
    record_visit(alices_record, TODAY + timedelta(days=days))
    wants(alices, to, "visit")
    assert queue_due_reminders() == sent


def test_a_test_that_is_booked_or_taken_is_known_of(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(8))
    record(alices_record, "0.4 % IS", months_ago(6))
    plan_test(alices_record, taken_on=TODAY)
    wants(alices, to, "test_due", "test_overdue")
    assert queue_due_reminders() == 0


@pytest.mark.django_db(transaction=True)
def test_the_mail_says_that_there_is_something_and_nothing_more(
    alices: Client, to: Addresses, alices_record: Patient, alice: User
) -> None:
    """S40: several things are one mail, with no word of what, and a way out by one press (RFC 8058)."""
    treat(alices_record, months_ago(8))
    record(alices_record, "0.4 % IS", months_ago(6))
    record_visit(alices_record, TODAY + timedelta(days=2))
    wants(alices, to, "test_due", "test_overdue", "visit")
    call_command("send_due_reminders")
    [sent] = mail.outbox
    assert sent.to == [alice.email]
    assert sent.subject == "You have something to look at, at Milestones"
    words = re.sub(r"https?://\S+", "", f"{sent.subject} {sent.body}").replace("Milestones", "")
    assert not HEALTH.search(words)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in sent.body
    assert audited("reminder_queued") == 1

    stranger = Client(enforce_csrf_checks=True)
    assert "Stop all reminders?" in words_of(stranger.get(urlsplit(address).path))
    assert ReminderChoice.objects.get().visit  # reading ends nothing: programs look into mails too
    answer = stranger.post(urlsplit(address).path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    row = ReminderChoice.objects.get()
    assert [row.test_due, row.test_overdue, row.visit] == [False] * 3


def test_a_link_that_is_not_ours_ends_nothing(client: Client, alices: Client, to: Addresses) -> None:
    wants(alices, to, "visit")
    for method in (client.get, client.post):
        assert method(f"/reminders/stop/{to.patient.pk}:nonsense/").status_code == 404
    assert ReminderChoice.objects.get().visit


@pytest.mark.django_db(transaction=True)
def test_two_at_once_remind_once(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_visit(alices_record, TODAY + timedelta(days=2))
    wants(alices, to, "visit")
    with real_database():
        queued = at_once(4, lambda _number: queue_due_reminders())
        assert sum(queued) == 1
        assert apart(SentReminder.objects.count) == 1


@pytest.mark.django_db(transaction=True)
def test_who_cannot_sign_in_is_not_reminded(alices: Client, to: Addresses, alices_record: Patient, alice: User) -> None:
    record_visit(alices_record, TODAY + timedelta(days=2))
    wants(alices, to, "visit")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert queue_due_reminders() == 0
