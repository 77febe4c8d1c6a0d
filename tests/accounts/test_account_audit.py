"""What opens an account, and who changed it: each act leaves one row of its own name, or is not done (S32)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts import outbox
from accounts.models import AuditEvent, User, WaitingMail
from accounts.selectors.second_factor import get_passkeys
from accounts.services.email_changes import record_email_change, undo_email_change
from accounts.services.second_factor import reset_second_factor
from tests.accounts.steps import APP, code_of, confirm
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
def here(alice: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a browser in which Alice has just shown who she is; what a device says of a passkey is believed."""
    auth_data = SimpleNamespace(credential_data=SimpleNamespace(credential_id=b"made up"), is_user_verified=bool)
    said = SimpleNamespace(response=SimpleNamespace(attestation_object=SimpleNamespace(auth_data=auth_data)))
    auth = "allauth.mfa.webauthn.internal.auth"
    monkeypatch.setattr(f"{auth}.parse_registration_response", lambda _credential: said)
    monkeypatch.setattr(f"{auth}.complete_registration", lambda _credential: auth_data)
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    confirm(client)
    return client


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
