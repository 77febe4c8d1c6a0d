"""The outbox: written with what it tells of, sent once, tried again, given up; no page waits for it (R24)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from accounts import outbox
from accounts.encryption import decrypt
from accounts.letters import Letter
from accounts.models import User, WaitingMail
from accounts.outbox import WAITS, queue_mail, send_waiting_mail
from tests.cast import apart, at_once, real_database

START = datetime(2026, 8, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def queue(to: str = "alice@example.org", **headers: str) -> None:
    queue_mail(to=to, subject="You have something to look at", body="Sign in.", headers=headers)


class Server:
    """What a mail server answers, mail by mail; a mail that it takes goes on."""

    answers: list[Exception | None] = []

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = EmailBackend.send_messages
        self.answers = []

        def send(backend: Any, messages: Any) -> int:
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
            return real(backend, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return Server(monkeypatch)


def test_it_is_sent_when_the_change_is_committed() -> None:
    with transaction.atomic():
        queue(**{"List-Unsubscribe": "<https://example.org/stop>"})
        assert not mail.outbox
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["alice@example.org"], "You have something to look at", "Sign in.")
    assert sent.extra_headers["List-Unsubscribe"] == "<https://example.org/stop>"
    assert not WaitingMail.objects.exists()


def test_a_change_that_is_undone_sends_nothing() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not mail.outbox
    assert not WaitingMail.objects.exists()


def test_nothing_readable_waits_in_the_database(server: Server) -> None:
    """S40, S58: neither the address nor a link that would open something."""
    server.answers = [OSError()]
    queue_mail(to="alice@example.org", subject="Reset", body="https://example.org/reset/secret-token")
    [waiting] = WaitingMail.objects.values_list("sealed", flat=True)
    for word in ("alice", "example", "secret-token", "Reset"):
        assert word not in waiting


def test_it_is_tried_again_and_later_each_time(server: Server) -> None:
    with time_machine.travel(START, tick=False) as clock:
        server.answers = [OSError(), SMTPServerDisconnected(), SMTPDataError(451, b"later"), None]
        queue()
        for minutes in WAITS[:3]:
            clock.shift(timedelta(minutes=minutes, seconds=-1))
            assert send_waiting_mail() == 0
            assert not mail.outbox
            clock.shift(timedelta(seconds=1))
            sent = send_waiting_mail()
        assert sent == len(mail.outbox) == 1
        assert not WaitingMail.objects.exists()


def test_it_is_given_up_after_the_last_try(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with time_machine.travel(START, tick=False) as clock:
        server.answers = [OSError("alice@example.org")] * (len(WAITS) + 1)
        queue()
        for minutes in WAITS:
            assert WaitingMail.objects.exists()
            clock.shift(timedelta(minutes=minutes))
            send_waiting_mail()
    assert not WaitingMail.objects.exists()
    assert not mail.outbox
    assert "given up" in caplog.text
    assert "alice" not in caplog.text


@pytest.mark.parametrize(("code", "stays"), [(450, True), (499, True), (500, False), (550, False)])
def test_an_address_that_is_refused_for_good_is_given_up(server: Server, code: int, stays: bool) -> None:
    server.answers = [SMTPRecipientsRefused({"alice@example.org": (code, b"no")})]
    queue()
    assert WaitingMail.objects.exists() is stays


def test_one_bad_mail_holds_up_no_other(server: Server) -> None:
    server.answers = [OSError()]
    with transaction.atomic():
        queue("alice@example.org")
        queue("bob@example.org")
    assert len(mail.outbox) == 1
    assert WaitingMail.objects.count() == 1


def test_a_sender_that_died_is_followed(server: Server) -> None:
    """The try that goes on is kept from others for five minutes, and no longer."""
    with time_machine.travel(START, tick=False) as clock:
        server.answers = [OSError()]
        queue()
        clock.shift(timedelta(minutes=1))
        assert outbox._take() is not None  # and is never heard of again
        assert send_waiting_mail() == 0
        clock.shift(timedelta(minutes=5))
        assert send_waiting_mail() == 1


def test_a_mail_of_another_key_is_given_up(server: Server) -> None:
    server.answers = [OSError()]
    queue()
    WaitingMail.objects.update(next_try_at=START)
    with override_settings(SECRET_KEY="another-key-0123456789-abcdefghijklmnopqrstuvwxyz-01"):
        assert send_waiting_mail() == 0
    assert not WaitingMail.objects.exists()


def test_the_answer_to_a_reset_is_written_when_it_is_sent(server: Server, make_user: Callable[..., User]) -> None:
    """A link is as old as its mail, none lies in the database, and who left meanwhile gets none."""
    alice, bob = make_user("alice@example.org"), make_user("bob@example.org")
    with time_machine.travel(START, tick=False) as clock:
        server.answers = [OSError(), OSError()]
        for user in (alice, bob):
            outbox.queue_reset_answer(to=user.email)
        waiting = [json.loads(decrypt(one.sealed, purpose="outbox")) for one in WaitingMail.objects.all()]
        assert sorted(one["to"] for one in waiting) == [alice.email, bob.email]
        assert not [one for one in waiting if "body" in one]
        User.objects.filter(pk=bob.pk).update(is_active=False)
        clock.shift(timedelta(hours=2))  # longer than a link works
        assert send_waiting_mail() == 2
        bodies = {message.to[0]: str(message.body) for message in mail.outbox}
        [link] = re.findall(r"/account/password/reset/\S+", bodies[alice.email])
        clock.shift(timedelta(minutes=59))
        assert Client().get(link).status_code == 302
        assert "/account/password/reset/" not in bodies[bob.email]
        clock.shift(timedelta(minutes=2))
        assert Client().get(link).status_code == 200  # the page that says that it has ended


def test_it_is_written_in_the_language_of_whoever_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_trans", trans_real)  # as a site of several languages has it
    said: list[str | None] = []

    def write(_address: str) -> Letter:
        said.append(translation.get_language())
        return Letter("", "")

    monkeypatch.setattr(outbox, "write_reset_answer", write)
    with translation.override("de"):
        server.answers = [OSError()]
        outbox.queue_reset_answer(to="alice@example.org")
    WaitingMail.objects.update(next_try_at=START)
    assert send_waiting_mail() == 1
    assert said == ["de", "de"]
    assert translation.get_language() == "en"


def test_two_senders_send_each_mail_once(server: Server) -> None:
    server.answers = [OSError()] * 6
    for number in range(6):
        queue(f"somebody{number}@example.org")
    WaitingMail.objects.update(next_try_at=START)
    with real_database():
        at_once(3, lambda _number: send_waiting_mail())
    assert sorted(one.to[0] for one in mail.outbox) == [f"somebody{number}@example.org" for number in range(6)]


@override_settings(MAIL_IN_BACKGROUND=True)
def test_no_page_waits_for_a_server_that_hangs(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """R24: the page is answered while the server still hangs; then the mail goes out."""
    begun, go_on, real = threading.Event(), threading.Event(), EmailBackend.send_messages

    def hang(backend: Any, messages: Any) -> int:
        begun.set()
        assert go_on.wait(20)
        return real(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", hang)
    with real_database():
        answer = apart(lambda: client.post(reverse("account_reset_password"), {"email": alice.email}))
        assert answer.status_code == 302
        assert begun.wait(20)
        assert not mail.outbox
        go_on.set()
        for thread in threading.enumerate():
            if thread.name == "mail":
                thread.join(20)
    assert len(mail.outbox) == 1
