"""Everything that opens something by being known, and the doors at which each is shown (S23, S24, S58).

All of it is Erin's, so that nothing but what it is for keeps one from opening the door of another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.encryption import decrypt
from accounts.known_browser import account_bucket
from accounts.letters import write_reset_answer
from accounts.models import Patient, TeamRole, User, WaitingMail
from accounts.services.email_changes import record_email_change
from accounts.services.grants import invite_person
from accounts.services.patients import create_patient
from accounts.services.team_keys import issue_key
from accounts.services.teams import invite_member
from accounts.services.users import add_authenticator_app, create_user
from milestones.selectors.dates_out import REMINDERS
from milestones.services.dates_out import choose_reminders, open_feed, queue_due_reminders
from tests.accounts.steps import SIGN_IN, STEP, sign_in
from tests.authorization.world import PASSWORD, World, text_of
from tests.cast import APP_SECRET, TODAY, form_on, owner, record_visit, terms, typed

RESET, UNDO, ANSWER = "/account/password/reset/", "/account/email/undo/", "/invitations/answer/"
SESSION, KNOWN = settings.SESSION_COOKIE_NAME, settings.KNOWN_BROWSER_COOKIE_NAME


@dataclass
class Keyring:
    """What Erin knows, by its kind, and two browsers of hers: in one she has signed in, in one the code is missing."""

    erin: User
    record: Patient
    secrets: dict[str, str] = field(default_factory=dict)
    signed_in: SimpleCookie = field(default_factory=SimpleCookie)
    half_way: SimpleCookie = field(default_factory=SimpleCookie)


@dataclass(frozen=True)
class Shown:
    """What came of showing something at a door: whether it opened, and all that left the site."""

    is_open: bool
    text: str


# --- What is known ----------------------------------------------------------------------------------------------------


def make_keyring(world: World) -> Keyring:
    """Make one secret of every kind as the site makes it, and leave in the database what the site leaves there."""
    erin = create_user(email="erin@example.org", password=PASSWORD)
    create_patient(user=erin, by=erin, display_name="Erin")
    ring = Keyring(erin, Patient.objects.get(user=erin))
    ring.secrets = {"password": PASSWORD, **_of_sharing(world, erin), **_of_dates(ring.record), **_of_account(erin)}
    _sign_in(ring)
    Client().post(RESET, {"email": erin.email})  # after signing in, which ends an earlier link
    ring.secrets["password reset"] = _found(rf"{RESET}\w+?-(\S+)/", write_reset_answer(erin.email).body)
    ring.secrets["proof of a check"] = form_on(_save_result(ring, ""))["checked"][0]
    # Links that were opened and not gone on with: what they hold waits in a session.
    Client().get(f"/invitations/record/{ring.secrets['record invitation']}/")
    Client().get(f"{UNDO}{ring.secrets['way back to an address']}/")
    Client().get(_reset_address(ring, ring.secrets["password reset"]))
    return ring


def _of_sharing(world: World, erin: User) -> dict[str, str]:
    alice, north, lead = world.records["A"], world.teams["North"], world.users["lead of North"]
    _, invitation = invite_person(patient=alice, email=erin.email, terms=terms(), by=owner(alice))
    membership = invite_member(team=north, email=erin.email, role=TeamRole.MEMBER, by=lead)
    _, key = issue_key(team=north, name="Ward", scopes=["Patient"], days=9, by=lead)
    return {"record invitation": _end_of(invitation), "team invitation": _end_of(membership), "team key": key}


def _of_dates(record: Patient) -> dict[str, str]:
    record_visit(record, TODAY)
    choose_reminders(patient=record, choice=dict.fromkeys(REMINDERS, True), by=owner(record))
    queue_due_reminders()
    stop = _in_mail(owner(record), r"/reminders/stop/(\S+)/")
    return {"calendar": open_feed(patient=record, by=owner(record)), "end of reminders": stop}


def _of_account(erin: User) -> dict[str, str]:
    add_authenticator_app(user=erin, secret=APP_SECRET)
    code = RecoveryCodes.activate(erin).get_unused_codes()[0]
    new = EmailAddress.objects.create(user=erin, email="erin-new@example.org")
    return {
        "recovery code": code,
        "way back to an address": record_email_change(user=erin, old_email="erin-old@example.org"),
        "confirmation of an address": EmailConfirmationHMAC(new).key,
    }


def _sign_in(ring: Keyring) -> None:
    half_way, browser = Client(), Client()
    sign_in(half_way, ring.erin)
    sign_in(browser, ring.erin)
    browser.post(STEP, {"code": RecoveryCodes.activate(ring.erin).get_unused_codes()[1]})
    ring.half_way, ring.signed_in = half_way.cookies, browser.cookies
    ring.secrets |= {"session": browser.cookies[SESSION].value, "known browser": browser.cookies[KNOWN].value}


def _end_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def _in_mail(user: User, pattern: str) -> str:
    """Return what a link holds in a mail to somebody that waits to be sent."""
    mails = [json.loads(decrypt(one, purpose="outbox")) for one in WaitingMail.objects.values_list("sealed", flat=True)]
    [body] = [one["body"] for one in mails if one["to"] == user.email and re.search(pattern, one.get("body", ""))]
    return _found(pattern, body)


def _found(pattern: str, text: str) -> str:
    said = re.search(pattern, text)
    assert said
    return said[1]


# --- Where it is shown ------------------------------------------------------------------------------------------------


def _browser(cookies: SimpleCookie | None = None) -> Client:
    """Return a browser with these cookies, which stay as they are whatever it is answered."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in (cookies or {}).items()})
    return client


def _shown(opened: Any, *others: Any, status: int = 200, to: str = "") -> Shown:
    """Say what came of it: a door is open if it is answered by a status, and leads to an address where it leads on."""
    is_open = opened.status_code == status and opened.get("Location", "").startswith(to)
    return Shown(is_open, "\n".join(text_of(one) for one in (opened, *others)))


def _show_session(_ring: Keyring, text: str) -> Shown:
    return _shown(_browser(SimpleCookie({SESSION: text})).get("/people/"))


def _show_known_browser(ring: Keyring, text: str) -> Shown:
    request = RequestFactory().get("/")
    request.COOKIES[KNOWN] = text
    return Shown(account_bucket(request, ring.erin.email) != ring.erin.email, "")


def _show_password(ring: Keyring, text: str) -> Shown:
    return _shown(_browser().post(SIGN_IN, {"login": ring.erin.email, "password": text}), status=302, to=STEP)


def _show_recovery_code(ring: Keyring, text: str) -> Shown:
    return _shown(_browser(ring.half_way).post(STEP, {"code": text}), status=302)


def _invitation(kind: str) -> Callable[[Keyring, str], Shown]:
    def show(ring: Keyring, text: str) -> Shown:
        browser = _browser(ring.signed_in)
        link = browser.get(f"/invitations/{kind}/{_quoted(text)}/")
        return _shown(browser.post(ANSWER, {"name": "Erin"}), link, status=302, to="/people/")

    return show


def _show_calendar(_ring: Keyring, text: str) -> Shown:
    return _shown(_browser().get(f"/calendar/{_quoted(text)}.ics"))


def _show_end_of_reminders(_ring: Keyring, text: str) -> Shown:
    return _shown(_browser().post(f"/reminders/stop/{_quoted(text)}/"))


def _show_team_key(_ring: Keyring, text: str) -> Shown:
    return _shown(_browser().get("/fhir/Patient", headers={"authorization": f"Bearer {text}"}))


def _show_way_back(_ring: Keyring, text: str) -> Shown:
    browser = _browser()
    link = browser.get(f"{UNDO}{_quoted(text)}/")
    return _shown(browser.post(UNDO), link, status=302, to=RESET)


def _show_confirmation(_ring: Keyring, text: str) -> Shown:
    return _shown(_browser().post(f"/account/email/confirm/{_quoted(text)}/"), status=302)


def _show_reset(ring: Keyring, text: str) -> Shown:
    browser, new = _browser(), "eleven-quiet-rivers-hum"
    link = browser.get(_reset_address(ring, text))
    chosen = browser.post(link.get("Location") or "/none/", {"password1": new, "password2": new})
    return _shown(chosen, link, status=302, to=f"{RESET}done/")


def _reset_address(ring: Keyring, text: str) -> str:
    return f"{RESET}{user_pk_to_url_str(ring.erin)}-{_quoted(text)}/"


def _show_proof(ring: Keyring, text: str) -> Shown:
    return _shown(_save_result(ring, text), status=302)


def _save_result(ring: Keyring, proof: str) -> Any:
    address = reverse("milestones:result_add", kwargs={"patient_id": ring.record.pk})
    body = {"idempotency_key": str(uuid4()), **typed("0.042 %"), "step": "save" if proof else "check", "checked": proof}
    return _browser(ring.signed_in).post(address, body)


def _quoted(text: str) -> str:
    return quote(text, safe="")


DOORS: dict[str, Callable[[Keyring, str], Shown]] = {
    "session": _show_session,
    "known browser": _show_known_browser,
    "password": _show_password,
    "recovery code": _show_recovery_code,
    "record invitation": _invitation("record"),
    "team invitation": _invitation("team"),
    "calendar": _show_calendar,
    "end of reminders": _show_end_of_reminders,
    "team key": _show_team_key,
    "way back to an address": _show_way_back,
    "confirmation of an address": _show_confirmation,
    "password reset": _show_reset,
    "proof of a check": _show_proof,
}
