"""The page and the file of who has looked, beside the trail itself (S35)."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, AuditOutcome, CareTeam, Patient, User
from accounts.selectors.list_views import LIST_VIEW
from milestones.selectors.access_words import access_file, words_of_verb
from tests.cast import make_team, share_with_team, words_of

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
