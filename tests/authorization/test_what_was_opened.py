"""The row of a look names the page, and the row of the record that its address names (S32)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db.models import Q

from accounts.models import AuditEvent
from accounts.place import Place, current_place, is_opening
from tests.authorization.matrix import LINES, Cell, address_of, body_of
from tests.authorization.world import World, rolled_back

pytestmark = pytest.mark.django_db

OF_A_RECORD = [name for name, line in LINES.items() if line.door == "record"]


def opened_since(last: int) -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(is_opening(), pk__gt=last).order_by("pk")
    return list(rows.values_list("object_type", "object_id"))


@pytest.mark.parametrize("name", OF_A_RECORD)
@pytest.mark.parametrize("view", ["ownerA", "patientB"])
def test_each_page_of_a_record_is_told_apart(world: World, name: str, view: str) -> None:
    line = LINES[name]
    with rolled_back():
        last = AuditEvent.objects.latest("pk").pk
        whole = Cell("own")
        address, method = address_of(line, whole, world), "get" if line.get is not None else "post"
        world.ask(view, method, address, body_of(line, whole, world) if method == "post" else None)
        ids = [UUID(part) for part in address.split("/") if len(part) == 36]
        assert opened_since(last) == [(f"page {name.rpartition(':')[2]}", str(ids[-1]))]


def test_the_innermost_row_is_named_and_never_whose_it_is() -> None:
    patient, team, outer, inner = uuid4(), uuid4(), uuid4(), uuid4()
    given = {"patient_id": patient, "outer_id": outer, "inner_id": inner, "team_id": team, "kind": "break"}
    assert Place.of("some_page", given) == Place("some_page", inner)
    assert Place.of("some_page", {"patient_id": patient, "kind": "x"}) == Place("some_page", None)


def test_outside_of_a_page_and_before_pages_were_kept_it_is_the_record(world: World) -> None:
    assert current_place.get() is None
    with rolled_back():
        rows = AuditEvent.objects.filter(is_opening()).filter(Q(object_type="record"))
        assert not rows.exists()
        last = AuditEvent.objects.latest("pk").pk
        world.ask("ownerA", "get", f"/records/{world.records['A'].pk}/")
        assert opened_since(last) == [("page home", str(world.records["A"].pk))]
    assert current_place.get() is None, "the next request begins anew"
