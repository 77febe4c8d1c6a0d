"""Every address of the site, for everybody, with every kind of object: authz_matrix.yaml says what they are answered.

S13, S15, S21, S22, S25, S29. Whoever has no right to a record is told that it is not there; whoever may see it but not
do this is told that. What is refused shows nothing, changes nothing, and is written down once.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from accounts.models import AuditEvent
from tests.authorization.matrix import (
    ALL_VIEWS,
    LINES,
    METHODS,
    VIEWS,
    Cell,
    Line,
    address_of,
    body_of,
    cells_of,
    expected,
    routes,
)
from tests.authorization.world import World, Writes, rolled_back, text_of

pytestmark = pytest.mark.django_db

#: Which canaries somebody may see, wherever they come to; nobody else may see any of them anywhere.
_READS = VIEWS["sees_the_record"]
_READS_PARTS = [view for view in _READS if view != "carer_partial"]
_TEAMS = ["clin_team_read", "clin_team_annotate", "clin_team_manage"]
_IN_NORTH = ["clin_team_read", "clin_team_annotate"]
_IN_SOUTH = ["clin_other_team", "team_manager"]
MAY_SEE: dict[str, list[str]] = {
    "A name": [*_READS, "carer_pending"],
    "A address": ["ownerA"],
    "A carers": ["ownerA"],
    "A record": _READS,
    "A effects": _READS_PARTS,
    "A visits": _READS_PARTS,
    "A missed": _READS_PARTS,
    "A private": ["ownerA"],
    "A held": _TEAMS,
    "A file": ["ownerA"],
    **{f"B {part}": ["patientB"] for part in ("name", "address", "carers", "record", "effects", "visits", "missed")},
    "B private": ["patientB"],
    "B file": ["patientB"],
    "asks North name": _IN_NORTH,
    "asks North address": [],
    "asks South name": _IN_SOUTH,
    "asks South address": [],
    "Clinic North tags": _IN_NORTH,
    "Clinic North invited": [],
    "Clinic South invited": ["team_manager"],
}
_REFUSED = ("missing", "forbidden", "no key", "sign in", "factor", "again", "wrong method", "taken back")


def forbidden_to(world: World, view: str) -> dict[str, str]:
    """Return every text that this view may not see, with the part that it stands in."""
    own = world.users.get(view)
    return {
        text: part
        for part, texts in world.canaries.items()
        if view not in MAY_SEE[part]
        for text in texts
        if own is None or text != own.email
    }


def verdict_of(answer: Any) -> str:
    """Say in the words of the table what somebody was answered."""
    if answer.status_code == 302:
        to = answer["Location"]
        for start, name in (
            ("/account/sign-in/?said=", "told"),
            ("/account/sign-in/", "sign in"),
            ("/account/security/", "factor"),
            ("/account/confirm-sign-in/", "again"),
        ):
            if to.startswith(start):
                return name
        return "away" if to == "/" else "ok"
    if answer.status_code == 409 and "This was marked as entered by mistake" in text_of(answer):
        return "taken back"
    named = {200: "ok", 409: "ok", 403: "forbidden", 404: "missing", 405: "wrong method", 422: "unfit", 401: "no key"}
    return named.get(answer.status_code, str(answer.status_code))


def without_random(answer: Any) -> str:
    """Return an answer without what is drawn anew each time: the request's id, the forms' token, a key shown once."""
    return re.sub(r"[0-9a-f]{32}|[0-9A-Za-z]{64}|<code>[\w-]{43}</code>", "*", text_of(answer))


def test_every_address_has_one_line() -> None:
    found = Counter(name for name, _ in routes())
    assert {name: count for name, count in found.items() if count > 1} == {}
    assert set(found) - set(LINES) == set(), "addresses without a line in authz_matrix.yaml"
    assert set(LINES) - set(found) == set(), "lines of authz_matrix.yaml without an address"


def test_every_text_is_looked_for(world: World) -> None:
    """A canary that its owner never meets would find no leak."""
    assert set(world.canaries) == set(MAY_SEE)
    unseen = {text for texts in world.canaries.values() for text in texts}
    # Nobody reads the addresses of those who ask a team, nor whom another team has invited.
    never = {text for part in ("asks North address", "asks South address") for text in world.canaries[part]}
    never |= world.canaries["Clinic North invited"]
    for line in LINES.values():
        for cell in cells_of(line, world):
            for view in ("ownerA", "patientB", "clin_team_annotate", "team_manager"):
                if line.get is None or unseen == never or expected(line, "get", view, cell) != "ok":
                    continue
                with rolled_back():
                    text = text_of(world.ask(view, "get", address_of(line, cell, world)))
                unseen -= {canary for canary in unseen if canary in text}
    assert unseen == never


@pytest.mark.parametrize("name", LINES)
def test_cells(world: World, name: str) -> None:
    wrong = [fault for view in ALL_VIEWS for fault in wrong_cells(world, name, view)]
    assert not wrong, "\n".join(wrong)


def wrong_cells(world: World, name: str, view: str) -> list[str]:
    """Ask for one page as one view, with everything that its address can name, and say what is not as it should be."""
    line, hidden = LINES[name], forbidden_to(world, view)
    wrong = []
    for cell in cells_of(line, world):
        for method in METHODS:
            # A method that a page does not take is refused before anything of the address is looked at.
            if method in line.methods or cell.variant == "live":
                wrong += _wrong_in(world, line, view, cell, method, hidden)
    return wrong


def _wrong_in(world: World, line: Line, view: str, cell: Cell, method: str, hidden: dict[str, str]) -> list[str]:
    """Ask once, and say everything that is not as it should be."""
    said = expected(line, method, view, cell)
    address, body = address_of(line, cell, world), body_of(line, cell, world)
    with rolled_back() as writes:
        answer = world.ask(view, method, address, body)
        text = text_of(answer)
        faults = _faults(world, line, view, cell, method, said, answer, writes)
    if method == "get" and cell.variant == "live":
        with rolled_back():
            head = world.ask(view, "head", address)
        if (head.status_code, head.get("Location"), text_of(head).strip().count("<")) != (
            answer.status_code, answer.get("Location"), 0,
        ):  # fmt: skip
            faults.append("HEAD is answered otherwise than GET")
    faults += [f"shows {text_!r} of {part}" for text_, part in hidden.items() if text_ in text]
    return [f"{method} {line.name}, {cell.variant}, as {view}: {fault}" for fault in faults]


def _faults(
    world: World, line: Line, view: str, cell: Cell, method: str, said: str, answer: Any, writes: Writes
) -> list[str]:
    faults = []
    given = verdict_of(answer)
    if given != said:
        faults.append(f"expected {said}, was {given}")
    if said in _REFUSED:
        if writes.tables and world.fingerprint() != world.before:
            faults.append(f"was refused and wrote to {sorted(writes.tables)}")
    elif method == "get":
        if writes.tables:
            faults.append(f"GET wrote to {sorted(writes.tables)}")
    elif line.writes and cell.variant == "live" and not writes.tables:
        faults.append("what was posted was not saved: the body is no proof of anything")
    return faults + _unaudited(world, line, view, cell, said)


def _unaudited(world: World, line: Line, view: str, cell: Cell, said: str) -> list[str]:
    """A refused try of somebody who has signed in is written down once, and an opening at least once."""
    if line.door == "none" or said in ("sign in", "wrong method") or "malformed" in (cell.door, cell.thing):
        return []
    outcomes = Counter(AuditEvent.objects.filter(pk__gt=world.last_event).values_list("outcome", flat=True))
    if said in ("forbidden", "factor") and outcomes != {"refused": 1}:
        return [f"refused, and the audit trail says {dict(outcomes)}"]
    if said == "missing" and outcomes not in ({"refused": 1}, {"allowed": 1}):
        return [f"missing, and the audit trail says {dict(outcomes)}"]
    if said == "missing" and _has_no_right(line, view, cell) and outcomes != {"refused": 1}:
        return [f"no right, and the audit trail says {dict(outcomes)}"]
    if said == "ok" and not outcomes["allowed"]:
        return ["opened, and the audit trail says nothing"]
    return []


def _has_no_right(line: Line, view: str, cell: Cell) -> bool:
    is_own = (view, cell.door) == ("patientB", "b")
    return line.door == "record" and not is_own and (cell.door != "live" or view not in VIEWS["sees_the_record"])
