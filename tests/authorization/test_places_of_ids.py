"""An id of somebody else's counts nowhere (S14): not in a query, a header, a cookie, a row of a form or a way back.

Whose record a page is about stands in its address alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.authorization.matrix import LINES, Cell, address_of, body_of
from tests.authorization.test_ids import ASKED_BY, ids_of_boris, rows_of
from tests.authorization.world import PASSWORD, World, rolled_back, text_of
from tests.cast import TODAY, dated, form_on, record_visit, typed

pytestmark = pytest.mark.django_db

#: Headers by which a proxy, or a careless program, says who is asking and for what.
_WHO = ("X-User-Id", "X-User", "X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Authenticated-User", "From")
_WHOSE = ("X-Patient-Id", "X-Patient", "X-Record-Id", "X-Subject", "X-Team-Id")
_WHERE = ("Referer", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Uri", "Origin-Path")
_NOT_OF_A = ("B ", "asks South", "Clinic South")


def who_asks(name: str) -> str:
    """Return whose browser it is: of whom the page is, or somebody of Alice's team where it is a team's."""
    door = LINES[name].door
    return ASKED_BY.get(name, {"team": "lead of North", "both": "clin_team_annotate"}.get(door, "ownerA"))


def everything_of_boris(world: World) -> dict[str, str]:
    record, boris = str(world.records["B"].pk), str(world.users["patientB"].pk)
    return {
        **dict.fromkeys(("patient", "patient_id", "record", "record_id", "subject", "id", "pk"), record),
        **dict.fromkeys(("user", "user_id", "owner", "owner_id", "account", "actor"), boris),
        **{name.replace(" ", "_"): value for name, value in ids_of_boris(world)},
    }


def placed(world: World, place: str, address: str) -> tuple[str, dict[str, Any]]:
    """Return an address, and what goes with it, so that all of Boris' ids stand in one place of a request."""
    ids = everything_of_boris(world)
    if place == "query":
        return f"{address}?{urlencode(ids)}", {}
    if place == "cookies":
        return address, {"cookies": ids}
    page = reverse("milestones:home", kwargs={"patient_id": world.records["B"].pk})
    named = {
        **dict.fromkeys(_WHO, world.users["patientB"].email),
        **dict.fromkeys(_WHOSE, ids["patient"]),
        **dict.fromkeys(_WHERE, f"http://localhost{page}"),
    }
    return address, {"headers": named}


def leaks(world: World, text: str) -> set[str]:
    return {one for part, texts in world.canaries.items() if part.startswith(_NOT_OF_A) for one in texts if one in text}


def without_fresh(text: str) -> str:
    """Return what left the site without what is drawn anew each time; a PDF, which is set anew, has another length."""
    uuid = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return re.sub(rf"[0-9A-Za-z]{{64}}|[0-9A-Za-z]{{32}}|{uuid}|Length: \d+", "*", text)


@pytest.fixture(autouse=True)
def _still_clock(world: World) -> Iterator[None]:
    """Let no two answers differ by the second in which they were given."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.parametrize("name", LINES)
def test_ids_beside_the_address_are_not_read(world: World, name: str) -> None:
    line, view, his = LINES[name], who_asks(name), rows_of(world, "B")
    address, body = address_of(line, Cell("live"), world), body_of(line, Cell("live"), world)
    for method in line.methods:
        with rolled_back():
            plain = world.ask(view, method, address, body)
            said = without_fresh(text_of(plain))
        for place in ("query", "headers", "cookies"):
            with rolled_back() as writes:
                to, beside = placed(world, place, address)
                answer = world.ask(view, method, to, body, **beside)
                text = text_of(answer)
                assert not leaks(world, text), place
                assert method == "post" or not writes.tables, place
                assert rows_of(world, "B") == his, place
                assert answer.status_code != 404 or plain.status_code == 404, place
                if place != "query":  # which a page may be chosen by, and its links may carry on
                    assert (answer.status_code, without_fresh(text)) == (plain.status_code, said), place


def rows_of_a_sheet(question_id: Any) -> dict[str, str]:
    """Return one row of the page on which a team writes down a visit, as it is sent."""
    row = f"answer-{question_id}"
    return {f"{row}-answer": "Row-Canary-14", f"{row}-version": "1", f"{row}-idempotency_key": str(uuid4())}


@pytest.mark.parametrize("part", ["theirs", "own", "plan", "plan of a visit of today", "test"])
def test_a_row_of_another_record_is_not_written(world: World, part: str) -> None:
    """The one form of many rows: with Boris' row alone, and with his rows and ids beside each of Alice's."""
    own, theirs = (world.things["question"][variant].pk for variant in ("live", "b"))
    alice, ids = world.records["A"], {**everything_of_boris(world), "row_id": str(theirs)}
    address = reverse("milestones:care_visit", kwargs={"patient_id": alice.pk})
    parts = {"theirs": f"answer-{theirs}", "own": f"answer-{own}", "test": "test"}
    sent = parts.get(part, "plan")
    plan = {"plan-notes": "We wait.", "plan-idempotency_key": str(uuid4()), "plan-version": "1"}
    test = {**dated("test-on", TODAY + timedelta(days=9)), "test-idempotency_key": str(uuid4()), "test-version": "1"}
    body = {"part": sent, **plan, **test, **rows_of_a_sheet(theirs), **ids}
    body |= {f"{sent}-{name}": value for name, value in ids.items()}
    if part == "own":
        body |= {**rows_of_a_sheet(own), f"answer-{own}-version": str(world.things["question"]["live"].version)}
    with rolled_back():
        if part == "plan of a visit of today":
            record_visit(alice, TODAY)
        hers, his = rows_of(world, "A"), rows_of(world, "B")
        answer = world.ask("clin_team_manage", "post", address, body)
        assert answer.status_code in ((404,) if part == "theirs" else (200, 302))
        assert not leaks(world, text_of(answer))
        assert rows_of(world, "B") == his
        assert (rows_of(world, "A") == hers) is (part == "theirs")
        assert not {one for one in ids.values() if one in str(rows_of(world, "A")) and one not in str(hers)}


def test_the_proof_that_somebody_else_was_asked_saves_nothing(world: World) -> None:
    """S24: Boris has checked the same result, in his own record."""
    his, hers = (reverse("milestones:result_add", kwargs={"patient_id": world.records[key].pk}) for key in "BA")
    body = {"idempotency_key": str(uuid4()), **typed("0.042 %")}
    with rolled_back():
        shown = form_on(world.ask("patientB", "post", his, {**body, "step": "check"}))["checked"][0]
        before = rows_of(world, "A")
        answer = world.ask("ownerA", "post", hers, {**body, "step": "save", "checked": shown})
        assert answer.status_code == 200
        assert rows_of(world, "A") == before
        assert world.ask("patientB", "post", his, {**body, "step": "save", "checked": shown}).status_code == 302


@pytest.mark.parametrize("name", ["teams:review", "teams:tags"])
def test_a_way_back_to_another_record_shows_nothing_of_it(world: World, name: str) -> None:
    page = reverse("milestones:home", kwargs={"patient_id": world.records["B"].pk})
    line = LINES[name]
    body = {**body_of(line, Cell("live"), world), "back": page}
    with rolled_back():
        answer = world.ask("clin_team_annotate", "post", address_of(line, Cell("live"), world), body)
        there = world.ask("clin_team_annotate", "get", answer["Location"])
        assert there.status_code == 404
        assert not leaks(world, text_of(answer) + text_of(there))


@pytest.mark.parametrize("form", ["/account/sign-in/", "/account/confirm-sign-in/"])
@pytest.mark.parametrize("is_posted", [True, False])
def test_where_to_go_next_shows_nothing_of_another_record(world: World, form: str, is_posted: bool) -> None:
    there = reverse("milestones:home", kwargs={"patient_id": world.records["B"].pk})
    body = {"login": world.users["ownerA"].email, "password": PASSWORD, **({"next": there} if is_posted else {})}
    view = "anon" if "confirm" not in form else "ownerA"
    with rolled_back():
        answer = world.ask(view, "post", form if is_posted else f"{form}?next={there}", body)
        assert answer.status_code == 302
        led = world.client.get(answer["Location"])
        assert not leaks(world, text_of(answer) + text_of(led))
        assert led.status_code == (404 if answer["Location"] == there else 302)
