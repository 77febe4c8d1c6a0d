"""A worklist's page: what it was asked for stands in it, and goes along to its other groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, Patient, User
from accounts.services.patients import create_patient
from milestones.services.worklist import mark_reviewed
from tests.cast import make_team, months_ago, record_all, share_with_team, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User, alices_record: Patient) -> CareTeam:
    team = make_team(bob)
    record_all(alices_record, "14 0.05 %, 11 0.9 %")
    share_with_team(alices_record, team, by=bob)
    return team


def test_the_filter_stands_in_the_page_and_goes_along(
    team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    address = reverse("teams:worklist", kwargs={"team_id": team.pk})
    asked = {"search": 'Ali "&', "tag": "x y", "order": "due", "reason": "new", "page": "2"}
    page = sign_in_as(bob).get(address, asked).content.decode()
    values = {
        name: unescape(value) for name, value in re.findall(r'<input [^>]*name="(\w+)"[^>]* value="([^"]*)"', page)
    }
    assert {name: values[name] for name in ("search", "tag", "reason")} == {
        name: asked[name] for name in ("search", "tag", "reason")
    }
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["due"]
    tabs = re.search(r'<ul class="tabs">(.*?)</ul>', page)
    assert tabs is not None
    groups = [unescape(href) for href in re.findall(r'href="([^"]*)"', tabs[1])]
    kept = "search=Ali+%22%26&tag=x+y&order=due"
    assert groups[0] == f"?{kept}"
    assert groups[2] == f"?{kept}&reason=rising"
    assert len(groups) == 9
    assert re.findall(r'aria-current="page">([^<]*)', tabs[1]) == ["New results to look at (0)"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"search": "<b>zz"}, "Nobody matches “<b>zz”."),
        ({"search": "zz", "reason": "new"}, "Nobody matches “zz”."),
        ({"tag": "<i>x"}, "Nobody has the tag “<i>x”."),
        ({"search": "Ali", "tag": "x"}, "Nobody matches “Ali” with the tag “x”."),
    ],
)
def test_a_search_that_finds_nobody_says_so_and_leads_back_to_everybody(
    team: CareTeam, bob: User, sign_in_as: Callable[[User], Client], asked: dict[str, str], said: str
) -> None:
    address = reverse("teams:worklist", kwargs={"team_id": team.pk})
    page = sign_in_as(bob).get(address, asked).content.decode()
    assert f"<p>{escape(said, quote=False)}</p>" in page
    assert f'<a href="{address}">Show everybody</a>' in page
    assert "Nobody is in this group now." not in page


def test_an_empty_group_says_that_nobody_is_in_it(
    team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    address = reverse("teams:worklist", kwargs={"team_id": team.pk})
    page = sign_in_as(bob).get(address, {"reason": "overdue"}).content.decode()
    assert "Nobody is in this group now." in page
    assert "Show everybody" not in page


def test_without_a_filter_each_group_has_its_count(
    team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    page = sign_in_as(bob).get(reverse("teams:worklist", kwargs={"team_id": team.pk})).content.decode()
    for words in ("Everybody (1)", "New results to look at (1)", "Rising (1)", "Nothing to do (0)"):
        assert words in page
    assert '<a href="?reason=rising">Rising (1)</a>' in page
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["latest"]


def test_a_row_says_who_on_what_how_it_stands_what_is_next_and_who_looked(
    bob: User, alices_record: Patient, make_user: Callable[..., User], sign_in_as: Callable[[User], Client]
) -> None:
    """Each cell by the rules: 0.05 % is MMR and no 0.3 log from itself; 0.5 % to 0.05 % is a fall of a whole log."""
    team = make_team(bob)
    people = {"Alice": alices_record}
    for name in ("Charlie", "Dana", "Erin"):
        user = make_user(f"{name.lower()}@row.example.org")
        people[name] = create_patient(user=user, by=user, display_name=name)
    Patient.objects.filter(pk=alices_record.pk).update(display_name="Alice")
    treat(people["Alice"], months_ago(33), medicine="imatinib")
    record_all(people["Alice"], "9 0.05 %, 6 0.05 %, 3 0.05 %, 0 0.05 %")
    treat(people["Charlie"], months_ago(20), months_ago(7), medicine="dasatinib")
    record_all(people["Charlie"], "12 0.05 %, 6 0.05 %, 1 0.5 %")
    treat(people["Dana"], months_ago(4), medicine="nilotinib")
    record_all(people["Dana"], "4 40 %, 1 4 %")
    for patient in people.values():
        share_with_team(patient, team, by=bob)
    mark_reviewed(patient=people["Alice"], team_id=team.pk, by=bob)

    page = sign_in_as(bob).get(reverse("teams:worklist", kwargs={"team_id": team.pk})).content.decode()
    rows = {}
    for line in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        cells = [
            " ".join(re.sub("<[^>]*>", " ", cell).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL)
        ]
        rows[cells[0].split()[0]] = [unescape(cell) for cell in cells]

    # Off treatment: every 2 months in months 6 to 12, so 2 months after the last test.
    reasons = "New results to look at Rising Above 0.1% off treatment"
    assert rows == {
        "Patient": ["Patient", "Latest result", "Change", "Next test", "Seen"],
        "Alice": [
            "Alice 33 months on imatinib", "0.05% MMR, 23 Aug 2026", "Stable", "23 Nov 2026",
            "23 Aug 2026 by Bob Undo Alice",
        ],
        "Charlie": [
            f"Charlie off treatment for 7 months {reasons}", "0.5% MR2, 23 Jul 2026", "Rise of at least 1.0 log",
            "23 Sep 2026", "not yet Mark as seen Charlie",
        ],
        "Dana": [
            "Dana 4 months on nilotinib New results to look at", "4% MR1, 23 Jul 2026", "Falling", "23 Oct 2026",
            "not yet Mark as seen Dana",
        ],
        "Erin": ["Erin no treatment recorded", "–", "–", "–", "not yet Mark as seen Erin"],
    }  # fmt: skip
