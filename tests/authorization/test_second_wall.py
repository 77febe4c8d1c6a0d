"""The second wall on PostgreSQL: without the filters of the code, a page still shows no other record (S20).

Each page is asked for as the site's own role. SQLite has neither roles nor policies on rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditOutcome, Grant
from accounts.services.audit import record_audit_event
from milestones.models import LabResult, PersonalGoal, WorklistEntry
from tests.authorization.matrix import LINES, Cell, Line, address_of, body_of
from tests.authorization.test_matrix import forbidden_to, verdict_of, without_random
from tests.authorization.world import World, rolled_back, text_of
from tests.cast import owner
from tests.wall import behind_the_wall, limited_role, make_role, name

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has neither roles nor policies on rows"),
]
VIEWS = ["ownerA", "patientB", "carer_manage", "carer_partial", "clin_team_annotate", "team_manager"]
BEHIND: list[Any] = list(apps.get_app_config("milestones").get_models())
#: The filters by record and by team, as they stand in every statement of the site.
_FILTERS = re.compile(r'("milestones_\w+"\."(?:patient_id|team_id)" = %s)')


@pytest.fixture(scope="module")
def role(world: World) -> str:
    """Make the role once; it goes with the world."""
    return make_role()


@contextmanager
def without_filters() -> Iterator[None]:
    """Let every query ask for the rows of all people and all teams."""

    def ask_for_all(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(_FILTERS.sub(r"(\1 OR TRUE)", sql), params, many, context)

    with connection.execute_wrapper(ask_for_all):
        yield


def test_every_table_of_a_record_is_behind_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid WHERE relrowsecurity")
        found = {row[0] for row in cursor.fetchall()}
    assert found == {model._meta.db_table for model in BEHIND}


def cell_of(line: Line, view: str) -> Cell:
    """Return the record or team that somebody comes to: Alice's, her team's, or what belongs to the other two."""
    is_other = view == {"team": "team_manager", "none": ""}.get(line.door, "patientB")
    return Cell("b's", "b", "b") if is_other else Cell("live")


def shown(answer: Any) -> str:
    """Return an answer without ids, the times of cookies and its length either: forms draw their keys anew.

    Nor with seconds: the file of who has looked tells that of this very look, and what is signed tells when.
    """
    anew = (
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|Set-Cookie: .*|Content-Length: .*|\d\d:\d\d:\d\d"
        r"|:[0-9A-Za-z]{6}:[\w-]{43}"
    )
    return re.sub(anew, "*", without_random(answer))


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_is_the_same_behind_it(world: World, role: str, view: str) -> None:
    wrong = []
    for line in LINES.values():
        cell = cell_of(line, view)
        for method in line.methods:
            address, body = address_of(line, cell, world), body_of(line, cell, world)
            with rolled_back():
                without = world.ask(view, method, address, body)
                said = shown(without)
            with rolled_back(), behind_the_wall(role):
                behind = world.ask(view, method, address, body)
                # What belongs to no record is drawn anew each time, with codes and times.
                is_same = line.door == "none" or shown(behind) == said
                if verdict_of(behind) != verdict_of(without) or not is_same:
                    wrong.append(f"{method} {line.name}: {verdict_of(without)}, and behind it {verdict_of(behind)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("view", VIEWS)
def test_without_the_filters_no_page_shows_another_record(world: World, role: str, view: str) -> None:
    others = "A" if view == "patientB" else "B"
    hidden = [text for text, part in forbidden_to(world, view).items() if part.startswith((f"{others} ", "Clinic"))]
    leaks: dict[bool, list[str]] = {}
    for is_behind in (False, True):
        leaks[is_behind] = []
        for line in LINES.values():
            if line.get is None or line.door == "none":
                continue
            address = address_of(line, cell_of(line, view), world)
            with rolled_back(), behind_the_wall(role) if is_behind else nullcontext(), without_filters():
                text = text_of(world.ask(view, "get", address))
                leaks[is_behind] += [f"{line.name}: {canary}" for canary in hidden if canary in text]
    assert leaks[False], "the filters are still there: this proves nothing"
    assert not leaks[True]


def test_who_opened_nothing_is_refused_and_shown_nothing(world: World, role: str) -> None:
    for model in BEHIND:
        with rolled_back(), limited_role(role):
            assert model._base_manager.exists()
            name("nobody")
            assert is_refused(model._base_manager.all())


def test_who_opened_one_record_neither_reads_nor_writes_another(world: World, role: str) -> None:
    alice, boris = world.records["A"], world.records["B"]
    with rolled_back(), limited_role(role):
        name(str(alice.pk))
        for model in BEHIND:
            assert set(model._base_manager.values_list("patient_id", flat=True)) == {alice.pk}, model
        goal = PersonalGoal.objects.filter(patient=alice).first()
        assert goal is not None
        assert not PersonalGoal.objects.filter(patient=boris).update(words="x")
        assert not PersonalGoal.objects.filter(patient=boris).delete()[0]
        for write in (
            lambda: PersonalGoal.objects.filter(pk=goal.pk).update(patient=boris),
            lambda: PersonalGoal.objects.create(patient=boris, kind="work", entered_by=owner(boris)),
        ):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                write()


def test_a_team_sees_its_list_and_the_results_of_those_who_share_now(world: World, role: str) -> None:
    alice, north = world.records["A"], world.teams["North"]
    with rolled_back(), limited_role(role):
        name("nobody", str(north.pk))
        assert set(WorklistEntry.objects.values_list("team_id", flat=True)) == {north.pk}
        assert set(LabResult.objects.values_list("patient_id", flat=True)) == {alice.pk}
        for model in BEHIND:
            assert model in (LabResult, WorklistEntry) or not model._base_manager.exists()
        Grant.objects.filter(patient=alice, team=north).update(state="revoked", revoked_at=timezone.now())
        assert not LabResult.objects.exists()
        assert not WorklistEntry.objects.filter(patient=alice).exists()


def test_only_the_audit_row_of_an_opening_is_the_key(world: World, role: str) -> None:
    alice, boris = world.records["A"], world.records["B"]
    seen = PersonalGoal.objects.values_list("patient_id", flat=True)
    row: dict[str, Any] = {"actor_id": None, "patient_id": alice.pk, "verb": "looked", "object_type": "record"}
    with rolled_back(), limited_role(role):
        record_audit_event(**row)
        assert set(seen.all()) == {alice.pk, boris.pk}  # nothing was named, as in a command, and so it stays
        name("nobody")
        others: tuple[dict[str, Any], ...] = (
            {"outcome": AuditOutcome.REFUSED},
            {"object_type": "patient"},
            {"object_type": "page home", "outcome": AuditOutcome.REFUSED},
            {"object_type": "pages"},
        )
        for other in others:
            record_audit_event(**{**row, **other})
            assert is_refused(seen.all())
        record_audit_event(**row)
        assert set(seen.all()) == {alice.pk}
        name("nobody")
        record_audit_event(**{**row, "object_type": "page home", "object_id": str(uuid4())})
        assert set(seen.all()) == {alice.pk}
        record_audit_event(**{**row, "patient_id": boris.pk})
        assert set(seen.all()) == {boris.pk}
        with transaction.atomic():
            record_audit_event(**row)
            transaction.set_rollback(True)
        assert set(seen.all()) == {boris.pk}  # the row is undone, and the key with it
        record_audit_event(**{**row, "patient_id": None, "object_type": "care_team", "object_id": str(uuid4())})
        assert not set(seen.all())


def is_refused(query: Any) -> bool:
    try:
        with transaction.atomic():
            list(query)
    except DatabaseError as error:
        return "no record is open" in str(error)
    return False
