"""A worklist's page: what it was asked for stands in it, and goes along to its other groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, Patient, User
from tests.cast import make_team, record_all, share_with_team

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


def test_without_a_filter_each_group_has_its_count(
    team: CareTeam, bob: User, sign_in_as: Callable[[User], Client]
) -> None:
    page = sign_in_as(bob).get(reverse("teams:worklist", kwargs={"team_id": team.pk})).content.decode()
    for words in ("Everybody (1)", "New results to look at (1)", "Rising (1)", "Nothing to do (0)"):
        assert words in page
    assert '<a href="?reason=rising">Rising (1)</a>' in page
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["latest"]
