"""Guessing is slow, for strangers; counting is exact, however many try at once; hashing never takes all the room."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts import hashers
from accounts.hashers import Argon2Hasher, TooManyHashesError
from accounts.models import Allowance, User
from accounts.services.limits import Limit, TooManyTriesError, give_back, use
from config.middleware.password_places import PasswordPlacesMiddleware
from tests.accounts.steps import SIGN_IN, STEP, add_app, sign_in
from tests.cast import apart, at_once, audited, real_database, words_of
from tests.conftest import PASSWORD
from tests.hashers import FastArgon2Hasher

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIVE = Limit("of a test", at_once=5, step=720)
WRONG = "not-the-password-of-anybody"
RESET, SIGN_UP = "/account/password/reset/", "/account/sign-up/"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each password that is checked against a stored one."""
    found: list[str] = []
    verify = Argon2Hasher.verify

    def counted(hasher: Argon2Hasher, password: str, encoded: str) -> bool:
        found.append(password)
        return verify(hasher, password, encoded)

    monkeypatch.setattr(Argon2Hasher, "verify", counted)
    return found


def guess(user: User, address: str = "127.0.0.1", client: Client | None = None, password: str = WRONG) -> Any:
    return (client or Client()).post(SIGN_IN, {"login": user.email, "password": password}, REMOTE_ADDR=address)


# --- Counting ---------------------------------------------------------------------------------------------------------


def may(limit: Limit, of: str = "somebody") -> bool:
    try:
        use(limit, of)
    except TooManyTriesError:
        return False
    return True


def test_five_at_once_then_one_after_each_step() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [may(FIVE) for _ in range(7)] == [True] * 5 + [False] * 2
        assert may(FIVE, "somebody else")
        with pytest.raises(TooManyTriesError) as refused:
            use(FIVE, "somebody")
        assert refused.value.retry_after == 720
        clock.shift(timedelta(seconds=719))
        assert not may(FIVE)
        clock.shift(timedelta(seconds=1))
        assert [may(FIVE) for _ in range(2)] == [True, False]
        give_back(FIVE, "somebody")
        assert [may(FIVE) for _ in range(2)] == [True, False]


def test_a_long_rest_allows_no_more_than_a_short_one() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert may(FIVE)
        clock.shift(timedelta(days=2))
        assert [may(FIVE) for _ in range(6)] == [True] * 5 + [False]
        assert may(FIVE, "another")
        clock.shift(timedelta(days=2))
        assert may(FIVE, "a third")
        assert Allowance.objects.count() == 1  # what says nothing any more is forgotten


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False], ids=["first use", "later use"])
def test_of_fifty_at_once_no_more_than_allowed_pass(is_new: bool) -> None:
    with real_database(), time_machine.travel(START, tick=False):
        if not is_new:
            apart(lambda: may(FIVE))
        passed = sum(at_once(50, lambda _: may(FIVE)))
    assert passed == (5 if is_new else 4)


# --- At the door ------------------------------------------------------------------------------------------------------


def test_of_200_guesses_ten_in_an_hour_reach_the_hasher_and_the_owner_gets_in(alice: User, hashed: list[str]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        owner = Client()
        sign_in(owner, alice)  # in the browser that is theirs
        owner.post("/account/sign-out/")
        hashed.clear()
        answers = []
        for number in range(200):
            answers.append(guess(alice, f"203.0.113.{number}"))
            clock.shift(timedelta(seconds=18))
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(hashed) <= 10
        assert len(refused) == 200 - len(hashed)
        assert all(0 < int(answer["Retry-After"]) <= 720 for answer in refused)
        assert "Nothing in your record is lost" in words_of(refused[0])
        guess(alice, "203.0.113.7")
        assert guess(alice, "203.0.113.7", password=PASSWORD).status_code == 429  # for strangers even the right one
        assert sign_in(owner, alice)["Location"] == "/"


def test_the_mark_of_a_browser_helps_its_owner_only(alice: User, charlie: User) -> None:
    stranger = Client()
    sign_in(stranger, charlie)  # has a mark, for another account
    stranger.post("/account/sign-out/")
    for _ in range(5):
        guess(alice)
    assert guess(alice, client=stranger).status_code == 429
    forged = Client()
    forged.cookies["known"] = stranger.cookies["known"].value[:-2] + "xx"
    assert guess(alice, client=forged).status_code == 429


def test_a_known_browser_has_five_tries_of_its_own(alice: User) -> None:
    owner = Client()
    sign_in(owner, alice)
    owner.post("/account/sign-out/")
    statuses = [guess(alice, client=owner).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2


def test_many_accounts_from_one_network(make_user: Callable[..., User], hashed: list[str]) -> None:
    with time_machine.travel(START, tick=False):
        statuses = [
            Client().post(SIGN_IN, {"login": f"nobody{number}@example.org", "password": WRONG}).status_code
            for number in range(40)
        ]
    assert statuses == [200] * 30 + [429] * 10


def test_the_right_password_costs_nothing(alice: User) -> None:
    for _ in range(40):
        assert sign_in(Client(), alice)["Location"] == "/"


def test_what_a_visitor_says_about_the_way_counts_for_nothing(alice: User, settings: Any) -> None:
    def tried(**headers: str) -> list[int]:
        return [
            Client()
            .post(
                SIGN_IN,
                {"login": f"nobody{number}@example.org", "password": WRONG},
                headers={name.replace("_", "-"): value.format(number=number) for name, value in headers.items()},
            )
            .status_code
            for number in range(32)
        ]

    with time_machine.travel(START, tick=False):
        assert 429 in tried(x_forwarded_for="198.51.100.{number}")
        Allowance.objects.all().delete()
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert 429 in tried(x_forwarded_for="198.51.100.{number}, 203.0.113.9")
        Allowance.objects.all().delete()
        assert 429 not in tried(x_forwarded_for="203.0.113.9, 198.51.100.{number}")
        Allowance.objects.all().delete()
        assert 429 in tried(x_forwarded_for="2001:db8::{number}")  # one network, however many addresses it has


def test_codes_are_guessed_slowly_too(client: Client, alice: User) -> None:
    codes = add_app(client, alice)
    other = Client()
    sign_in(other, alice)
    statuses = [other.post(STEP, {"code": "000000"}).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert other.post(STEP, {"code": codes[0]}).status_code == 429


def test_answers_of_a_passkey_are_tried_slowly_too(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each leaves a row in the trail for ever."""
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda _user: [])  # as it is made up
    add_app(Client(), alice)
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "My phone"})
    inside, outside = Client(), Client()
    inside.force_login(alice)
    sign_in(outside, alice)
    for client, address, verb in (
        (inside, "/account/confirm-sign-in/passkey/", "confirm_sign_in_failed"),
        (outside, STEP, "sign_in_failed"),
    ):
        Allowance.objects.all().delete()
        answers = [client.post(address, {"credential": '{"id": "x"}'}) for _ in range(7)]
        assert [answer.status_code == 429 for answer in answers] == [False] * 5 + [True] * 2
        assert audited(verb) == 5


def test_the_password_is_guessed_slowly_inside_too(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    answers = [
        client.post("/account/password/change/", {"oldpassword": WRONG, "password1": PASSWORD, "password2": PASSWORD})
        for _ in range(3)
    ]
    answers += [client.post("/account/confirm-sign-in/", {"password": WRONG}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_nobody_is_flooded_with_mail(alice: User) -> None:
    for address in (alice.email, "unknown@example.org"):
        mail.outbox.clear()
        statuses = {Client().post(RESET, {"email": address}).status_code for _ in range(8)}
        assert statuses == {302}
        assert len(mail.outbox) == 4


def test_signing_up_and_asking_for_links_is_limited_by_network() -> None:
    with time_machine.travel(START, tick=False):
        statuses = [Client().post(RESET, {"email": f"a{number}@example.org"}).status_code for number in range(42)]
        assert statuses == [302] * 40 + [429] * 2
        assert Client().post(SIGN_UP, {"email": "b@example.org", "password1": PASSWORD}).status_code == 429


# --- Hashing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow_hash(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, list[int]]]:
    """Hold every hash until the event is set; the list says how many were being made each time one began."""
    may_end, running, seen = threading.Event(), [0], []
    lock = threading.Lock()
    encode = Argon2PasswordHasher.encode

    def held(hasher: Any, password: str, salt: str, **options: Any) -> str:
        with lock:
            running[0] += 1
            seen.append(running[0])
        may_end.wait(10)
        try:
            return str(encode(hasher, password, salt))
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(Argon2PasswordHasher, "encode", held)
    yield may_end, seen
    may_end.set()


def hash_once(_number: int = 0) -> bool:
    """Make a hash with the least work, in a thread like any other: an idle processor may be long in coming."""
    try:
        FastArgon2Hasher().encode(PASSWORD, "salt-of-a-test-0123456789")
    except TooManyHashesError:
        return False
    return True


def test_no_more_than_two_hashes_at_once_and_the_rest_are_refused_after_their_wait(
    slow_hash: tuple[threading.Event, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, seen = slow_hash
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.05)
    refused = threading.Semaphore(0)

    def act(number: int) -> bool:
        done = hash_once()
        if not done:
            refused.release()
        return done

    def end_when_the_rest_are_refused() -> None:
        for _ in range(8 - hashers.AT_ONCE):
            refused.acquire(timeout=10)
        may_end.set()

    watcher = threading.Thread(target=end_when_the_rest_are_refused)
    watcher.start()
    done = at_once(8, act)
    watcher.join()
    assert sum(done) == max(seen) == hashers.AT_ONCE <= 2
    assert hash_once()  # the places are free again


def test_those_who_wait_get_their_turn(
    slow_hash: tuple[threading.Event, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, seen = slow_hash
    may_end.set()
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 60)  # as long as a busy machine may take for twelve
    assert all(at_once(12, hash_once))
    assert max(seen) <= hashers.AT_ONCE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_a_hash_stands_back_behind_the_pages() -> None:
    def standing() -> tuple[int, int]:
        own = threading.get_native_id()
        return os.getpriority(os.PRIO_PROCESS, own), os.sched_getscheduler(own)

    idle, nice = (pool.submit(standing).result() for pool in (Argon2Hasher.idle, Argon2Hasher.nice))
    assert min(idle[0], nice[0]) >= hashers.NICENESS
    assert (idle[1], nice[1]) == (os.SCHED_IDLE, os.SCHED_OTHER)
    assert os.getpriority(os.PRIO_PROCESS, 0) < hashers.NICENESS
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_a_hash_for_which_no_processor_is_idle_is_made_by_the_other_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end = threading.Event()
    for part, value in (("idle", Argon2Hasher.idle), ("nice", Argon2Hasher.nice), ("patience", 0.01)):
        monkeypatch.setattr(FastArgon2Hasher, part, value)
    held = Argon2Hasher.idle.submit(may_end.wait, 10)
    try:
        kept = FastArgon2Hasher().encode(PASSWORD, "salt-of-a-test-0123456789")
        assert not held.done(), "the idle thread never got to it"
    finally:
        may_end.set()
    monkeypatch.setattr(FastArgon2Hasher, "patience", None)
    assert FastArgon2Hasher().verify(PASSWORD, kept)
    assert not FastArgon2Hasher().verify(WRONG, kept)


def test_what_a_hash_raises_is_raised_and_its_place_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> str:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Argon2PasswordHasher, "encode", fail)
        with pytest.raises(MemoryError):
            hash_once()
    assert hash_once()


def test_a_full_house_is_a_429_that_says_what_to_do(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(hashers, "_places", threading.BoundedSemaphore(1))
    with hashers._places:
        answer = sign_in(Client(), alice)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Please try again" in words_of(answer)
    assert sign_in(Client(), alice)["Location"] == "/"


def test_a_try_for_which_there_was_no_turn_is_none_of_the_accounts(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was learned by it; for the network it counts."""
    with time_machine.travel(START, tick=False):
        with monkeypatch.context() as patched:
            patched.setattr(hashers, "WAIT_SECONDS", 0.01)
            patched.setattr(hashers, "_places", threading.BoundedSemaphore(1))
            with hashers._places:
                assert {guess(alice).status_code for _ in range(9)} == {429}
        assert sign_in(Client(), alice)["Location"] == "/"
        statuses = [
            Client().post(SIGN_IN, {"login": f"nobody{number}@example.org", "password": WRONG}).status_code
            for number in range(30)
        ]
    assert statuses == [200] * 21 + [429] * 9


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", SIGN_IN, 429), ("POST", SIGN_UP, 429), ("GET", SIGN_IN, 200), ("POST", "/records/", 200)],
)
def test_a_flood_of_sign_ins_leaves_room_for_other_pages(settings: Any, method: str, path: str, status: int) -> None:
    settings.PASSWORD_PLACES = 2
    inside: list[str] = []
    seen: list[int] = []

    def answer(request: HttpRequest) -> HttpResponse:
        inside.append(request.path)
        if len(inside) == 1:
            gate(RequestFactory().post(SIGN_IN))
        elif len(inside) == 2:  # a third comes while two are inside
            seen.append(gate(RequestFactory().generic(method, path)).status_code)
        return HttpResponse()

    gate = PasswordPlacesMiddleware(answer)
    gate(RequestFactory().post(SIGN_IN))
    assert seen == [status]
    assert gate(RequestFactory().post(SIGN_IN)).status_code == 200  # the places are free again
