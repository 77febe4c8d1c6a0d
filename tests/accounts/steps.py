"""What somebody does to sign in and to prove who they are."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.test import Client

from accounts.models import User
from tests.cast import form_on
from tests.conftest import PASSWORD

SIGN_IN, STEP, CONFIRM = "/account/sign-in/", "/account/sign-in/second-step/", "/account/confirm-sign-in/"
APP, CODES = "/account/authenticator-app/add/", "/account/recovery-codes/"


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"login": user.email, "password": password})


def confirm(client: Client) -> Any:
    return client.post(CONFIRM, {"password": PASSWORD})


def code_of(secret: str, steps_ahead: int = 0) -> str:
    """Return what the authenticator app shows now, or so many times 30 seconds later."""
    now = list(yield_hotp_counters_from_time())[1]
    return str(format_hotp_value(hotp_value(secret, now + steps_ahead)))


def secret_of(user: User) -> str:
    return str(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]))


def add_app(client: Client, user: User) -> list[str]:
    """Add an authenticator app as somebody who has just signed in; return the recovery codes that are shown once."""
    sign_in(client, user)
    confirm(client)
    page = client.get(APP)
    secret = page.context["form"].secret
    assert set(form_on(page)) >= {"code"}
    answer = client.post(APP, {"code": code_of(secret)})
    assert answer["Location"] == CODES
    codes = client.get(CODES).context["unused_codes"]
    assert len(codes) == 10
    return list(codes)
