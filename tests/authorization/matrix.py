"""What the table of rights says of one request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.authorization.table import TABLE
from tests.authorization.world import World

Verdict = str
METHODS = ("get", "post")
MALFORMED = "not-an-id"
_RECORD, _TEAM = "milestones", "teams"
VIEWS: dict[str, list[str]] = TABLE["views"]
ALL_VIEWS = [view for group in VIEWS.values() for view in group]


@dataclass(frozen=True)
class Cell:
    """What of an address is whose: the record or the team, then the object. "a" stands for Alice's."""

    variant: str
    door: str = "live"
    thing: str = "live"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    get: Any = None
    post: Any = None
    body: str = ""
    writes: bool = True
    ids: dict[str, str] = field(default_factory=dict)
    own_only: bool = False
    withdrawn: dict[str, str] = field(default_factory=dict)
    hidden: str = ""
    instead: dict[str, str] = field(default_factory=dict)
    only_maker: bool = False

    @property
    def methods(self) -> list[str]:
        return [method for method in METHODS if getattr(self, method) is not None]

    @property
    def door(self) -> str:
        """What must be open before anything else: a record, a team, or nothing."""
        if self.name in ("teams:review", "teams:tags"):
            return "both"
        return {_RECORD: "record", _TEAM: "team"}.get(self.name.partition(":")[0], "none")

    @property
    def kind(self) -> str:
        """The kind of object that the address names, "" for none."""
        return next((kind for kind in self.ids.values() if not kind.startswith("=")), "")


LINES = {name: Line(name, **values) for name, values in TABLE["routes"].items()}


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the site with its full name."""
    yield from _routes(get_resolver(), "")


def _routes(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}", pattern


def cells_of(line: Line, world: World) -> list[Cell]:
    """Return what the address of a line can name."""
    if line.door == "none":
        things = world.things.get(line.kind, {})
        names = [*things, "random", "malformed"] if line.kind else ["live"]
        return [Cell(name, thing=name) for name in names]
    cells = [Cell("live"), Cell("b's", "b", "b"), Cell("random", "random"), Cell("malformed", "malformed")]
    if line.kind:
        cells += [
            Cell(f"{name} object", thing=name) for name in world.things[line.kind] if name not in ("live", "b hidden")
        ]
        cells += [Cell(f"{name} object", thing=name) for name in ("random", "malformed")]
        cells += [Cell("a's object in b's", "b"), Cell("random object in b's", "b", "random")]
    if line.door == "both":
        cells += [Cell("another team", thing="b"), Cell("b's record, this team", "b")]
    return cells


def address_of(line: Line, cell: Cell, world: World) -> str:
    """Return the address that a request goes to."""
    doors: dict[str, Any] = {"live": world.records["A"].pk, "b": world.records["B"].pk}
    teams: dict[str, Any] = {name: team.pk for name, team in world.things["team"].items()}
    kwargs: dict[str, Any] = {}
    if line.door in ("record", "both"):
        kwargs["patient_id"] = doors.get(cell.door, _STAND_INS.get(cell.door))
    if line.door == "team":
        kwargs["team_id"] = teams.get(cell.door, _STAND_INS.get(cell.door))
    if line.door == "both":
        kwargs["team_id"] = teams[cell.thing]
    for name, kind in line.ids.items():
        thing = world.things.get(kind, {}).get(cell.thing)
        kwargs[name] = kind[1:] if kind.startswith("=") else getattr(thing, "pk", thing) or _STAND_INS[cell.thing]
    return reverse(line.name, kwargs=kwargs).replace(str(_STAND_INS["malformed"]), MALFORMED)


_STAND_INS = {"random": uuid4(), "malformed": uuid4()}


def body_of(line: Line, cell: Cell, world: World) -> dict[str, str]:
    """Return what is posted."""
    thing = world.things.get(line.kind, {}).get(cell.thing)
    filled: dict[str, str] = {"@version": str(getattr(thing, "version", 1)), **world.proof}
    body: dict[str, str] = dict(TABLE["bodies"][line.body]) if line.body else {}
    body.setdefault("idempotency_key", "0b9f4a52-8a53-4f2e-9d0e-2d2f4c0a6a11")
    return {name: str(filled.get(text, text)) for name, text in body.items()}


def expected(line: Line, method: str, view: str, cell: Cell) -> Verdict:
    """Return what the table says."""
    if "malformed" in (cell.door, cell.thing):
        return "missing"
    group = _group_of(view)
    if line.door == "none":
        return _elsewhere(line, method, view, cell)
    if group == "signed_out":
        return "sign in"
    if group == "no_second_factor":
        return "factor"
    if method not in line.methods:
        return "wrong method"
    return _in_a_team(line, method, view, cell) if line.door == "team" else _in_a_record(line, method, view, cell)


def _elsewhere(line: Line, method: str, view: str, cell: Cell) -> Verdict:
    said = TABLE["elsewhere"][getattr(line, method) or getattr(line, line.methods[0])]
    group = _group_of(view)
    verdict: Verdict = said.get(view) or said["signed_in" if group.startswith("sees") else group]
    if method not in line.methods:
        return verdict if verdict in ("sign in", "factor") else "wrong method"
    return "missing" if verdict == "ok" and cell.thing != "live" else verdict


def _in_a_team(line: Line, method: str, view: str, cell: Cell) -> Verdict:
    right = getattr(line, method)
    roles = TABLE["teams"].get(cell.door, {})
    role = next((name for name, views in roles.items() if view in views), None)
    if role is None:
        return "missing"
    if right == "lead" and role != "lead":
        return "forbidden"
    # A viewer is in the team and only reads; a request that they cannot answer is not there for them.
    if right == "answers" and role == "viewer":
        return "missing"
    return line.instead.get(method, "ok") if not line.kind or cell.door == cell.thing else "missing"


def _in_a_record(line: Line, method: str, view: str, cell: Cell) -> Verdict:
    owners = {"live": "ownerA", "b": "patientB"}
    if view not in VIEWS["sees_the_record"] and owners.get(cell.door) != view:
        return "missing"
    if cell.door != "live" and owners.get(cell.door) != view:
        return "missing"
    view = "ownerA" if owners.get(cell.door) == view else view
    if view not in TABLE["rights"][getattr(line, method)]:
        return "forbidden"
    if line.door == "both":
        team = TABLE["teams"][cell.thing]
        return "ok" if view in (*team["member"], *team["lead"]) and cell.door == "live" else "missing"
    if not line.kind:
        return line.instead.get(method, "ok")
    is_of_record = cell.thing == "b" if cell.door == "b" else cell.thing not in ("b", "random")
    if not is_of_record:
        return "missing"
    return _of_an_object(line, method, view, cell)


def _of_an_object(line: Line, method: str, view: str, cell: Cell) -> Verdict:
    corrects_all = view in TABLE["corrects_what_others_wrote"]
    is_theirs = not line.own_only or corrects_all or (view, cell.thing) == ("carer_manage", "own")
    if cell.thing == "withdrawn" and method in line.withdrawn:
        said = line.withdrawn[method]
        return said if is_theirs or said == "missing" else "forbidden"
    if cell.thing == "hidden" and line.hidden == "for the team" and not view.startswith("clin_team"):
        return "missing"
    if cell.thing == "hidden" and (line.hidden == "missing for all" or (line.hidden == "missing" and view != "ownerA")):
        return "missing"
    if line.only_maker and view != "ownerA":
        return "missing"
    return "ok" if is_theirs else "forbidden"


@cache
def _group_of(view: str) -> str:
    return next(group for group, views in VIEWS.items() if view in views)
