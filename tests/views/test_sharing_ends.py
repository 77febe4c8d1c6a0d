"""A sharing whose last day is near: home tells it until it was seen, and a mail for who wants one (S29)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import Grant, Patient, User
from accounts.services.grants import end_grant
from milestones.models import SentReminder
from milestones.services.dates_out import queue_due_reminders
from tests.cast import TODAY, audited, dated, form_on, make_team, owner, record, share, share_with_team, words_of
from tests.views.conftest import Addresses
from tests.views.test_dates import wants

pytestmark = pytest.mark.django_db

SAID = "A sharing ends soon"


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    return make_user("erin@example.org")


def ends_in(patient: Patient, user: User, days: int) -> Grant:
    return share(patient, user, ends_on=TODAY + timedelta(days=days))


@pytest.mark.parametrize(("days", "is_said"), [(0, True), (30, True), (31, False)])
def test_home_tells_it_thirty_days_ahead(
    alices: Client, to: Addresses, alices_record: Patient, erin: User, days: int, is_said: bool
) -> None:
    ends_in(alices_record, erin, days)
    assert (SAID in words_of(alices.get(to("home")))) is is_said


def test_what_is_over_or_ended_is_not_told(alices: Client, to: Addresses, alices_record: Patient, erin: User) -> None:
    grant = ends_in(alices_record, erin, 3)
    with time_machine.travel(TODAY + timedelta(days=4)):
        alices.force_login(owner(alices_record))
        assert SAID not in words_of(alices.get(to("home"))), "it is over"
    alices.force_login(owner(alices_record))
    end_grant(patient=alices_record, grant_id=grant.pk, by=owner(alices_record))
    assert SAID not in words_of(alices.get(to("home")))


def test_it_names_who_and_until_when_and_leads_to_another_day(
    alices: Client, to: Addresses, alices_record: Patient, erin: User, make_user: Callable[..., User]
) -> None:
    bob = make_user("bob@example.org")
    share_with_team(alices_record, make_team(bob), by=bob, ends_on=TODAY + timedelta(days=9))
    grant = ends_in(alices_record, erin, 20)
    page = alices.get(to("home"))
    said = words_of(page)
    assert "Clinic North can see your record until 1 September 2026." in said
    assert "Erin can see your record until 12 September 2026." in said
    assert said.index("Clinic North can see") < said.index("Erin can see")
    change = to("sharing_change", grant_id=grant.pk)
    assert change in page.content.decode()
    alices.post(change, {**form_on(alices.get(change)), **dated("ends", TODAY + timedelta(days=300))})
    said = words_of(alices.get(to("home")))
    assert "Clinic North can see" in said
    assert "Erin can see" not in said


def test_seen_it_is_told_no_more_until_the_day_is_another(
    alices: Client, to: Addresses, alices_record: Patient, erin: User
) -> None:
    grant = ends_in(alices_record, erin, 20)
    seen = form_on(alices.get(to("home")), "ends")
    assert alices.post(to("sharing_ends_seen"), seen).status_code == 302
    assert SAID not in words_of(alices.get(to("home")))
    assert audited("ends_seen") == 1
    alices.post(to("sharing_ends_seen"), {"shown": f"{grant.pk}:{TODAY}"})
    assert audited("ends_seen") == 1, "that is not its last day"
    change = to("sharing_change", grant_id=grant.pk)
    alices.post(change, {**form_on(alices.get(change)), **dated("ends", TODAY + timedelta(days=21))})
    assert SAID in words_of(alices.get(to("home")))


@pytest.mark.parametrize("days", [3, 10, 12])
def test_what_came_after_the_page_was_drawn_is_still_told(
    alices: Client, to: Addresses, alices_record: Patient, erin: User, make_user: Callable[..., User], days: int
) -> None:
    ends_in(alices_record, erin, 10)
    seen = form_on(alices.get(to("home")), "ends")
    share(alices_record, make_user("dana@example.org"), name="Dana", ends_on=TODAY + timedelta(days=days))
    alices.post(to("sharing_ends_seen"), seen)
    said = words_of(alices.get(to("home")))
    assert "Dana can see your record" in said
    assert "Erin can see your record" not in said


@pytest.mark.parametrize("shown", ["", "soon", "2026-09-02", "1:2026-09-02", "a:b:c", f"{UUID(int=1)}:2026-13-01"])
def test_a_day_that_is_none_marks_nothing(
    alices: Client, to: Addresses, alices_record: Patient, erin: User, shown: str
) -> None:
    ends_in(alices_record, erin, 10)
    assert alices.post(to("sharing_ends_seen"), {"shown": shown}).status_code == 302
    assert SAID in words_of(alices.get(to("home")))


def test_nobody_notes_for_another_record(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, erin: User
) -> None:
    grant = share(charlie.patient, erin, ends_on=TODAY + timedelta(days=9))
    alices.post(to("sharing_ends_seen"), {"shown": f"{grant.pk}:{grant.ends_on}"})
    grant.refresh_from_db()
    assert grant.end_known_on is None
    assert audited("ends_seen") == 0


def test_it_is_told_to_the_person_alone(
    to: Addresses, alices_record: Patient, erin: User, sign_in_as: Callable[[User], Client]
) -> None:
    record(alices_record, "0.042 %")
    ends_in(alices_record, erin, 10)
    assert SAID not in words_of(sign_in_as(erin).get(to("home")))


@pytest.mark.parametrize(("days", "sent"), [(0, 1), (14, 1), (15, 0)])
@pytest.mark.django_db(transaction=True)
def test_a_mail_two_weeks_ahead_for_who_wants_one(
    alices: Client, to: Addresses, alices_record: Patient, erin: User, days: int, sent: int
) -> None:
    ends_in(alices_record, erin, days)
    assert queue_due_reminders() == 0
    wants(alices, to, "sharing_ends")
    mail.outbox.clear()
    call_command("send_due_reminders")
    call_command("send_due_reminders")
    assert len(mail.outbox) == sent
    assert SentReminder.objects.count() == sent
    said = [re.sub(r"://\S+", "", f"{one.subject} {one.body}") for one in mail.outbox]  # a link's letters are random
    assert all("Erin" not in text for text in said)
