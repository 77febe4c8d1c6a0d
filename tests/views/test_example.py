"""The made-up record: to look at without an account, read-only, and said to be made up on every page."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from milestones.selectors.made_up import example_timeline
from milestones.views.example import PAGES
from tests.cast import everything_stored, words_of

pytestmark = pytest.mark.django_db


def addresses() -> dict[str, str]:
    """Return every address of the example."""
    pages = {one.link: reverse("example:page", kwargs={"page": rest}) for rest, one in PAGES.items()}
    return {**pages, "result": reverse("example:result", kwargs={"result_id": example_timeline().rows[-1].id})}


def test_its_addresses_are_where_they_always_were() -> None:
    """Somebody may have kept one."""
    newest = example_timeline().rows[-1].id
    assert addresses() == {
        "home": "/example/",
        "goals": "/example/goals/",
        "first_year": "/example/first-year/",
        "results": "/example/results/",
        "figure": "/example/results/figure.json",
        "result": f"/example/results/{newest}/",
    }


@pytest.mark.parametrize("address", ["nothing/", "results/figure.json/", "results/x/", "results/figurexjson"])
def test_it_has_no_other_page(client: Client, address: str) -> None:
    assert client.get(f"/example/{address}", follow=True).status_code == 404


@pytest.mark.parametrize("name", [*(one.link for one in PAGES.values()), "result"])
def test_anybody_may_look_and_nobody_may_write(client: Client, name: str) -> None:
    before = everything_stored(with_audit=True)
    assert client.get(addresses()[name]).status_code == 200
    assert client.post(addresses()[name]).status_code == 405
    assert everything_stored(with_audit=True) == before


@pytest.mark.parametrize("name", ["home", "results", "result", "goals", "first_year"])
def test_every_page_says_that_it_is_made_up(client: Client, name: str) -> None:
    words = words_of(client.get(addresses()[name]))
    assert "Alex (made up)" in words
    assert "This person and these numbers are made up." in words


@pytest.mark.parametrize("name", ["home", "results", "result", "goals", "first_year"])
def test_its_links_stay_in_the_example_or_lead_to_an_account(client: Client, name: str) -> None:
    html = client.get(addresses()[name]).content.decode()
    assert "/records/" not in html
    assert 'method="post"' not in html
    for href in re.findall(r'href="(/[^"]*)"', html):
        if not href.startswith("/static/"):
            assert client.get(href.split("#")[0]).status_code == 200, href


def test_it_costs_no_query_and_opens_no_record(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
        client.get(addresses()["results"])
    assert not AuditEvent.objects.exists()


def test_a_result_that_it_does_not_have_is_not_found(client: Client) -> None:
    assert client.get(reverse("example:result", kwargs={"result_id": uuid4()})).status_code == 404


def test_its_chart_takes_a_part_of_the_time(client: Client) -> None:
    answer = client.get(addresses()["figure"], {"from": "2026-05-01", "to": "2026-08-20"})
    days = [day for trace in answer.json()["data"] if trace["mode"] == "markers" for day in trace["x"]]
    assert days == ["2026-06-08", "2026-08-14"]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-08-20", "to": "2026-05-01"},
        {"from": "2026-05-01"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "x", "to": "y"},
        {"from": "2026-05-01\x00", "to": "2026-08-01"},
    ],
)
def test_a_part_of_the_time_that_is_none_shows_everything(client: Client, query: dict[str, str]) -> None:
    whole = client.get(addresses()["figure"]).json()
    assert client.get(addresses()["figure"], query).json() == whole
