"""An id is a name and no permission: whose it is is asked wherever it arrives (S14, S15, S18, S19, S22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings

from accounts.models import User
from accounts.sessions import stored_key
from tests.authorization.matrix import LINES, Cell, Line, address_of, body_of, routes
from tests.authorization.test_matrix import verdict_of, without_random
from tests.authorization.world import World, rolled_back, text_of

pytestmark = pytest.mark.django_db

OF_A_RECORD = [name for name, line in LINES.items() if line.door == "record"]
POSTED = [name for name, line in LINES.items() if line.door == "record" and line.post is not None]
#: Who asks where it is not the person whose record it is, or the lead of a team: what is for a care team alone.
ASKED_BY = {
    "milestones:result_check": "clin_team_annotate",
    "milestones:result_compare": "clin_team_annotate",
    "milestones:care_visit": "clin_team_manage",
    "teams:leave": "clin_team_annotate",  # the only lead may not
}
#: The pages that anybody may read without signing in (S22): one who adds to them says why in a review.
PUBLIC = {
    "start", "account_signup", "account_login", "account_confirm_email", "account_undo_email",
    "account_reset_password", "account_reset_password_from_key", "example:page", "example:result", "fhir:metadata",
}  # fmt: skip
MOST_PUBLIC = 10
#: Public too, and show nothing: all that they do is take a token out of the address, and lead on.
TAKE_A_TOKEN = {"open_invitation", "account_undo_email_link"}


@pytest.mark.parametrize("name", OF_A_RECORD)
def test_somebody_elses_and_none_look_the_same(world: World, name: str) -> None:
    """S15: to the byte, but for the request's id and the forms' token."""
    line = LINES[name]
    pairs = [
        ("carer_revoked", Cell("live"), Cell("random", "random")),
        ("ownerA", Cell("b", "b", "b"), Cell("r", "random")),
    ]
    if line.kind:
        pairs.append(("ownerA", Cell("b object", thing="b"), Cell("random object", thing="random")))
        pairs.append(("carer_manage", Cell("b object", thing="b"), Cell("random object", thing="random")))
    for method in line.methods:
        for view, theirs, nobodys in pairs:
            said = []
            for cell in (theirs, nobodys):
                with rolled_back():
                    answer = world.ask(view, method, address_of(line, cell, world), body_of(line, cell, world))
                    said.append(f"{answer.status_code}\n{without_random(answer)}")
            assert said[0] == said[1], f"{method} as {view}: {theirs.variant}"


def ids_of_boris(world: World) -> Iterator[tuple[str, str]]:
    """Yield what a hidden field may hold that belongs to Boris: the ids and keys of his rows, his record, his pages."""
    record = world.records["B"]
    yield "patient", str(record.pk)
    for kind, things in world.things.items():
        thing = things.get("b")
        if thing is not None and hasattr(thing, "pk"):
            yield f"{kind}_id", str(thing.pk)


@pytest.mark.parametrize("name", POSTED)
def test_ids_of_others_in_what_is_posted(world: World, name: str) -> None:
    """S14: Alice's form with everything of Boris' in it changes nothing of his, and shows nothing of it."""
    line = LINES[name]
    cell = Cell("live")
    body = body_of(line, cell, world)
    theirs = dict(ids_of_boris(world))
    keys = [
        str(things["b"].idempotency_key)
        for things in world.things.values()
        if hasattr(things.get("b"), "idempotency_key")
    ]
    canaries = {text for part, texts in world.canaries.items() if part.startswith("B ") for text in texts}
    his = rows_of(world, "B")
    for key in (body["idempotency_key"], *keys):
        with rolled_back():
            answer = world.ask(
                ASKED_BY.get(name, "ownerA"),
                "post",
                address_of(line, cell, world),
                {**body, **theirs, "idempotency_key": key},
            )
            assert answer.status_code in (200, 302, 404, 409, 422), f"{answer.status_code} with the key {key}"
            assert not {text for text in canaries if text in text_of(answer)}
            assert str(world.records["B"].pk) not in answer.get("Location", "")
            assert rows_of(world, "B") == his


def rows_of(world: World, key: str) -> dict[str, list[Any]]:
    """Return every row of somebody's record, and the record itself."""
    record = world.records[key]
    models = [
        model for model in apps.get_models() if any(field.name == "patient" for field in model._meta.get_fields())
    ]
    rows = {
        model.__name__: sorted(model._base_manager.filter(patient=record.pk).values_list(), key=str) for model in models
    }
    rows["Patient"] = list(type(record)._base_manager.filter(pk=record.pk).values_list())
    return rows


@pytest.mark.parametrize("name", ["teams:review", "teams:tags"])
@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"]
)
def test_the_way_back_stays_here(world: World, name: str, back: str) -> None:
    line = LINES[name]
    with rolled_back():
        body = {**body_of(line, Cell("live"), world), "back": back}
        answer = world.ask("clin_team_annotate", "post", address_of(line, Cell("live"), world), body)
    assert answer["Location"].startswith(f"/teams/{world.teams['North'].pk}/")


def test_nobody_ends_anybody_elses_session(world: World) -> None:
    theirs = world.cookies["patientB"][settings.SESSION_COOKIE_NAME].value
    with rolled_back():
        world.ask("ownerA", "post", "/account/sessions/", {"session": stored_key(theirs)})
        assert verdict_of(world.ask("patientB", "get", "/people/")) == "ok"


def _smuggled(world: World) -> dict[str, str]:
    """Return a value for every field of every model, by its name in the model and in the database."""
    boris = world.users["patientB"]
    given = {
        "patient": world.records["B"].pk, "user": boris.pk, "entered_by": boris.pk, "checked_by": boris.pk,
        "team": world.teams["South"].pk, "accepted_by": boris.pk, "revoked_by": boris.pk, "reviewed_by": boris.pk,
        "source": "imported", "state": "confirmed", "status": "entered-in-error", "level": "manage", "role": "lead",
        "version": "999999", "is_staff": "on", "is_superuser": "on", "is_active": "", "in_a_team": "on",
        "invited_at": "1997-03-29", "confirmed_at": "1997-03-29", "created_at": "1997-03-29",
        "ends_on": "2199-01-01", "token_hash": "0" * 64, "checked_version": "1", "left_at": "", "is_private": "",
    }  # fmt: skip
    names = {field.name for model in apps.get_models() for field in model._meta.concrete_fields} | {"owner", "author"}
    body = {name: str(given.get(name, "smuggled-5c1e")) for name in names if name != "idempotency_key"}
    return {**body, **{f"{name}_id": str(value) for name, value in given.items()}}


#: Of whom a row is, who wrote it, how far it has come, and what opens an account: no form sets these.
_NEVER_SET = ("patient_id", "user_id", "entered_by_id", "source", "status", "checked_by_id", "created_at", "team_id",
              "is_staff", "is_superuser", "is_active", "in_a_team", "token_hash", "state",
              "accepted_by_id")  # fmt: skip
#: What a page is there to change, by the name of its address.
_SETS = {"status": ("_change", "_correct", "_withdraw", "_answer", "_rank", "next_test_day", "import_undo"),
         "state": ("my_goal_state", "sharing_"),
         "token_hash": ("sharing_",), "accepted_by_id": (), "checked_by_id": ("result_check",)}  # fmt: skip


def columns_of_all() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (model.__name__, str(row["pk"])): row
        for model in apps.get_models()
        if not model.__name__.startswith(("Historical", "Audit", "Session", "Allowance"))
        for row in model._base_manager.values("pk", *[field.attname for field in model._meta.concrete_fields])
    }


@pytest.mark.parametrize("name", POSTED)
def test_no_column_is_set_that_the_form_does_not_ask_for(world: World, name: str) -> None:
    """S18."""
    line = LINES[name]
    body = body_of(line, Cell("live"), world)
    view = ASKED_BY.get(name, "ownerA")
    asked = _asked_on(world, line) | set(body)
    smuggled = {key: value for key, value in _smuggled(world).items() if key not in asked}
    assert {"patient", "entered_by", "is_staff", "owner", "source", "status"} <= set(smuggled)
    before = columns_of_all()
    names = sorted(smuggled)
    # A request may have so many fields; what is in the first part comes again in none of the others.
    for first in range(0, len(names), 120):
        part = {key: smuggled[key] for key in names[first : first + 120]}
        with rolled_back():
            answer = world.ask(view, "post", address_of(line, Cell("live"), world), {**body, **part})
            assert_nothing_else_is_set(world, name, view, answer, before)


def assert_nothing_else_is_set(world: World, name: str, view: str, answer: Any, before: dict[Any, Any]) -> None:
    after = columns_of_all()
    assert answer.status_code in (200, 302, 404, 409, 422)
    assert not any("smuggled-5c1e" in str(row) for row in after.values()), "a text that no form asked for was kept"
    boris = world.users["patientB"].pk
    for key, row in after.items():
        old = before.get(key)
        for column in _NEVER_SET:
            if column in row and old is not None and row[column] != old[column]:
                assert any(part in name for part in _SETS.get(column, ())), f"{key[0]}.{column} was changed"
        if old is None:
            assert row.get("patient_id") in (None, world.records["A"].pk)
            assert row.get("entered_by_id") in (None, world.users[view].pk)
            assert row.get("status") in (None, "final")
            assert row.get("source") in (None, "imported" if name == "milestones:import_preview" else "typed")
            assert row.get("state") in (None, "open", "invited", "done")
        assert old is not None or boris not in row.values()
        if old is not None and "version" in row:
            assert row["version"] - old["version"] in (0, 1)
    assert not User.objects.filter(is_superuser=True).exclude(pk=world.users["operator"].pk).exists()


def _asked_on(world: World, line: Line) -> set[str]:
    """Return the names of all fields that the page of a form has."""
    if line.get is None:
        return set()
    return set(re.findall(r'name="(\w+)"', text_of(world.ask("ownerA", "get", address_of(line, Cell("live"), world)))))


def test_no_address_holds_a_number_that_counts_up(world: World) -> None:
    """S19: the ids of addresses are random."""
    assert _counted() == set()
    for line in LINES.values():
        for kind in line.ids.values():
            thing = None if kind == "example result" else world.things.get(kind, {}).get("live")
            assert thing is None or UUID(str(getattr(thing, "pk", thing))).version in (4, 5), line.name


def _counted() -> set[str]:
    return {
        name
        for name, pattern in routes()
        if any(type(one).__name__ == "IntConverter" for one in pattern.pattern.converters.values())
    }


def test_only_ten_addresses_are_public(world: World) -> None:
    """S22: no other shows anything to somebody who has not signed in."""
    answered, shown = set(), set()
    for name, line in LINES.items():
        for method in line.methods:
            with rolled_back():
                answer = world.ask(
                    "anon", method, address_of(line, Cell("live"), world), body_of(line, Cell("live"), world)
                )
            if verdict_of(answer) == "ok":
                answered.add(name)
            if answer.status_code == HTTPStatus.OK:
                shown.add(name)
    assert answered == PUBLIC | TAKE_A_TOKEN
    # A link that confirms an address leads on first, so that its key leaves the address; its page shows something too.
    assert shown | {"account_confirm_email"} == PUBLIC
    assert len(PUBLIC) <= MOST_PUBLIC
