"""S7 for members of care teams: shorter limits than for others; and a passkey added or removed ends other sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client, override_settings
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import CareTeam, Session, TeamRole, User
from accounts.selectors.second_factor import get_passkeys
from accounts.services.teams import leave_team
from tests.accounts.steps import CODES, confirm
from tests.cast import join, make_team, share

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
SECURITY, PASSKEYS, ADD_PASSKEY = "/account/security/", "/account/passkeys/", "/account/passkeys/add/"
MINUTE, HOUR = 60, 3_600


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


def signed_in(user: User) -> Client:
    """Return a browser in which somebody has just signed in and seen a page."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    assert is_in(client)
    return client


# --- Limits -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def people(alice: User, bob: User, team: CareTeam, make_user: Callable[..., User]) -> dict[str, User]:
    """Return who is in a team, and who is not."""
    people = {"patient": alice, "lead": bob}
    for name, role in (("member", TeamRole.MEMBER), ("viewer", TeamRole.VIEWER), ("left", TeamRole.MEMBER)):
        people[name] = make_user(f"{name}@example.org")
        join(team, people[name], role=role, by=bob)
    leave_team(team=team, by=people["left"])
    people["carer"] = make_user("erin@example.org")
    share(alice.patient, people["carer"], "manage")
    return people


MEMBERS, OTHERS = ("lead", "member", "viewer"), ("patient", "carer", "left")


@pytest.mark.parametrize(
    ("who", "seconds", "goes_on"),
    [
        *((who, 30 * MINUTE, True) for who in MEMBERS),
        *((who, 30 * MINUTE + 1, False) for who in MEMBERS),
        *((who, 60 * MINUTE, True) for who in OTHERS),
        *((who, 60 * MINUTE + 1, False) for who in OTHERS),
    ],
)
def test_a_session_that_nobody_uses_ends(people: dict[str, User], who: str, seconds: int, goes_on: bool) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in(people[who])
        clock.shift(timedelta(seconds=seconds))
        assert is_in(client) is goes_on
        assert is_in(client) is goes_on, "what has ended stays so"


@pytest.mark.parametrize(
    ("who", "seconds", "goes_on"),
    [
        *((who, 12 * HOUR, True) for who in MEMBERS),
        *((who, 12 * HOUR + 1, False) for who in MEMBERS),
        *((who, 24 * HOUR, True) for who in OTHERS),
        *((who, 24 * HOUR + 1, False) for who in OTHERS),
    ],
)
def test_a_session_that_is_used_all_the_time_ends_too(
    people: dict[str, User], who: str, seconds: int, goes_on: bool
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in(people[who])
        for minutes in range(20, seconds // MINUTE, 20):
            clock.move_to(START + timedelta(minutes=minutes))
            assert is_in(client), minutes
        clock.move_to(START + timedelta(seconds=seconds))
        assert is_in(client) is goes_on


@pytest.mark.parametrize(
    ("minutes", "who", "seconds", "goes_on"),
    [
        # Shorter for all: for members too.
        (10, "member", 10 * MINUTE, True),
        (10, "member", 10 * MINUTE + 1, False),
        (10, "patient", 10 * MINUTE + 1, False),
        # Longer for others, and never for members.
        (120, "member", 30 * MINUTE, True),
        (120, "member", 30 * MINUTE + 1, False),
        (120, "patient", 120 * MINUTE, True),
        (120, "patient", 120 * MINUTE + 1, False),
    ],
)
def test_what_a_site_sets_makes_it_shorter_for_members_and_never_longer(
    people: dict[str, User], minutes: int, who: str, seconds: int, goes_on: bool
) -> None:
    with override_settings(SESSION_IDLE_SECONDS=minutes * MINUTE), time_machine.travel(START, tick=False) as clock:
        client = signed_in(people[who])
        clock.shift(timedelta(seconds=seconds))
        assert is_in(client) is goes_on


@pytest.mark.parametrize("joins", [False, True])
def test_who_joins_a_team_has_its_limits_from_then_on(
    people: dict[str, User], team: CareTeam, bob: User, joins: bool
) -> None:
    """A session of 13 hours goes on for a carer, and is over as soon as they are in a team."""
    with time_machine.travel(START, tick=False) as clock:
        client = signed_in(people["carer"])
        for minutes in range(50, 13 * 60, 50):
            clock.move_to(START + timedelta(minutes=minutes))
            assert is_in(client)
        if joins:
            join(team, people["carer"], by=bob)
        assert is_in(client) is not joins


def test_who_leaves_their_last_team_has_the_longer_ones(people: dict[str, User], team: CareTeam, bob: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        staying, leaving = signed_in(people["viewer"]), signed_in(people["member"])
        clock.shift(timedelta(minutes=31))
        leave_team(team=team, by=people["member"])
        assert not is_in(staying)
        assert is_in(leaving)


# --- Passkeys (with a real device: tests/e2e/test_passkeys.py) --------------------------------------------------------


def answer_of_a_device(options: dict[str, Any]) -> str:
    """Return what a browser sends once its owner has touched the device: a new key, and nothing about the maker."""
    asked = options["publicKey"]
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call]  # it carries no types
    name = b"a credential of a test, by its id"
    flags = AuthenticatorData.FLAG
    made = AuthenticatorData.create(
        sha256(asked["rp"]["id"].encode()).digest(),
        flags.UP | flags.UV | flags.AT,
        0,
        AttestedCredentialData.create(bytes(16), name, key),
    )
    answer = {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": websafe_encode(
                CollectedClientData.create("webauthn.create", asked["challenge"], "http://localhost")
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        },
    }
    return json.dumps(answer)


def add_passkey(client: Client, user: User) -> None:
    confirm(client)
    options = client.get(ADD_PASSKEY).context["js_data"]["creation_options"]
    posted = {"name": "My phone", "credential": answer_of_a_device(options), "passwordless": "on"}
    assert client.post(ADD_PASSKEY, posted).status_code == 302
    assert len(get_passkeys(user=user)) == 1


def remove_passkey(client: Client, user: User) -> None:
    [passkey] = get_passkeys(user=user)
    assert client.post(f"{PASSKEYS}{passkey}/remove/").status_code == 302
    assert get_passkeys(user=user) == {}


def rename_passkey(client: Client, user: User) -> None:
    [passkey] = get_passkeys(user=user)
    assert client.post(f"{PASSKEYS}{passkey}/rename/", {"name": "My key"}).status_code == 302
    assert Authenticator.objects.get(user=user, type="webauthn").data["name"] == "My key"


def test_adding_a_passkey_ends_the_other_sessions(alice: User, charlie: User) -> None:
    here, there, somebody = signed_in(alice), signed_in(alice), signed_in(charlie)
    add_passkey(here, alice)
    assert [is_in(here), is_in(there), is_in(somebody)] == [True, False, True]
    assert Session.objects.filter(user=alice).count() == 1
    assert here.get(CODES).status_code == 200


@pytest.mark.parametrize(
    ("act", "goes_on"),
    [(remove_passkey, False), (rename_passkey, True)],  # another name opens nothing and closes nothing
)
def test_removing_a_passkey_ends_the_other_sessions_and_naming_it_does_not(
    alice: User, charlie: User, act: Callable[[Client, User], None], goes_on: bool
) -> None:
    here = signed_in(alice)
    add_passkey(here, alice)
    there, somebody = signed_in(alice), signed_in(charlie)
    act(here, alice)
    assert [is_in(here), is_in(there), is_in(somebody)] == [True, goes_on, True]


def test_a_passkey_that_is_refused_ends_nothing(alice: User) -> None:
    here, there = signed_in(alice), signed_in(alice)
    confirm(here)
    options = here.get(ADD_PASSKEY).context["js_data"]["creation_options"]
    another = {"publicKey": {**options["publicKey"], "challenge": websafe_encode(b"not what was asked")}}
    posted = {"name": "", "credential": answer_of_a_device(another), "passwordless": "on"}
    assert here.post(ADD_PASSKEY, posted).status_code == 200
    assert get_passkeys(user=alice) == {}
    assert [is_in(here), is_in(there)] == [True, True]


def test_a_members_passkey_is_enough_to_see_their_pages(people: dict[str, User]) -> None:
    """Without the app, a member is held back until there is a passkey, and their other sessions end with it."""
    member = people["member"]
    Authenticator.objects.filter(user=member).delete()
    here, there = signed_in(member), signed_in(member)
    assert here.get("/account/sessions/")["Location"] == SECURITY
    add_passkey(here, member)
    assert here.get("/account/sessions/").status_code == 200
    assert [is_in(here), is_in(there)] == [True, False]
