"""The page and the file of who has looked, beside the trail itself (S35)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, AuditOutcome, CareTeam, Patient, User
from accounts.permissions import Permission
from accounts.selectors.list_views import LIST_VIEW
from milestones.selectors.access_words import TRIES, access_file, access_page, words_of_verb
from tests.cast import form_on, make_team, share_with_team, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def north(bob: User) -> CareTeam:
    return make_team(bob, "Clinic North")


def test_the_page_and_the_file_say_so(
    alice: User, alices_record: Patient, north: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    share_with_team(alices_record, north, by=bob)
    alices, bobs = sign_in_as(alice), sign_in_as(bob)
    assert "They have not looked yet" in words_of(alices.get(f"/records/{alices_record.pk}/sharing/"))
    for _ in range(2):
        assert bobs.get(f"/teams/{north.pk}/").status_code == 200
    assert "They have not looked yet" not in words_of(alices.get(f"/records/{alices_record.pk}/sharing/"))
    said = words_of(alices.get(f"/records/{alices_record.pk}/sharing/log/"))
    assert "Bob, Clinic North opened the team's list of patients, where you stand, 2 times" in said
    assert "Clinic North has a list of its patients. It shows your name, your medicine, your latest result" in said


def test_the_file_is_the_trail_row_for_row(
    alice: User, alices_record: Patient, north: CareTeam, bob: User, charlie: User, sign_in_as: Callable[[User], Client]
) -> None:
    """S35: nothing of the trail is left out, and nothing is added."""
    share_with_team(alices_record, north, by=bob)
    bobs = sign_in_as(bob)
    for address in (
        f"/teams/{north.pk}/",
        f"/records/{alices_record.pk}/care/",
        f"/records/{alices_record.pk}/results/",
    ):
        assert bobs.get(address).status_code == 200
    assert sign_in_as(charlie).get(f"/records/{alices_record.pk}/").status_code == 404
    stored = list(AuditEvent.objects.filter(patient_id=alices_record.pk))
    stored += AuditEvent.objects.filter(verb=LIST_VIEW, object_id=str(north.pk))
    expected = [
        (
            f"{row.at:%Y-%m-%d %H:%M:%S}",
            words_of_verb(row.verb),
            "yes" if row.outcome == AuditOutcome.ALLOWED else "refused",
            row.object_type,
            row.object_id,
            str(row.object_version or ""),
        )
        for row in sorted(stored, key=lambda row: (row.at, row.pk), reverse=True)
    ]
    rows = csv.DictReader("".join(access_file(alices_record)).splitlines())
    names = ("time (UTC)", "what", "done", "kind", "id", "version")
    assert [tuple(row[name] for name in names) for row in rows] == expected
    assert len(expected) >= 6


def said_of(patient: Patient, who: str) -> list[str]:
    """Return what the page says that somebody did, the newest first."""
    return [line.what for day in access_page(patient, number=1).days for line in day.lines if line.who == who]


def test_a_saved_form_is_told_as_what_was_added(
    alice: User, alices_record: Patient, sign_in_as: Callable[[User], Client]
) -> None:
    """One look at the form and one press on its button are one opening and one question; the file has all the rows."""
    alices, address = sign_in_as(alice), f"/records/{alices_record.pk}/questions/add/"
    form = form_on(alices.get(address))
    assert alices.post(address, {**form, "words": "May I travel?"}).status_code == 302
    assert said_of(alices_record, "You")[:2] == ["added a question", "opened the form for a question"]
    rows = csv.DictReader("".join(access_file(alices_record)).splitlines())
    assert [row["what"] for row in rows].count("opened the form for a question") == 2


def test_a_form_that_was_not_saved_was_opened_again(
    alice: User, alices_record: Patient, sign_in_as: Callable[[User], Client]
) -> None:
    alices, address = sign_in_as(alice), f"/records/{alices_record.pk}/questions/add/"
    form = form_on(alices.get(address))
    assert alices.post(address, {**form, "words": ""}).status_code == 422
    assert said_of(alices_record, "You")[0] == "opened the form for a question, 2 times"


def test_a_mark_of_the_team_is_told_once(
    alices_record: Patient, north: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    share_with_team(alices_record, north, by=bob)
    bobs = sign_in_as(bob)
    page = bobs.get(f"/records/{alices_record.pk}/care/").content.decode()
    newest = re.findall(r'name="newest" value="([^"]*)"', page)[0]
    bobs.post(f"/teams/{north.pk}/patients/{alices_record.pk}/seen/", {"newest": newest})
    said = said_of(alices_record, "Bob, Clinic North")
    assert said[0] == "marked that the team has seen where things stand"
    assert not [what for what in said if "mark or check" in what]


def test_a_try_says_what_was_refused(
    alices_record: Patient, north: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    share_with_team(alices_record, north, by=bob)
    bobs = sign_in_as(bob)
    for page in ("settings/", "settings/", "sharing/"):
        assert bobs.get(f"/records/{alices_record.pk}/{page}").status_code == 403
    assert said_of(alices_record, "Bob, Clinic North")[:2] == [
        "tried to open the pages about sharing, which was refused",
        "tried to open the settings, 2 times, which was refused",
    ]


def test_whatever_can_be_refused_has_words() -> None:
    assert set(TRIES) == {*Permission, "factor_missing"}
