"""Nothing that a stranger sees tells who has an account: not an answer, not a cookie, not the work that is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from accounts import outbox
from accounts.hashers import Argon2Hasher
from accounts.models import User
from tests.accounts.steps import confirm
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP, SIGN_IN, RESET, EMAIL = (
    "/account/sign-up/",
    "/account/sign-in/",
    "/account/password/reset/",
    "/account/email/",
)


class BrokenBackend(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, _messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    """Let the second of an answer tell nothing."""
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def people(make_user: Callable[..., User]) -> list[str]:
    """Return addresses of somebody known, unknown, inactive, without a password, and not confirmed."""
    make_user("known@example.org")
    User.objects.filter(pk=make_user("inactive@example.org").pk).update(is_active=False)
    User.objects.filter(pk=make_user("unusable@example.org").pk).update(password=make_password(None))
    Client().post(SIGN_UP, {"email": "waiting@example.org", "password1": PASSWORD})
    return [f"{name}@example.org" for name in ("known", "unknown", "inactive", "unusable", "waiting")]


@pytest.fixture(params=["mail works", "mail is down"])
def mail_server(request: pytest.FixtureRequest, settings: Any) -> None:
    if request.param == "mail is down":
        settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each hash that is made or checked."""
    found: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2Hasher, name)

        def counted(*args: Any, original: Any = original, **options: Any) -> Any:
            found.append("hash")
            return original(*args, **options)

        monkeypatch.setattr(Argon2Hasher, name, counted)
    return found


def seen(client: Client, answer: Any, address: str) -> tuple[Any, ...]:
    """Return all that a stranger gets, to the end of the way, less what differs each time and what they typed."""

    def mask(text: str) -> str:
        return re.sub(r'value="[\w-]{64}"|[0-9a-f]{32}', "*", text).replace(address, "*")

    end = client.get(answer["Location"], follow=True) if answer.status_code == 302 else None
    headers = {name: mask(value) for name, value in answer.headers.items() if name != "Content-Length"}
    cookies = sorted((name, str(one["max-age"]), one["path"]) for name, one in answer.cookies.items())
    body = mask(answer.content.decode())
    way = end.redirect_chain if end else []
    return answer.status_code, headers, cookies, body, way, mask(end.content.decode()) if end else ""


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        (SIGN_IN, {"login": "{}", "password": "not-the-password-of-anybody"}),
        (SIGN_UP, {"email": "{}", "password1": PASSWORD}),
        (RESET, {"email": "{}"}),
    ],
    ids=["sign-in", "sign-up", "reset"],
)
def test_the_same_answer_and_the_same_work(
    people: list[str], mail_server: None, work: list[str], page: str, fields: dict[str, str]
) -> None:
    answers, hashes = [], []
    for address in people:
        work.clear()
        client = Client()
        answer = client.post(page, {name: value.format(address) for name, value in fields.items()})
        hashes.append(len(work))
        answers.append(seen(client, answer, address))
    assert len(set(hashes)) == 1, hashes
    assert hashes[0] == (0 if page == RESET else 1)
    for address, one in zip(people, answers, strict=True):
        assert one == answers[0], address


def test_the_reset_form_does_the_very_same_for_everybody(people: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether there is such an account before the answer is on its way: the sender of mails does (S4)."""
    monkeypatch.setattr(outbox, "_wake_when_committed", lambda: None)
    done = []
    for address in people:
        Client().post(RESET, {"email": address})  # so that how often each was written to is kept for all of them
        texts: list[str] = []

        def rendered(template: Any, texts: list[str] = texts, **_about: Any) -> None:
            texts.append(str(template.name))

        template_rendered.connect(rendered)
        with CaptureQueriesContext(connection) as asked:
            Client().post(RESET, {"email": address})
        template_rendered.disconnect(rendered)
        statements = [re.sub(r"'[^']*'|\d+", "*", query["sql"]) for query in asked]
        assert not [one for one in statements if "accounts_user" in one or "emailaddress" in one]
        done.append((statements, texts))
    assert [one for one in done[0][0] if "accounts_waitingmail" in one]
    for address, one in zip(people, done, strict=True):
        assert one == done[0], address


@pytest.mark.parametrize(
    ("name", "way"),
    [("known", RESET), ("unusable", RESET), ("waiting", RESET), ("unknown", SIGN_UP), ("inactive", SIGN_UP)],
)
def test_who_asks_for_a_new_password_is_answered_by_mail(people: list[str], settings: Any, name: str, way: str) -> None:
    mail.outbox.clear()
    Client().post(RESET, {"email": f"{name}@example.org"})
    [answer] = mail.outbox
    assert answer.to == [f"{name}@example.org"]
    [link] = re.findall(r"\w+://\S+", str(answer.body))
    assert link.startswith(settings.SITE_URL + way), answer.body


def test_changing_to_an_address_tells_nothing_either(alice: User, people: list[str], mail_server: None) -> None:
    answers = []
    for address in people:
        client = Client()
        client.force_login(alice)
        confirm(client)
        answer = client.post(EMAIL, {"email": address, "action_add": "on"})
        answers.append(seen(client, answer, address))
    assert answers[0][0] == 302
    for address, one in zip(people, answers, strict=True):
        assert one == answers[0], address


def test_a_password_is_taken_as_it_was_typed(client: Client) -> None:
    typed = " x…é " + "lang und ganz " * 6
    assert len(typed.encode()) > 72
    client.post(SIGN_UP, {"email": "new@example.org", "password1": typed})
    twins = [
        typed.strip(),
        typed.rstrip() + "!",
        typed.replace("é", "e\N{COMBINING ACUTE ACCENT}"),
        typed[:72],
        typed.upper(),
    ]
    for twin in twins[:4]:
        assert Client().post(SIGN_IN, {"login": "new@example.org", "password": twin}).status_code == 200, twin
    assert Client().post(SIGN_IN, {"login": "new@example.org", "password": typed}).status_code == 302


# --- What is committed ------------------------------------------------------------------------------------------------


def commits_among(statements: list[str]) -> int:
    """Count what had to reach the disk for accounts and limits; mails and sessions are written alike for all."""
    count, is_inside, has_written = 0, False, False
    for statement in statements:
        if statement.startswith("BEGIN"):
            is_inside, has_written = True, False
        elif statement in ("COMMIT", "ROLLBACK"):
            count += is_inside and has_written and statement == "COMMIT"
            is_inside = False
        elif re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "?account(s_user|_emailaddress|s_allowance)"?', statement):
            has_written = True
            count += not is_inside
    return count


@pytest.mark.django_db(transaction=True)
def test_signing_up_commits_as_often_for_a_known_address(make_user: Callable[..., User]) -> None:
    known = make_user("known@example.org")
    found = []
    for address in ("first@example.org", known.email, "unknown@example.org"):  # the network's first use has a row made
        client = Client()
        client.get("/account/sign-up/")
        with CaptureQueriesContext(connection) as asked:
            assert client.post("/account/sign-up/", {"email": address, "password1": PASSWORD}).status_code == 302
        found.append(commits_among([query["sql"] for query in asked]))
    assert found[1] == found[2] > 2
