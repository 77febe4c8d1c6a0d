"""Keys of a team's systems: a lead makes them, sees them, and ends them; each is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, TeamKey, User
from accounts.services.errors import NotThereError, TooManyKeysError
from accounts.services.team_keys import LONGEST_DAYS, MOST_KEYS, issue_key, revoke_key
from tests.cast import audited, join, make_team
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {"name": "Ward system", "scopes": ["Observation", "Patient"], "days": "183"}


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user("lead@example.org")


@pytest.fixture
def team(lead: User) -> CareTeam:
    return make_team(lead)


@pytest.fixture
def leads(team: CareTeam, lead: User, sign_in_as: Callable[[User], Client]) -> Client:
    return sign_in_as(lead)


def page(client: Client, team: CareTeam) -> str:
    return client.get(reverse("teams:keys", args=[team.pk])).content.decode()


def make(client: Client, team: CareTeam, **changed: Any) -> Any:
    return client.post(reverse("teams:keys", args=[team.pk]), {**FORM, **changed})


def issue(team: CareTeam, lead: User, days: int = 30) -> tuple[TeamKey, str]:
    return issue_key(team=team, name="Ward", scopes=["Patient"], days=days, by=lead)


def test_a_key_is_shown_once_and_works(leads: Client, team: CareTeam) -> None:
    answer = make(leads, team)
    assert answer.status_code == 200
    [token] = re.findall(r"<code>([\w-]{43})</code>", answer.content.decode())
    assert token not in page(leads, team)
    assert Client().get("/fhir/Patient", headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert TeamKey.objects.get().scopes == "Observation,Patient"
    assert audited("team_key_issued", outcome="allowed") == 1


def test_a_key_needs_a_fresh_sign_in_and_nothing_typed_is_lost(
    leads: Client, team: CareTeam, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert make(leads, team, name="").status_code == 422  # what is wrong is said first
    answer = make(leads, team)
    assert (answer.status_code, TeamKey.objects.count()) == (302, 0)
    assert answer["Location"].startswith("/account/confirm-sign-in/")
    again = leads.post(answer["Location"], {"password": PASSWORD})
    made = leads.get(again["Location"]) if again.status_code == 302 else again
    [_token] = re.findall(r"<code>([\w-]{43})</code>", made.content.decode())
    assert TeamKey.objects.get().name == FORM["name"]


def test_the_page_shows_each_key_and_when_it_was_used(leads: Client, team: CareTeam) -> None:
    make(leads, team)
    text = page(leads, team)
    assert "Ward system" in text
    assert "Test results" in text
    assert "Never used." in text
    assert TeamKey.objects.get().token_hash not in text


def test_ending_a_key_ends_it_at_once(leads: Client, team: CareTeam, lead: User) -> None:
    key, token = issue(team, lead)
    answer = leads.post(reverse("teams:key_revoke", args=[team.pk, key.pk]))
    assert answer.status_code == 302
    assert Client().get("/fhir/Patient", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert "has ended" in page(leads, team)
    assert audited("team_key_revoked", outcome="allowed") == 1
    assert leads.post(reverse("teams:key_revoke", args=[team.pk, key.pk])).status_code == 404


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"scopes": []}, {"scopes": ["Everything"]}, {"days": "3650"}, {"name": "x" * 61}]
)
def test_what_is_missing_or_too_much_is_refused(leads: Client, team: CareTeam, changed: dict[str, Any]) -> None:
    answer = make(leads, team, **changed)
    assert answer.status_code == 422
    assert not TeamKey.objects.exists()


def test_a_team_has_so_many_keys_and_no_more(leads: Client, team: CareTeam, lead: User) -> None:
    keys = [issue(team, lead)[0] for _ in range(MOST_KEYS)]
    with pytest.raises(TooManyKeysError):
        issue(team, lead)
    answer = make(leads, team)
    assert answer.status_code == 422
    assert "10 open keys" in answer.content.decode()
    revoke_key(team=team, key_id=keys[0].pk, by=lead)
    issue(team, lead)


@pytest.mark.parametrize("days", [0, -1, LONGEST_DAYS + 1])
def test_a_key_ends_within_a_year(team: CareTeam, lead: User, days: int) -> None:
    with pytest.raises(ValueError, match="within a year"):
        issue(team, lead, days)


def test_only_a_lead_makes_and_ends_keys(team: CareTeam, lead: User, make_user: Callable[..., User]) -> None:
    bob = make_user("bob@example.org")
    join(team, bob, by=lead)
    key, _ = issue(team, lead)
    with pytest.raises(NotThereError):
        issue_key(team=team, name="Ward", scopes=["Patient"], days=30, by=bob)
    with pytest.raises(NotThereError):
        revoke_key(team=team, key_id=key.pk, by=bob)


def test_the_key_of_another_team_is_not_there(leads: Client, team: CareTeam, make_user: Callable[..., User]) -> None:
    otto = make_user("otto@example.org")
    key, _ = issue(make_team(otto, "Clinic South"), otto)
    assert leads.post(reverse("teams:key_revoke", args=[team.pk, key.pk])).status_code == 404
    assert TeamKey.objects.get(pk=key.pk).revoked_at is None
