"""The second factor: each code opens once, and nothing that is stored opens anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.messages import get_messages
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.encryption import UndecipherableError, decrypt, encrypt
from accounts.models import AuditEvent, User
from accounts.services.limits import Limit
from accounts.services.second_factor import reset_second_factor
from tests.accounts.steps import APP, CODES, CONFIRM, STEP, add_app, code_of, confirm, secret_of, sign_in
from tests.cast import apart, at_once, audited, real_database, words_of

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
SECURITY = "/account/security/"


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


# --- The authenticator app --------------------------------------------------------------------------------------------


def test_adding_an_app_needs_a_fresh_proof(client: Client, alice: User) -> None:
    sign_in(client, alice)
    for page in (APP, "/account/passkeys/add/", "/account/recovery-codes/new/"):
        assert client.get(page)["Location"].startswith(CONFIRM), page
    confirm(client)
    assert client.get(APP).status_code == 200


def test_from_then_on_the_code_is_asked_for(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        add_app(client, alice)
        clock.shift(timedelta(seconds=30))
        other = Client()
        assert sign_in(other, alice)["Location"] == STEP
        assert not is_in(other)
        assert other.post(STEP, {"code": "000000"}).status_code == 200
        assert not is_in(other)
        assert other.post(STEP, {"code": code_of(secret_of(alice))})["Location"] == "/"
        assert is_in(other)


def test_a_code_works_once_and_no_older_one_after_it(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        add_app(client, alice)
        added_with = code_of(secret_of(alice))
        clock.shift(timedelta(seconds=30))
        clients = [Client() for _ in range(4)]
        for one in clients:
            sign_in(one, alice)
        current = code_of(secret_of(alice))
        assert clients[0].post(STEP, {"code": added_with}).status_code == 200
        assert clients[0].post(STEP, {"code": current}).status_code == 302
        assert clients[1].post(STEP, {"code": current}).status_code == 200
        clock.shift(timedelta(seconds=30))  # still near enough for a slow clock, and used
        assert clients[2].post(STEP, {"code": current}).status_code == 200
        assert clients[3].post(STEP, {"code": code_of(secret_of(alice))}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_code_a_single_one_gets_in(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.forms.second_factor.CODE", Limit("code", at_once=50, step=1))
    with time_machine.travel(START, tick=False) as clock:
        add_app(Client(), alice)
        clock.shift(timedelta(seconds=30))
        code = code_of(secret_of(alice))
        with real_database():
            clients = [Client() for _ in range(8)]
            for one in clients:
                apart(lambda one=one: sign_in(one, alice))  # type: ignore[misc] # the lambda is called at once
            answers = at_once(8, lambda number: clients[number].post(STEP, {"code": code}).status_code)
    assert sorted(answers) == [200] * 7 + [302]


def test_the_picture_and_the_key_in_words(client: Client, alice: User) -> None:
    sign_in(client, alice)
    confirm(client)
    page = client.get(APP)
    body = page.content.decode()
    assert "data:image/svg+xml;base64," in body
    assert page.context["form"].secret_in_groups in body
    assert "issuer=Milestones" in page.context["totp_url"]
    assert page.context["form"].secret == client.post(APP, {"code": "123456"}).context["form"].secret


def test_nobody_binds_a_factor_to_an_address_that_is_not_confirmed(client: Client, alice: User) -> None:
    EmailAddress.objects.filter(user=alice).update(verified=False)
    client.force_login(alice)
    confirm(client)
    page = client.get(APP)
    answer = client.post(APP, {"code": code_of(page.context["form"].secret)})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_removing_the_app_takes_the_recovery_codes_along(client: Client, alice: User) -> None:
    add_app(client, alice)
    assert "10 codes are left" in words_of(client.get(SECURITY))
    client.post("/account/authenticator-app/remove/")
    assert not Authenticator.objects.exists()
    assert sign_in(Client(), alice)["Location"] == "/"


# --- Recovery codes ---------------------------------------------------------------------------------------------------


def test_recovery_codes_are_shown_once_and_each_opens_once(client: Client, alice: User) -> None:
    codes = add_app(client, alice)
    again = client.get(CODES)
    assert not any(code in again.content.decode() for code in codes)

    first, second = Client(), Client()
    sign_in(first, alice)
    sign_in(second, alice)
    assert first.post(STEP, {"code": codes[3]}).status_code == 302
    assert second.post(STEP, {"code": codes[3]}).status_code == 200
    assert second.post(STEP, {"code": f" {codes[4][:5]} {codes[4][5:]}"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_recovery_code_a_single_one_gets_in(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.forms.second_factor.CODE", Limit("code", at_once=50, step=1))
    codes = add_app(Client(), alice)
    with real_database():
        clients = [Client() for _ in range(8)]
        for one in clients:
            apart(lambda one=one: sign_in(one, alice))  # type: ignore[misc] # the lambda is called at once
        answers = at_once(8, lambda number: clients[number].post(STEP, {"code": codes[0]}).status_code)
    assert sorted(answers) == [200] * 7 + [302]


def test_new_codes_replace_the_old_ones(client: Client, alice: User) -> None:
    old = add_app(client, alice)
    assert client.post("/account/recovery-codes/new/")["Location"] == CODES
    new = client.get(CODES).context["unused_codes"]
    assert not set(old) & set(new)
    other = Client()
    sign_in(other, alice)
    assert other.post(STEP, {"code": old[0]}).status_code == 200
    assert other.post(STEP, {"code": new[0]}).status_code == 302


# --- What is stored ---------------------------------------------------------------------------------------------------


def test_nothing_stored_is_a_code_or_the_key_of_the_app(client: Client, alice: User) -> None:
    codes = add_app(client, alice)
    secret = secret_of(alice)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_an_old_key_still_reads_and_a_foreign_one_never_opens(client: Client, alice: User) -> None:
    codes = add_app(client, alice)
    new_key = {"SECRET_KEY": "another-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABC"}

    def try_code(**changed: Any) -> int:
        other = Client()
        with override_settings(**changed):
            sign_in(other, alice)
            return other.post(STEP, {"code": codes.pop()}).status_code

    assert try_code(**new_key, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]) == 302
    assert try_code(**new_key) == 200


def test_a_change_of_the_key(client: Client, alice: User) -> None:
    """The drill: a new key with the old one beside it, everything encrypted again, the old one gone."""
    codes = add_app(client, alice)
    new_key = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABC"
    with override_settings(SECRET_KEY=new_key, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert is_in(client)
        out = StringIO()
        call_command("renew_secrets", stdout=out)
        assert out.getvalue() == "Encrypted again: 2\n"
    with override_settings(SECRET_KEY=new_key):
        other = Client()
        sign_in(other, alice)
        assert other.post(STEP, {"code": codes[0]}).status_code == 302
        Authenticator.objects.filter(type="totp").update(data={"secret": "made with a lost key"})
        errors = StringIO()
        call_command("renew_secrets", stdout=out, stderr=errors)
        assert errors.getvalue().startswith("No key reads: 1.")


def test_encryption_is_bound_to_its_purpose() -> None:
    token = encrypt("a secret", purpose="one")
    assert "secret" not in token
    assert decrypt(token, purpose="one") == "a secret"
    with pytest.raises(UndecipherableError):
        decrypt(token, purpose="another")
    with pytest.raises(UndecipherableError):
        decrypt("", purpose="one")


@pytest.mark.django_db(transaction=True)
def test_mails_about_the_factor_say_little_and_lead_back(client: Client, alice: User) -> None:
    add_app(client, alice)
    [message] = mail.outbox
    assert message.to == [alice.email]
    text = f"{message.subject} {message.body}"
    assert f"{settings.SITE_URL}/account/password/reset/" in text
    assert "CML" not in text
    assert "127.0.0.1" not in text


# --- Passkeys (the whole way is walked in tests/e2e/test_passkeys.py) -------------------------------------------------


def test_a_passkey_is_asked_for_by_the_host_of_the_site(client: Client, alice: User) -> None:
    sign_in(client, alice)
    confirm(client)
    page = client.get("/account/passkeys/add/", headers={"host": "127.0.0.1"})
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert options["rp"] == {"id": "localhost", "name": "Milestones"}
    assert 'type="application/json"' in page.content.decode()


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": "x"}', '{"id": "eA", "rawId": "eA", "response": 1}']
)
def test_a_passkey_answer_that_is_none_opens_nothing(client: Client, alice: User, answer: str) -> None:
    client.get("/account/sign-in/passkey/", headers={"accept": "application/json"})
    assert client.post("/account/sign-in/passkey/", {"credential": answer})["Location"] == "/account/sign-in/"
    assert not is_in(client)
    sign_in(client, alice)
    confirm(client)
    client.get("/account/passkeys/add/")
    assert client.post("/account/passkeys/add/", {"credential": answer}).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_passkey_that_does_not_show_who_one_is_is_asked_for_once_more(client: Client, alice: User) -> None:
    """On the page that asked, which still leads to the same place."""
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "My phone"})
    client.force_login(alice)
    again = "/account/confirm-sign-in/passkey/"
    answer = client.post(again, {"credential": "{}", "next": "/account/security/"})
    assert answer["Location"] == f"{again}?next=%2Faccount%2Fsecurity%2F"
    assert [str(said) for said in get_messages(answer.wsgi_request)]


# --- A lost one -------------------------------------------------------------------------------------------------------


def test_an_operator_takes_away_a_lost_factor(
    client: Client, alice: User, charlie: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    codes = add_app(client, alice)
    other = Client()
    add_app(other, charlie)
    mail.outbox.clear()
    said = StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("reset_second_factor", "Alice@Example.org", "--reason", "phone-lost", stdout=said)
    assert "Removed: 2." in said.getvalue()
    assert not is_in(client)
    assert is_in(other), "it is one person's alone"
    assert not Authenticator.objects.filter(user=alice).exists()
    assert audited("second_factor_reset_phone_lost", actor_id=None, object_id=str(alice.pk)) == 1
    [told] = mail.outbox
    assert told.to == [alice.email]
    assert f"{settings.SITE_URL}/account/sign-in/" in told.body
    assert not {code for code in codes if code in told.body}
    fresh = Client()
    assert sign_in(fresh, alice)["Location"] == "/", "the password alone opens, until a new factor is added"


def test_who_needs_a_factor_sees_nothing_after_a_reset_before_they_have_a_new_one(client: Client, alice: User) -> None:
    add_app(client, alice)
    User.objects.filter(pk=alice.pk).update(in_a_team=True)
    call_command("reset_second_factor", alice.email, "--reason", "phone-new", verbosity=0, stdout=StringIO())
    sign_in(client, alice)
    assert client.get("/people/")["Location"] == SECURITY


def test_a_reset_that_is_none_changes_nothing(client: Client, alice: User) -> None:
    before = AuditEvent.objects.count()
    for address, reason, said in (
        ("nobody@example.org", "phone-lost", "Nobody has this address"),
        (alice.email, "phone-lost", "no second factor"),
        (alice.email, "her blood test", "invalid choice"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("reset_second_factor", address, "--reason", reason)
    with pytest.raises(CommandError, match="reason"):
        call_command("reset_second_factor", alice.email)
    assert AuditEvent.objects.count() == before
    add_app(client, alice)
    with pytest.raises(ValueError, match="her blood test"):
        reset_second_factor(user=alice, reason="her blood test")
    assert is_in(client)


def test_the_second_step_says_what_to_do_when_the_phone_is_lost(client: Client, alice: User) -> None:
    add_app(client, alice)
    other = Client()
    sign_in(other, alice)
    words = words_of(other.get(STEP))
    assert "Type one of your recovery codes in the box above." in words
    assert "If you have no code left, ask whoever runs this site." in words
