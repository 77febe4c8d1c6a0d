"""A name that comes twice in a request, in either order: what is somebody else's never wins (S18)."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from accounts.services.team_keys import issue_key
from accounts.sessions import stored_key
from tests.authorization.matrix import LINES, Cell, address_of, body_of
from tests.authorization.test_ids import POSTED, assert_nothing_else_is_set, columns_of_all, rows_of
from tests.authorization.test_matrix import verdict_of
from tests.authorization.test_places_of_ids import everything_of_boris, leaks, who_asks
from tests.authorization.world import World, rolled_back, text_of

pytestmark = pytest.mark.django_db

POSTED_TO_A_TEAM = [name for name, line in LINES.items() if line.door in ("team", "both") and line.post is not None]
ORDERS = pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["theirs last", "theirs first"])

#: Another value of what a team's own forms ask for, which they would take just as well.
ANOTHER = {
    "email": "second@example.org", "role": "lead", "name": "Clinic Second", "telephone": "456", "accept": "0",
    "tags": "second",
}  # fmt: skip
#: What is drawn anew for each row, or says when.
FRESH = ("id", "pk", "token_hash", "sealed", "idempotency_key")


def twice(world: World, name: str, order: tuple[int, int]) -> dict[str, list[str]]:
    """Return every name of an id or an owner with two values: the one that is right, and Boris' or his team's."""
    who = world.users[who_asks(name)].pk
    right = {
        **dict.fromkeys(("patient", "patient_id", "record", "record_id", "subject", "id", "pk"), world.records["A"].pk),
        **dict.fromkeys(("user", "user_id", "owner", "owner_id", "account", "actor", "entered_by", "author"), who),
        **{
            f"{kind}_id": things["live"].pk
            for kind, things in world.things.items()
            if hasattr(things.get("live"), "pk")
        },
        "team": world.teams["North"].pk,
    }
    boris = world.users["patientB"].pk
    theirs = {**everything_of_boris(world), "entered_by": boris, "author": boris, "team": world.teams["South"].pk}
    pairs = {one: (str(value), str(theirs[one])) for one, value in right.items() if one in theirs}
    thing = world.things.get(LINES[name].kind or "result", {}).get("b")
    if thing is not None and hasattr(thing, "idempotency_key"):
        pairs["idempotency_key"] = (str(uuid4()), str(thing.idempotency_key))
    return {one: [values[place] for place in order] for one, values in pairs.items()}


def rows_of_south(world: World) -> dict[str, list[Any]]:
    """Return every row of the team that Alice does not share with."""
    south = world.teams["South"]
    models = [model for model in apps.get_models() if any(one.name == "team" for one in model._meta.get_fields())]
    rows = {model.__name__: sorted(model._base_manager.filter(team=south).values_list(), key=str) for model in models}
    return {**rows, "CareTeam": list(type(south)._base_manager.filter(pk=south.pk).values_list())}


@ORDERS
@pytest.mark.parametrize("name", [*POSTED, *POSTED_TO_A_TEAM])
def test_ids_and_owners_twice(world: World, name: str, order: tuple[int, int]) -> None:
    line, view = LINES[name], who_asks(name)
    address, body = address_of(line, Cell("live"), world), body_of(line, Cell("live"), world)
    doubled = twice(world, name, order)
    assert {"patient", "user", "team", "entered_by", "result_id"} <= set(doubled)
    his, souths, before = rows_of(world, "B"), rows_of_south(world), columns_of_all()
    with rolled_back():
        answer = world.ask(view, "post", address, {**body, **doubled})
        assert not leaks(world, text_of(answer))
        assert rows_of(world, "B") == his
        assert rows_of_south(world) == souths
        if line.door == "record":
            assert_nothing_else_is_set(world, name, view, answer, before)


def written_by(world: World, name: str, body: dict[str, Any]) -> list[str]:
    """Return each row that a form adds or changes, with the columns that it sets."""
    before = columns_of_all()
    with rolled_back():
        world.ask(who_asks(name), "post", address_of(LINES[name], Cell("live"), world), body)
        after = columns_of_all()
    said = []
    for key, row in after.items():
        old = before.get(key, {})
        new = {one: str(value) for one, value in row.items() if one not in old or old[one] != value}
        if new:
            kept = {one: value for one, value in new.items() if one not in FRESH and not one.endswith("_at")}
            said.append(f"{key[0]} {key[1] if old else 'new'} {kept}")
    return sorted(said)


@ORDERS
@pytest.mark.parametrize("name", POSTED_TO_A_TEAM)
def test_a_form_of_a_team_with_everything_twice_is_one_form(world: World, name: str, order: tuple[int, int]) -> None:
    """It writes what the same form writes that has each value once: one row, and by whoever has sent it."""
    body = body_of(LINES[name], Cell("live"), world)
    own = {one: [(value, ANOTHER.get(one, value))[place] for place in order] for one, value in body.items()}
    once = written_by(world, name, {one: values[-1] for one, values in own.items()})
    assert once or not LINES[name].writes
    assert written_by(world, name, {**own, **twice(world, name, order)}) == once


@ORDERS
def test_a_session_twice(world: World, order: tuple[int, int]) -> None:
    own, theirs = (
        stored_key(world.cookies[who][settings.SESSION_COOKIE_NAME].value) for who in ("idle_expired", "patientB")
    )
    with rolled_back():
        world.ask("ownerA", "post", "/account/sessions/", {"session": [(own, theirs)[place] for place in order]})
        assert verdict_of(world.ask("patientB", "get", "/people/")) == "ok"


@ORDERS
@pytest.mark.parametrize("name", ["teams:review", "teams:tags"])
def test_a_way_back_twice(world: World, name: str, order: tuple[int, int]) -> None:
    line, ways = LINES[name], (f"/teams/{world.teams['North'].pk}/", "https://evil.example/")
    body = {**body_of(line, Cell("live"), world), "back": [ways[place] for place in order]}
    with rolled_back():
        answer = world.ask("clin_team_annotate", "post", address_of(line, Cell("live"), world), body)
    assert answer["Location"] == f"{ways[0]}#patient-{world.records['A'].pk}"


@pytest.mark.parametrize("kind", ["Observation", "MedicationStatement", "Patient"])
def test_two_people_in_a_search_of_a_system(world: World, kind: str) -> None:
    """One name twice, and the two names that mean the same, in either order."""
    scopes = ["Patient", "Observation", "MedicationStatement"]
    people = [str(world.records[key].pk) for key in "AB"]
    names = (
        [("_id", "_id")]
        if kind == "Patient"
        else [("patient", "patient"), ("subject", "patient"), ("patient", "subject")]
    )
    with rolled_back():
        _, key = issue_key(team=world.teams["North"], name="W", scopes=scopes, days=9, by=world.users["lead of North"])
        for first, second in permutations(people):
            for one, other in names:
                address = f"/fhir/{kind}?{urlencode([(one, first), (other, second)])}"
                answer = Client().get(address, headers={"authorization": f"Bearer {key}"})
                assert answer.status_code == 400, address
                assert not leaks(world, text_of(answer))
