"""When a session ends, whose it is, and that nothing stored opens one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session, User
from accounts.sessions import describe_browser
from tests.accounts.steps import APP, CODES, CONFIRM, STEP, add_app, code_of, confirm, secret_of, sign_in
from tests.cast import audited, words_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
SECURITY, SESSIONS = "/account/security/", "/account/sessions/"
NEW = "eleven-quiet-rivers-hum"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


def key_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def with_key(key: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    assert is_in(client)
    return client


def make_operator(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
    return user


# --- The key ----------------------------------------------------------------------------------------------------------


def test_the_key_changes_at_sign_in_factor_and_step_up_and_the_old_one_is_dead(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        add_app(Client(), alice)
        clock.shift(timedelta(seconds=30))
        sign_in(client, alice)
        keys = [key_of(client)]
        client.post(STEP, {"code": code_of(secret_of(alice))})
        keys.append(key_of(client))
        confirm(client)
        keys.append(key_of(client))
        clock.shift(timedelta(seconds=30))
        client.post("/account/confirm-sign-in/code/", {"code": code_of(secret_of(alice))})
        keys.append(key_of(client))
    assert len(set(keys)) == 4
    with time_machine.travel(START + timedelta(minutes=2), tick=False):
        assert [is_in(with_key(key)) for key in keys] == [False, False, False, True]


def test_a_key_that_a_stranger_chose_is_never_taken_over(alice: User) -> None:
    client = with_key("a" * 32)
    sign_in(client, alice)
    assert key_of(client) != "a" * 32
    assert not is_in(with_key("a" * 32))


# --- Limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_operator", "idle", "hours"), [(False, 60, 24), (True, 30, 12)])
def test_limits_by_role(client: Client, alice: User, is_operator: bool, idle: int, hours: int) -> None:
    if is_operator:
        make_operator(alice)
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(alice)
        assert is_in(client)
        for _visit in range(hours * 60 // (idle - 5)):
            clock.shift(timedelta(minutes=idle - 5))
            assert is_in(client)
        clock.move_to(START + timedelta(hours=hours, seconds=1))
        assert not is_in(client)

        client.force_login(alice)
        assert is_in(client)
        clock.shift(timedelta(minutes=idle, seconds=1))
        assert not is_in(client)


# --- Ended by what somebody does --------------------------------------------------------------------------------------


def change_password(client: Client, user: User) -> None:
    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer.status_code == 302


def turn_on_an_app(client: Client, user: User) -> None:
    confirm(client)
    secret = client.get(APP).context["form"].secret
    assert client.post(APP, {"code": code_of(secret)})["Location"] == CODES


def remove_the_app(client: Client, user: User) -> None:
    turn_on_an_app(client, user)
    assert client.post("/account/authenticator-app/remove/")["Location"] == SECURITY


def sign_out_everywhere_else(client: Client, user: User) -> None:
    assert client.post(SESSIONS)["Location"] == SESSIONS


@pytest.mark.parametrize("act", [change_password, turn_on_an_app, remove_the_app, sign_out_everywhere_else])
def test_the_other_sessions_end_and_this_one_goes_on(alice: User, charlie: User, act: Any) -> None:
    here, there, somebody = signed_in(alice), signed_in(alice), signed_in(charlie)
    act(here, alice)
    assert is_in(here)
    assert not is_in(there)
    assert is_in(somebody)
    assert Session.objects.filter(user=alice).count() == 1


@pytest.mark.parametrize("address", ["/account/authenticator-app/remove/", "/account/recovery-codes/new/"])
def test_a_later_change_of_the_factor_ends_sessions_too(alice: User, address: str) -> None:
    here = signed_in(alice)
    turn_on_an_app(here, alice)
    there = signed_in(alice)
    assert here.post(address).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_deactivating_somebody_ends_their_sessions(alice: User) -> None:
    there = signed_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not is_in(there)


def test_the_page_shows_where_one_is_signed_in_and_ends_one(alice: User, charlie: User) -> None:
    here, there, somebody = signed_in(alice), Client(headers={"user-agent": FIREFOX}), signed_in(charlie)
    there.force_login(alice)
    assert is_in(there)
    page = here.get(SESSIONS)
    assert "Firefox, Android" in words_of(page)
    assert "This browser" in words_of(page)
    assert [one.is_this for one in page.context["sessions"]] == [True, False]

    theirs = Session.objects.get(user=charlie).session_key
    here.post(SESSIONS, {"session": theirs})
    assert is_in(somebody)
    here.post(SESSIONS, {"session": page.context["sessions"][1].id})
    assert not is_in(there)
    assert is_in(here)
    assert audited("session_ended", actor_id=alice.pk) == 2


def test_an_operator_ends_one_persons_or_everybodys_sessions(alice: User, charlie: User) -> None:
    alices, charlies = signed_in(alice), signed_in(charlie)
    call_command("end_sessions", "--email", "Alice@example.org", verbosity=0)
    assert [is_in(alices), is_in(charlies)] == [False, True]
    call_command("end_sessions", "--everybody", verbosity=0)
    assert not is_in(charlies)
    assert audited("sessions_ended") == 2
    with pytest.raises(CommandError, match="Nobody"):
        call_command("end_sessions", "--email", "nobody@example.org")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/131.0 Safari/537.36", "Chrome, Mac"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_two_words_for_a_browser(user_agent: str, words: str) -> None:
    assert describe_browser(user_agent) == words


# --- What is stored ---------------------------------------------------------------------------------------------------


def everything_in_the_database() -> list[str]:
    """Return every value of every table as text, and each text within a value that is a structure."""
    found: list[str] = []
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            for value in row:
                found.append(str(value))
                if isinstance(value, dict):
                    found += [str(one) for one in value.values()]
    return found


def test_of_all_that_is_stored_nothing_opens_anything(alice: User, charlie: User) -> None:
    """A code, the key of an app, a reset link in use, what somebody typed: tried one by one, and looked for."""
    codes = add_app(here := Client(), alice)
    here.get("/account/password/change/")
    pending = Client()
    sign_in(pending, charlie)
    confirm(pending)
    secret = pending.get(APP).context["form"].secret
    Client().post("/account/password/reset/", {"email": charlie.email})
    resetting = Client()
    link = str(next(one.body for one in mail.outbox if one.to == [charlie.email])).split("/account/password/reset/")[1]
    token = link.split()[0].strip("/")
    resetting.get(f"/account/password/reset/{token}/")

    stored = everything_in_the_database()
    everything = "\n".join(stored)
    for canary in (*codes, secret, secret_of(alice), token.split("-", 1)[1], key_of(here), key_of(pending)):
        assert canary not in everything
    assert len(stored) > 100
    for value in {one for one in stored if 6 <= len(one) <= 200 and one.isascii() and one.isprintable()}:
        assert not is_in(with_key(value))
    half_way = Client()
    sign_in(half_way, alice)
    for value in {one for one in stored if one.isdigit()}:
        half_way.post(STEP, {"code": value})
    assert not is_in(half_way)


# --- Those who need a second factor -----------------------------------------------------------------------------------


def test_an_operator_without_one_sees_only_what_adds_one(client: Client, alice: User) -> None:
    make_operator(alice)
    client.force_login(alice)
    record = f"/records/{alice.patient.pk}/"
    for address in ("/", record, "/account/email/", "/account/password/change/", SESSIONS, "/account/passkeys/"):
        assert client.get(address)["Location"] == SECURITY, address
        assert client.post(address)["Location"] == SECURITY, address
    assert "Add a second step first" in words_of(client.get(SECURITY))
    assert client.get(APP)["Location"].startswith(CONFIRM)
    assert client.get("/account/sign-out/").status_code == 200

    turn_on_an_app(client, alice)
    assert client.get(CODES).status_code == 200
    assert client.get(SESSIONS).status_code == 200
    assert client.get("/")["Location"].startswith("/records/")


def test_it_counts_at_once_when_the_factor_is_gone_or_somebody_becomes_an_operator(client: Client, alice: User) -> None:
    client.force_login(alice)
    turn_on_an_app(client, alice)
    make_operator(alice)
    assert client.get(SESSIONS).status_code == 200
    client.post("/account/authenticator-app/remove/")
    assert client.get(SESSIONS)["Location"] == SECURITY


def test_between_password_and_factor_there_is_the_factor_page_and_the_way_out(client: Client, alice: User) -> None:
    add_app(Client(), alice)
    sign_in(client, alice)
    for address in (f"/records/{alice.patient.pk}/", SECURITY, SESSIONS, "/account/email/", APP, CODES):
        answer = client.get(address)
        assert answer["Location"].startswith("/account/sign-in/"), address
        assert client.get(answer["Location"])["Location"] == STEP
    assert client.get(STEP).status_code == 200
    assert client.post("/account/sign-out/")["Location"] == "/"
    assert client.get(STEP)["Location"] == "/account/sign-in/"


def test_somebody_who_needs_none_pays_no_query(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    client.get(SESSIONS)
    with django_assert_num_queries(3):  # the session, the person, the list
        client.get(SESSIONS)
