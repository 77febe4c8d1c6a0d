"""What is for one thing opens nothing else (S24), and nothing that is stored opens anything (S23, S58)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tokens import Purpose, new_token, token_hash
from tests.authorization.doors import DOORS, Keyring, make_keyring
from tests.authorization.world import World, rolled_back

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
