"""No address of the site answers a method that is not its own, whoever asks and whatever a header says (S21)."""

from __future__ import annotations

import pytest

from tests.authorization.matrix import LINES, address_of, cells_of
from tests.authorization.world import World, rolled_back

pytestmark = pytest.mark.django_db

WRONG = ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "CONNECT")
OVERRIDES = ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")
ASKING = ("anon", "ownerA", "clin_team_manage")


def address_for(name: str, world: World) -> str:
    line = LINES[name]
    cells = cells_of(line, world)
    return address_of(line, next((cell for cell in cells if cell.variant == "live"), cells[0]), world)


@pytest.mark.parametrize("name", LINES)
def test_other_methods_are_refused_and_write_nothing(world: World, name: str) -> None:
    address = address_for(name, world)
    with rolled_back() as writes:
        for view in ASKING:
            for method in WRONG:
                world.client.cookies = world.cookies[view]
                assert world.client.generic(method, address).status_code == 405, f"{view} {method}"
        assert not writes.tables


@pytest.mark.parametrize("name", [name for name, line in LINES.items() if line.post is not None and line.get is None])
def test_a_header_makes_no_post_of_a_get(world: World, name: str) -> None:
    address = address_for(name, world)
    for view in ASKING:
        with rolled_back() as writes:
            plain = world.ask(view, "get", address).status_code
            for header in OVERRIDES:
                answer = world.ask(view, "get", address, headers={header: "POST"})
                assert (answer.status_code, answer.status_code in (302, 404, 405)) == (plain, True), f"{view} {header}"
            assert not writes.tables
