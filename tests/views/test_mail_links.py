"""Each link in a mail begins with SITE_URL, whatever the request named as its host (S11); another host gets 400."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.core import mail
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from gunicorn.config import Config  # type: ignore[import-untyped] # gunicorn carries no types
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped] # as above
from gunicorn.http.wsgi import create  # type: ignore[import-untyped] # as above
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Patient, TeamRole, User, WaitingMail
from accounts.services.grants import invite_person, invite_team
from accounts.services.teams import invite_member
from accounts.services.users import add_authenticator_app
from milestones.selectors.dates_out import REMINDERS
from milestones.services.dates_out import choose_reminders, queue_due_reminders
from tests.accounts.steps import add_app, confirm, sign_in
from tests.cast import (
    APP_SECRET,
    TODAY,
    everything_stored,
    form_on,
    make_team,
    owner,
    record_visit,
    share_with_team,
    terms,
)
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP, RESET, EMAIL, PASSWORD_CHANGE = (
    f"/account/{page}/" for page in ("sign-up", "password/reset", "email", "password/change")
)
ROOT = Path(__file__).resolve().parents[2]
#: A host that the site answers, and that is not the one of SITE_URL.
HOST = "testserver"
#: What a request says beside its host of where it went.
LIES = {
    "the host alone": {},
    "what proxies say": {
        "x-forwarded-host": "evil.example",
        "x-forwarded-server": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "6666",
        "x-original-host": "evil.example",
        "forwarded": "for=1.2.3.4;host=evil.example:6666;proto=https",
        "origin": "https://evil.example",
        "referer": "https://evil.example/account/",
    },
    "a port": {"host": f"{HOST}:6666"},
}


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Any) -> None:
    """Trust a proxy as far as the site ever does."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


class Scene:
    """Alice, Bob who leads a team, and Erin; every browser of theirs tells the same lie."""

    def __init__(self, alices_record: Patient, make_user: Callable[..., User]) -> None:
        self.record, self.alice = alices_record, owner(alices_record)
        self.bob, self.erin = make_user("bob@example.org"), make_user("erin@example.org")
        self.team = make_team(self.bob)
        self.lie: dict[str, str] = {}

    def browser(self, user: User | None = None) -> Client:
        client = Client(headers={"host": HOST, **self.lie})
        if user is not None:
            client.force_login(user)
        return client

    def at(self, name: str, **more: Any) -> str:
        whose = {"patient_id": self.record.pk} if name.startswith("milestones:") else {"team_id": self.team.pk}
        return reverse(name, kwargs={**whose, **more})


def invite_somebody(scene: Scene) -> None:
    browser, address = scene.browser(scene.alice), scene.at("milestones:sharing_invite", whom="person")
    browser.post(address, {**form_on(browser.get(address)), "email": "dana@example.org"})


def invite_a_member(scene: Scene) -> None:
    scene.browser(scene.bob).post(scene.at("teams:invite"), {"email": "dana@example.org", "role": "member"})


def accept_for_oneself(scene: Scene) -> None:
    _, link = invite_person(patient=scene.record, email=scene.erin.email, terms=terms(), by=scene.alice)
    answer(scene, link)


def accept_for_the_team(scene: Scene) -> None:
    grant = invite_team(patient=scene.record, code=scene.team.code, terms=terms(), by=scene.alice)
    scene.browser(scene.bob).post(scene.at("teams:answer_request", grant_id=grant.pk), {"accept": "1"})


def join_the_team(scene: Scene) -> None:
    share_with_team(scene.record, scene.team, by=scene.bob)
    add_authenticator_app(user=scene.erin, secret=APP_SECRET)
    answer(scene, invite_member(team=scene.team, email=scene.erin.email, role=TeamRole.MEMBER, by=scene.bob))


def answer(scene: Scene, link: str) -> None:
    """Open the link of an invitation, and accept as Erin."""
    mail.outbox.clear()
    browser = scene.browser(scene.erin)
    browser.get(link.removeprefix(settings.SITE_URL))
    assert browser.post("/invitations/answer/", {"name": "Erin"})["Location"] == "/people/"


def change_the_address(scene: Scene) -> None:
    browser = scene.browser()
    sign_in(browser, scene.alice)
    confirm(browser)
    browser.post(EMAIL, {"email": "alice-new@example.org", "action_add": "on"})


def confirm_the_address(scene: Scene) -> None:
    new = EmailAddress.objects.create(user=scene.alice, email="alice-new@example.org")
    scene.browser().post(f"/account/email/confirm/{EmailConfirmationHMAC(new).key}/")


def change_the_password(scene: Scene) -> None:
    browser, new = scene.browser(), "eleven-quiet-rivers-hum"
    sign_in(browser, scene.alice)
    confirm(browser)
    browser.post(PASSWORD_CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})


def remind(scene: Scene) -> None:
    """No request asks for it; its mail has a link in a header too."""
    record_visit(scene.record, TODAY)
    choose_reminders(patient=scene.record, choice=dict.fromkeys(REMINDERS, True), by=scene.alice)
    queue_due_reminders()


#: What makes the site write a mail.
ACTS: dict[str, Callable[[Scene], object]] = {
    "reset": lambda scene: scene.browser().post(RESET, {"email": scene.alice.email}),
    "reset, unknown": lambda scene: scene.browser().post(RESET, {"email": "nobody@example.org"}),
    "sign-up": lambda scene: scene.browser().post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD}),
    "sign-up, known": lambda scene: scene.browser().post(SIGN_UP, {"email": scene.alice.email, "password1": PASSWORD}),
    "another address": change_the_address,
    "another address, confirmed": confirm_the_address,
    "another password": change_the_password,
    "an authenticator app": lambda scene: add_app(scene.browser(), scene.alice),
    "invitation": invite_somebody,
    "invitation into a team": invite_a_member,
    "accepted": accept_for_oneself,
    "accepted by a team": accept_for_the_team,
    "somebody new in a team": join_the_team,
    "reminder": remind,
}


@pytest.fixture
def scene(alices_record: Patient, make_user: Callable[..., User]) -> Scene:
    return Scene(alices_record, make_user)


def links_of(message: mail.EmailMessage) -> list[str]:
    """Return every address in a mail and its headers."""
    said = "\n".join([str(message.subject), str(message.body), *map(str, message.extra_headers.values())])
    # What follows on the host is drawn at random, and now and then there is such a word among its letters.
    without_paths = re.sub(r"(\w+://[^/\s]+)\S*", r"\1", said)
    assert not re.search(rf"evil|6666|{HOST}", without_paths)
    assert not re.search(r"\bCML\b|leuk|BCR", without_paths, re.IGNORECASE)
    return re.findall(r"\w+://[^\s>]+", said)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("lie", LIES)
def test_each_link_begins_with_the_address_of_the_site(
    scene: Scene, act: str, lie: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    mail.outbox.clear()
    scene.lie = LIES[lie]
    with django_capture_on_commit_callbacks(execute=True):
        ACTS[act](scene)
    links = [link for message in mail.outbox for link in links_of(message)]
    assert links
    assert [link for link in links if not link.startswith(f"{settings.SITE_URL}/")] == []


def places_of(pattern: str) -> list[str]:
    """Return where a pattern is found in our own code, as "path:what its group found"."""
    return [
        f"{path.relative_to(ROOT)}:{found[1]}"
        for app in ("accounts", "config", "milestones")
        for path in sorted((ROOT / app).rglob("*.py"))
        for found in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]


def test_every_mail_is_made_here() -> None:
    """One that is new has to be added to what is done above.

    An operator's command writes of a second factor that was reset: tests/accounts/test_second_factor.py.
    """
    assert places_of(r'(?<!def )\bqueue_from_template\(\s*(?:template="(\w+)")?') == [
        "accounts/services/grants.py:invitation",
        "accounts/services/grants.py:something_to_look_at",
        "accounts/services/second_factor.py:second_factor_reset",
        "accounts/services/teams.py:invitation",
        "accounts/services/teams.py:something_to_look_at",
        "milestones/services/dates_out.py:reminder",
    ]


def test_nothing_else_writes_or_sends_a_mail() -> None:
    """Beside those above there are allauth's, by the adapter; the outbox alone knows how one is sent."""
    ways = r"\b(queue_mail(?=\()|send_mail(?=\()|email_user(?=\()|smtplib|EmailM\w+(?=\()|core(?:\.| import .*)mail)\b"
    assert places_of(ways) == [
        "accounts/adapter.py:send_mail",
        "accounts/adapter.py:queue_mail",
        "accounts/mail.py:queue_mail",
        "accounts/outbox.py:smtplib",
        "accounts/outbox.py:core.mail",
        "accounts/outbox.py:core.mail",
        "accounts/outbox.py:queue_mail",
        "accounts/outbox.py:EmailMessage",
        "config/settings.py:core.mail",
    ]


@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "127.0.0.1.evil", ""])
@pytest.mark.parametrize("claim", [{}, {"x-forwarded-host": HOST}], ids=["", "a proxy names ours"])
def test_another_host_gets_no_answer_and_sends_nothing(scene: Scene, host: str, claim: dict[str, str]) -> None:
    mail.outbox.clear()
    scene.lie = {"host": host, **claim}
    address = {"email": scene.alice.email}
    tries: list[tuple[User | None, str, dict[str, str]]] = [
        (None, RESET, address),
        (None, SIGN_UP, {"email": "new@example.org", "password1": PASSWORD}),
        (scene.alice, EMAIL, {"email": "alice-new@example.org", "action_add": "on"}),
        (scene.alice, PASSWORD_CHANGE, {"oldpassword": PASSWORD}),
        (scene.alice, scene.at("milestones:sharing_invite", whom="person"), address),
        (scene.bob, scene.at("teams:invite"), {"email": "dana@example.org", "role": "member"}),
        (scene.erin, "/invitations/answer/", {"name": "Erin"}),
    ]
    before = everything_stored()
    for user, to, body in tries:
        assert scene.browser(user).post(to, body).status_code == 400, to
    assert not mail.outbox
    assert not WaitingMail.objects.exists()
    assert everything_stored() == before


# --- The address in the first line of a request -----------------------------------------------------------------------


def ask_in_full(line: str, host: str, email: str) -> Any:
    """Send what a program sends that takes the site for a proxy, as our server reads it."""
    body = f"email={email}"
    head = f"POST {line} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    text = f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    config, here = Config(), ("127.0.0.1", 8000)
    request = next(RequestParser(config, iter([text]), here))
    _, environ = create(request, None, here, here, config)
    return ClientHandler(enforce_csrf_checks=False)(environ)


def test_an_address_in_the_first_line_names_no_host(scene: Scene) -> None:
    mail.outbox.clear()
    answer = ask_in_full(f"https://evil.example:6666{RESET}", HOST, scene.alice.email)
    assert answer.status_code == 302
    [message] = mail.outbox
    assert all(link.startswith(f"{settings.SITE_URL}/") for link in links_of(message))


@pytest.mark.parametrize("line", [f"http://{HOST}{RESET}", f"http://evil.example{RESET}", RESET])
def test_an_address_in_the_first_line_allows_no_host(scene: Scene, line: str) -> None:
    mail.outbox.clear()
    assert ask_in_full(line, "evil.example", scene.alice.email).status_code == 400
    assert not mail.outbox
