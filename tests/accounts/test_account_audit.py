"""What opens an account, and who changed it: each act leaves one row of its own name, or is not done (S32)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import outbox
from accounts.models import AuditEvent, User, WaitingMail
from accounts.selectors.second_factor import get_passkeys
from accounts.services.email_changes import record_email_change, undo_email_change
from accounts.services.second_factor import reset_second_factor
from tests.accounts import steps
from tests.accounts.steps import APP, STEP, code_of, confirm, sign_in
from tests.audit_trail import seal_now
from tests.cast import audited, break_audit
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "eleven-quiet-rivers-hum"
SECURITY = "/account/security/"


@dataclass(frozen=True)
class Act:
    """Something that changes what opens an account: what has to be there before, and the last step of it."""

    do: Callable[[Client, User], Any]
    before: Callable[[Client, User], None] = lambda _client, _user: None


def add_app(client: Client, _user: User) -> Any:
    return client.post(APP, {"code": code_of(client.get(APP).context["form"].secret)})


def remove_app(client: Client, _user: User) -> Any:
    return client.post("/account/authenticator-app/remove/")


def make_codes(client: Client, _user: User) -> Any:
    return client.post("/account/recovery-codes/new/")


def add_passkey(client: Client, _user: User) -> Any:
    # What the device says is checked in the tests of the browser.
    return client.post("/account/passkeys/add/", {"name": "My phone", "credential": '{"id": "made up"}'})


def have_passkey(_client: Client, user: User) -> None:
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "My phone", "credential": {"id": "made up"}})


def remove_passkey(client: Client, user: User) -> Any:
    [passkey] = get_passkeys(user=user)
    return client.post(f"/account/passkeys/{passkey}/remove/")


def change_password(client: Client, _user: User) -> Any:
    return client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})


def ask_for_a_link(client: Client, user: User) -> None:
    client.post("/account/password/reset/", {"email": user.email})


def reset_password(_client: Client, _user: User) -> Any:
    found = re.search(r"/account/password/reset/\S+/", str(mail.outbox[-1].body))
    assert found is not None
    stranger = Client(raise_request_exception=False)
    return stranger.post(stranger.get(found[0])["Location"], {"password1": NEW, "password2": NEW})


ACTS = {
    "app_added": Act(add_app),
    "app_removed": Act(remove_app, before=add_app),
    "recovery_codes_made": Act(make_codes, before=add_app),
    "passkey_added": Act(add_passkey),
    "passkey_removed": Act(remove_passkey, before=have_passkey),
    "password_changed": Act(change_password),
    "password_reset": Act(reset_password, before=ask_for_a_link),
}


@pytest.fixture
def here(alice: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give a browser in which Alice has just shown who she is; what a device says of a passkey is believed.

    It is one second all the time: a link for a new password fits only until somebody comes in.
    """
    auth_data = SimpleNamespace(credential_data=SimpleNamespace(credential_id=b"made up"), is_user_verified=bool)
    said = SimpleNamespace(response=SimpleNamespace(attestation_object=SimpleNamespace(auth_data=auth_data)))
    auth = "allauth.mfa.webauthn.internal.auth"
    monkeypatch.setattr(f"{auth}.parse_registration_response", lambda _credential: said)
    monkeypatch.setattr(f"{auth}.complete_registration", lambda _credential: auth_data)
    with time_machine.travel(timezone.now(), tick=False):
        client = Client(raise_request_exception=False)
        client.force_login(alice)
        confirm(client)
        yield client


def what_opens(user: User) -> tuple[Any, ...]:
    """Return the password and each second factor of somebody."""
    factors = Authenticator.objects.filter(user=user).order_by("pk").values_list("type", "data")
    return User.objects.get(pk=user.pk).password, list(factors)


@pytest.mark.parametrize("verb", ACTS)
def test_an_act_leaves_one_row_and_ends_the_other_sessions(here: Client, alice: User, verb: str) -> None:
    act = ACTS[verb]
    act.before(here, alice)
    there = Client()
    there.force_login(alice)
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    assert act.do(here, alice).status_code == 302
    [row] = AuditEvent.objects.exclude(pk__in=before)
    assert (row.verb, row.object_type, row.outcome) == (verb, "user", "allowed")
    assert (row.actor_id, row.object_id, row.patient_id) == (alice.pk, str(alice.pk), None)
    assert there.get(SECURITY).status_code == 302
    seal_now()
    call_command("audit_verify", verbosity=0)


@pytest.mark.parametrize("verb", ACTS)
def test_what_cannot_be_written_down_is_not_done(
    here: Client, alice: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = ACTS[verb]
    act.before(here, alice)
    there = Client()
    there.force_login(alice)
    before = what_opens(alice)
    with monkeypatch.context() as patched:
        break_audit(patched, verb)
        patched.setattr(outbox, "_wake_when_committed", lambda: None)  # a mail waits for the end, as in the site
        assert act.do(here, alice).status_code == 503
    assert what_opens(alice) == before
    assert there.get(SECURITY).status_code == 200
    assert audited(verb) == 0
    assert not WaitingMail.objects.exists(), "nobody is told of what was not done"


def test_who_gets_an_address_back_or_loses_a_factor_has_one_row_for_it(here: Client, alice: User) -> None:
    add_app(here, alice)
    reset_second_factor(user=alice, reason="phone-lost")
    assert undo_email_change(token=record_email_change(user=alice, old_email="old@example.org"))
    assert audited("second_factor_reset_phone_lost", actor_id=None) == 1
    assert audited("email_change_undone", actor_id=alice.pk) == 1
    assert audited("sessions_ended") == 0


# --- In and out -------------------------------------------------------------------------------------------------------


def rows_since(before: set[int]) -> list[tuple[Any, ...]]:
    rows = AuditEvent.objects.exclude(pk__in=before).order_by("pk")
    return list(rows.values_list("verb", "outcome", "actor_id", "object_id", "object_type"))


def test_coming_in_and_going_out_leave_a_row_each(client: Client, alice: User) -> None:
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    of = (alice.pk, str(alice.pk), "user")
    assert sign_in(client, alice)["Location"] == "/"
    assert rows_since(before) == [("signed_in", "allowed", *of)]
    client.get("/account/sign-out/")
    client.post("/account/sign-out/")
    client.post("/account/sign-out/")
    assert rows_since(before) == [("signed_in", "allowed", *of), ("signed_out", "allowed", *of)]


def test_with_a_second_step_it_is_the_step_that_lets_in(client: Client, alice: User) -> None:
    codes = steps.add_app(Client(), alice)
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    of = (str(alice.pk), "user")
    sign_in(client, alice)
    assert rows_since(before) == []
    client.post(STEP, {"code": "000000"})
    client.post(STEP, {"credential": '{"id": "x"}'})
    assert rows_since(before) == [("sign_in_failed", "refused", None, *of)] * 2
    client.post(STEP, {"code": codes[0]})
    assert rows_since(before)[2:] == [("signed_in", "allowed", alice.pk, *of)]


def test_a_failed_try_leaves_a_row_and_the_same_work_for_an_unknown_address(alice: User) -> None:
    """S4: the row of an address that nobody has names no account, and neither keeps what was typed."""
    Client().post("/account/sign-in/", {"login": "somebody@example.org", "password": NEW})  # the network's first
    done = []
    for address, named in ((alice.email, str(alice.pk)), ("nobody@example.org", "")):
        before = set(AuditEvent.objects.values_list("pk", flat=True))
        client = Client()
        client.get("/account/sign-in/")
        with CaptureQueriesContext(connection) as asked:
            client.post("/account/sign-in/", {"login": address, "password": "not-the-password-of-anybody"})
        assert rows_since(before) == [("sign_in_failed", "refused", None, named, "user")]
        done.append(Counter(query["sql"].split(" ", 1)[0] for query in asked))
    assert done[0] == done[1]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("", {"password": "not-the-password-of-anybody"}),
        ("code/", {"code": "000000"}),
        ("passkey/", {"credential": '{"id": "x"}'}),
    ],
)
def test_who_is_asked_again_and_does_not_show_it_leaves_a_row(
    alice: User, monkeypatch: pytest.MonkeyPatch, step: str, answer: dict[str, str]
) -> None:
    """It is no sign-in: they are in, and stay so."""
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda _user: [])  # as it is made up
    steps.add_app(Client(), alice)
    have_passkey(Client(), alice)
    client = Client()
    client.force_login(alice)
    client.get(f"/account/confirm-sign-in/{step}")
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    client.post(f"/account/confirm-sign-in/{step}", answer)
    assert rows_since(before) == [("confirm_sign_in_failed", "refused", alice.pk, str(alice.pk), "user")]
    assert client.get(SECURITY).status_code == 200


def test_an_old_password_that_is_wrong_is_a_try_too(here: Client, alice: User) -> None:
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    posted = {"oldpassword": "not-the-password-of-anybody", "password1": NEW, "password2": NEW}
    here.post("/account/password/change/", posted)
    assert rows_since(before) == [("confirm_sign_in_failed", "refused", alice.pk, str(alice.pk), "user")]


def test_a_passkey_alone_that_fails_names_nobody(client: Client, alice: User) -> None:
    """Whose it was meant to be is only what the device said."""
    have_passkey(Client(), alice)
    client.get("/account/sign-in/passkey/")
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    client.post("/account/sign-in/passkey/", {"credential": '{"id": "x"}'})
    assert rows_since(before) == [("sign_in_failed", "refused", None, "", "user")]


def test_nobody_comes_in_or_goes_out_unseen(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as patched:
        break_audit(patched)
        assert sign_in(client, alice).status_code == 503
        assert client.get(SECURITY).status_code == 302
        for address in (alice.email, "nobody@example.org"):
            assert client.post("/account/sign-in/", {"login": address, "password": NEW}).status_code == 503
    sign_in(client, alice)
    with monkeypatch.context() as patched:
        break_audit(patched)
        assert client.post("/account/sign-out/").status_code == 503
        assert client.get(SECURITY).status_code == 200
