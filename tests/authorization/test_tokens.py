"""What is for one thing opens nothing else (S24), and nothing that is stored opens anything (S23, S58)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import Grant, Session
from accounts.tokens import Purpose, new_token, token_hash
from tests.authorization.doors import DOORS, Keyring, make_keyring
from tests.authorization.world import World, rolled_back
from tests.cast import APP_SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ring(world: World) -> Iterator[Keyring]:
    """Let Erin have one secret of every kind."""
    with rolled_back():
        yield make_keyring(world)


def canaries_in(world: World, text: str) -> set[str]:
    return {canary for texts in world.canaries.values() for canary in texts if canary in text}


def test_every_kind_has_its_door(ring: Keyring) -> None:
    assert set(ring.secrets) == set(DOORS)
    assert len(set(ring.secrets.values())) == len(DOORS)


@pytest.mark.parametrize("kind", DOORS)
def test_each_opens_its_own_door(ring: Keyring, kind: str) -> None:
    """Else it would prove nothing that it opens no other."""
    with rolled_back():
        assert DOORS[kind](ring, ring.secrets[kind]).is_open


@pytest.mark.parametrize("door", DOORS)
def test_none_opens_the_door_of_another(world: World, ring: Keyring, door: str) -> None:
    before = world.fingerprint()
    for kind, secret in ring.secrets.items():
        if kind == door:
            continue
        with rolled_back() as writes:
            shown = DOORS[door](ring, secret)
            assert not shown.is_open, f"the {kind} opened it"
            assert not canaries_in(world, shown.text), f"the {kind} showed something"
            assert not writes.tables or world.fingerprint() == before, f"the {kind} changed {writes.tables}"


def test_one_token_is_stored_otherwise_for_each_purpose() -> None:
    """So that a hash that came into the table of another purpose would open nothing there."""
    token = new_token()
    assert len({token_hash(purpose, token) for purpose in Purpose}) == len(Purpose)


# --- What is stored ---------------------------------------------------------------------------------------------------

#: What a text is made from that stands in these opens an account or a record; of the rest one of a column will do.
_ABOUT_SECRETS = ("account_", "accounts_", "mfa_")
#: The trail is made of ids, and a history of what stands in another table.
_REPEATS = ("accounts_audit", "milestones_historical")
#: No text that is shorter opens anything.
_SHORTEST = 8


def stored_columns() -> dict[tuple[str, str], set[str]]:
    """Return every text of every table, by its table and column."""
    found: dict[tuple[str, str], set[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description or ()]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    found.setdefault((table, name), set()).update(texts_of(value))
    return found


def texts_of(value: Any) -> Iterator[str]:
    """Yield a stored text, and what stands within it where it is JSON."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, UUID):
        yield value.hex
    elif isinstance(value, str):
        yield value
        if value.startswith("{"):
            yield from texts_of(json.loads(value))


def to_try(world: World) -> set[str]:
    """Return what somebody would try who has read the database.

    Canaries are left out: a page may repeat what was typed, which would look like a leak.
    """
    tried: set[str] = set()
    for (table, column), texts in stored_columns().items():
        long = sorted(text for text in texts if len(text) >= _SHORTEST and not canaries_in(world, text))
        if not table.startswith(_REPEATS):
            is_about_secrets = table.startswith(_ABOUT_SECRETS) and not column.endswith("id")
            tried.update(long if is_about_secrets else long[:1])
    return tried


def test_no_secret_is_stored(ring: Keyring) -> None:
    """Neither by itself nor within another text: a mail that waits and a session hold links, and are encrypted."""
    stored = "\n".join(text for texts in stored_columns().values() for text in texts)
    assert {kind for kind, secret in ring.secrets.items() if secret in stored} == set()
    assert APP_SECRET not in stored


@pytest.mark.parametrize("door", DOORS)
def test_nothing_that_is_stored_opens_a_door(world: World, ring: Keyring, door: str) -> None:
    texts = to_try(world)
    assert {grant.token_hash for grant in Grant.objects.filter(token_hash__isnull=False)} <= texts
    assert {session.session_key for session in Session.objects.filter(user=ring.erin)} <= texts
    for text in sorted(texts):
        with rolled_back():
            shown = DOORS[door](ring, text)
        assert not shown.is_open, text
        assert not canaries_in(world, shown.text), text
