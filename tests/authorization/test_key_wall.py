"""The read API behind the second wall: with the site's own role it answers the same, and without filters no more."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.services.team_keys import issue_key
from tests.authorization.test_second_wall import without_filters
from tests.authorization.world import World, rolled_back, text_of
from tests.wall import behind_the_wall, make_role

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has neither roles nor policies on rows"),
]


@pytest.fixture(scope="module")
def role(world: World) -> str:
    """Make the role once; it goes with the world."""
    return make_role()


def answers(world: World, role: str, *, is_behind: bool, is_filtered: bool = True) -> list[Any]:
    """Return what a system of Alice's team is answered."""
    alice, boris = world.records["A"].pk, world.records["B"].pk
    result = world.things["result"]["live"].pk
    paths = ["Patient", "metadata", f"Patient/{boris}", f"Observation?patient={boris}"]
    paths += [f"Observation/{alice.hex}{result.hex}", f"MedicationStatement?patient={alice}", f"Patient/{alice}"]
    paths += [f"Observation?patient={alice}&_count=200"]
    found = []
    with rolled_back():
        scopes = ["Patient", "Observation", "MedicationStatement"]
        _, token = issue_key(
            team=world.teams["North"], name="W", scopes=scopes, days=9, by=world.users["lead of North"]
        )
        client = Client(raise_request_exception=False)
        for path in paths:
            with (
                behind_the_wall(role) if is_behind else nullcontext(),
                nullcontext() if is_filtered else without_filters(),
            ):
                found.append(client.get(f"/fhir/{path}", headers={"authorization": f"Bearer {token}"}))
    return found


def test_it_answers_the_same_behind_the_wall(world: World, role: str) -> None:
    without, behind = (answers(world, role, is_behind=is_behind) for is_behind in (False, True))
    assert [one.status_code for one in without] == [200, 200, 404, 404, 200, 200, 200, 200]
    assert [one.content for one in behind] == [one.content for one in without]
    assert b"0.00313177" in behind[4].content


def test_without_the_filters_it_shows_no_other_record(world: World, role: str) -> None:
    texts = {text for part, found in world.canaries.items() if part == "B record" for text in found}

    def leaks(*, is_behind: bool) -> list[str]:
        found = answers(world, role, is_behind=is_behind, is_filtered=False)
        return [text for text in texts for one in found if text in text_of(one)]

    assert leaks(is_behind=False), "the filters are still there: this proves nothing"
    assert not leaks(is_behind=True)
