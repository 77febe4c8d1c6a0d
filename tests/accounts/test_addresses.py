"""One account for each address, whatever it looks like; a new address is proved, and the old one has a way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.addresses import canonical_address
from accounts.models import EmailChange, User
from tests.accounts.steps import APP, CONFIRM, code_of, confirm, sign_in
from tests.cast import apart, at_once, real_database
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMAIL, RESET, SIGN_UP = "/account/email/", "/account/password/reset/", "/account/sign-up/"
UNDO = "/account/email/undo/"
NEW = "eleven-quiet-rivers-hum"


def links_in(message: mail.EmailMessage) -> list[str]:
    found = re.findall(r"https?://\S+", str(message.body))
    assert all(link.startswith(f"{settings.SITE_URL}/") for link in found)
    return [link.removeprefix(settings.SITE_URL) for link in found]


def mails_to(address: str) -> list[mail.EmailMessage]:
    return [message for message in mail.outbox if message.to == [address]]


# --- Look-alikes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mike@Example.ORG", "mike@example.org"),
        ("  mike@example.org ", "mike@example.org"),
        ("mi\N{KELVIN SIGN}e@example.org", "mike@example.org"),
        ("ｍｉｋｅ@example.org", "mike@example.org"),
        ("mike@exämple.org", "mike@xn--exmple-cua.org"),
        ("mike@xn--exmple-cua.org", "mike@xn--exmple-cua.org"),
        ("mike@ＥＸＡＭＰＬＥ.org", "mike@example.org"),
        ("mike+cat@example.org", "mike+cat@example.org"),
        ("m.i.k.e@example.org", "m.i.k.e@example.org"),
    ],
)
def test_the_one_form_of_an_address(typed: str, kept: str) -> None:
    assert canonical_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["m\N{LATIN SMALL LETTER DOTLESS I}ke@example.org", "m\N{CYRILLIC SMALL LETTER I}ke@example.org",
     "M\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}KE@example.org", "@example.org", "mike@exa..mple.org"],
)  # fmt: skip
def test_what_has_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"@|label"):
        canonical_address(typed)


@pytest.mark.parametrize(
    "typed", ["MIKE@example.org", "mi\N{KELVIN SIGN}e@example.org", "mike@EXAMPLE.org", "mike@example.org"]
)
def test_a_look_alike_makes_no_second_account_and_gets_no_mail(make_user: Callable[..., User], typed: str) -> None:
    make_user("mike@example.org")
    Client().post(SIGN_UP, {"email": typed, "password1": PASSWORD})
    Client().post(RESET, {"email": typed})
    assert User.objects.count() == 1
    assert [message.to for message in mail.outbox] == [["mike@example.org"]] * 2
    assert Client().post("/account/sign-in/", {"login": typed, "password": PASSWORD})["Location"] == "/"


@pytest.mark.parametrize(
    "typed", ["m\N{LATIN SMALL LETTER DOTLESS I}ke@example.org", "mike+x@example.org", "mi.ke@example.org"]
)
def test_another_address_opens_nothing(make_user: Callable[..., User], typed: str) -> None:
    make_user("mike@example.org")
    Client().post(RESET, {"email": typed})
    assert "mike@example.org" not in [to for message in mail.outbox for to in message.to]
    assert Client().post("/account/sign-in/", {"login": typed, "password": PASSWORD}).status_code == 200


# --- A new address ----------------------------------------------------------------------------------------------------


def ask(client: Client, address: str) -> Any:
    return client.post(EMAIL, {"email": address, "action_add": "on"})


def asked_for(user: User, address: str) -> tuple[Client, str]:
    """Ask for another address; return the browser, and the link that the address gets."""
    client = Client()
    sign_in(client, user)
    confirm(client)
    ask(client, address)
    [link] = [link for link in links_in(mails_to(address)[-1]) if "/email/confirm/" in link]
    return client, link


def change(user: User, address: str) -> Client:
    """Change somebody's address the whole way."""
    client, link = asked_for(user, address)
    page = client.get(link)["Location"]
    client.get(page)
    user.refresh_from_db()
    assert user.email != address  # looking confirms nothing
    client.post(page)
    user.refresh_from_db()
    return client


@pytest.mark.parametrize("browser", ["their own", "a fresh one", "of somebody else"])
def test_the_key_leaves_the_address_at_once(alice: User, charlie: User, browser: str) -> None:
    """S10: no page has it, and so no Referer and no later request."""
    client, link = asked_for(alice, "new@example.org")
    if browser != "their own":
        client = Client()
    if browser == "of somebody else":
        client.force_login(charlie)
    key = link.removesuffix("/").rsplit("/", 1)[1]
    for _ in range(1 if browser == "of somebody else" else 3):  # the first look signs them out, and the key stays
        answer = client.get(link)
        assert (answer.status_code, answer["Location"]) == (302, "/account/email/confirm/answer/")
        page = client.get(answer["Location"])
        assert key not in page.content.decode()
        assert f'action="{answer["Location"]}"' in page.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    assert client.post(answer["Location"]).status_code == 302
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    for other in (client, Client()):
        assert b"This link no longer works" in other.get(answer["Location"]).content
        assert other.post(answer["Location"]).status_code == 404


def test_it_needs_a_fresh_proof(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client, alice)
        assert ask(client, "new@example.org")["Location"].startswith(CONFIRM)
        assert not mails_to("new@example.org")
        confirm(client)
        clock.shift(timedelta(minutes=6))
        assert ask(client, "new@example.org")["Location"].startswith(CONFIRM)


def test_the_new_address_counts_when_it_is_confirmed_and_then_alone(alice: User) -> None:
    old = alice.email
    change(alice, "new@example.org")
    assert alice.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@example.org", True, True)]
    answers = [
        Client().post("/account/sign-in/", {"login": login, "password": PASSWORD}).status_code
        for login in (old, alice.email)
    ]
    assert answers == [200, 302]


def test_an_address_that_waits_for_its_answer_opens_nothing(client: Client, alice: User) -> None:
    sign_in(client, alice)
    confirm(client)
    ask(client, "strangers@example.org")
    mail.outbox.clear()
    Client().post(RESET, {"email": "strangers@example.org"})
    [message] = mails_to("strangers@example.org")
    assert not any("/password/reset/" in link and len(link) > 40 for link in links_in(message))
    answer = Client().post("/account/sign-in/", {"login": "strangers@example.org", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_an_address_of_somebody_else_is_never_taken_over(
    alice: User, make_user: Callable[..., User], is_confirmed: bool
) -> None:
    other = make_user("other@example.org")
    EmailAddress.objects.filter(user=other).update(verified=is_confirmed)
    change(alice, "other@example.org")
    assert alice.email == "alice@example.org"
    other.refresh_from_db()
    assert other.email == "other@example.org"


# --- The way back -----------------------------------------------------------------------------------------------------


def notice_to(address: str) -> str:
    """Return the link in the notice to the old address."""
    [message] = [message for message in mails_to(address) if "address was changed" in message.subject]
    text = f"{message.subject} {message.body}"
    assert not re.search(r"\bCML\b|new@example|127\.0\.0\.1", text)
    [link] = [link for link in links_in(message) if link.startswith(UNDO)]
    return link


def test_the_old_address_gets_a_way_back_that_shuts_everybody_out(alice: User) -> None:
    old = alice.email
    thief = change(alice, "new@example.org")
    confirm(thief)
    thief.post(APP, {"code": code_of(thief.get(APP).context["form"].secret)})
    link = notice_to(old)

    owner = Client()
    for _ in range(3):  # as a mail scanner does
        answer = owner.get(link)
    assert answer["Location"] == UNDO
    assert "Take back" in owner.get(UNDO).content.decode()
    alice.refresh_from_db()
    assert alice.email == "new@example.org"

    assert owner.post(UNDO)["Location"] == RESET
    alice.refresh_from_db()
    assert alice.email == old
    assert not alice.has_usable_password()
    assert not Authenticator.objects.exists()
    assert thief.get("/account/security/").status_code == 302
    owner.get(link)
    owner.post(UNDO)
    assert not EmailChange.objects.exists()
    mail.outbox.clear()
    Client().post(RESET, {"email": old})
    assert len(mails_to(old)) == 1


def test_a_way_back_leads_over_two_changes(alice: User) -> None:
    old = alice.email
    change(alice, "new@example.org")
    change(alice, "newer@example.org")
    owner = Client()
    owner.get(notice_to(old))
    owner.post(UNDO)
    alice.refresh_from_db()
    assert alice.email == old
    assert not EmailChange.objects.exists()  # the thief's own way back is shut too


@pytest.mark.parametrize("token", ["x", "", "a" * 43])
def test_a_made_up_way_back_leads_nowhere(client: Client, alice: User, token: str) -> None:
    change(alice, "new@example.org")
    if token:
        client.get(f"{UNDO}{token}/")
    assert "no longer works" in client.post(UNDO).content.decode()
    stored = EmailChange.objects.get().token_hash
    client.get(f"{UNDO}{stored}/")
    client.post(UNDO)
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


def test_the_way_back_ends_after_a_week(client: Client, alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        change(alice, "new@example.org")
        link = notice_to("alice@example.org")
        clock.shift(timedelta(days=7, seconds=1))
        client.get(link)
        client.post(UNDO)
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


# --- A link to choose a new password ----------------------------------------------------------------------------------


def reset_link(user: User) -> str:
    mail.outbox.clear()
    Client().post(RESET, {"email": user.email})
    [link] = [link for link in links_in(mail.outbox[0]) if re.search(r"/password/reset/.{20,}", link)]
    return link


def reset(link: str, password: str = NEW) -> bool:
    client = Client()
    answer = client.get(link)
    if answer.status_code != 302:
        return False
    done = client.post(answer["Location"], {"password1": password, "password2": password})
    return done.status_code == 302 and done["Location"] == f"{RESET}done/"


def test_looking_at_a_reset_link_changes_nothing_and_it_lasts_an_hour(alice: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        link = reset_link(alice)
        for _ in range(3):
            answer = Client().get(link)
            assert link.rstrip("/").rsplit("-", 1)[1] not in answer["Location"]
        clock.shift(timedelta(minutes=61))
        assert not reset(link)
        link = reset_link(alice)
        clock.shift(timedelta(minutes=59))
        assert reset(link)
        assert not reset(link)


def test_a_reset_link_dies_with_the_password_and_with_the_address(alice: User) -> None:
    link = reset_link(alice)
    alice.set_password(NEW)
    alice.save(update_fields=["password"])
    assert not reset(link)
    link = reset_link(alice)
    User.objects.filter(pk=alice.pk).update(email="new@example.org")
    EmailAddress.objects.filter(user=alice).update(email="new@example.org")
    assert not reset(link)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_hold_one_reset_link_a_single_one_changes_the_password(alice: User) -> None:
    link = reset_link(alice)
    with real_database():
        clients = [Client() for _ in range(8)]
        pages = [apart(lambda one=one: one.get(link)["Location"]) for one in clients]  # type: ignore[misc] # called at once

        def act(number: int) -> bool:
            password = f"{NEW}-{number}"
            answer = clients[number].post(pages[number], {"password1": password, "password2": password})
            return answer.status_code == 302 and answer["Location"] == f"{RESET}done/"

        won = at_once(8, act)
        stored = apart(lambda: User.objects.get(pk=alice.pk))
    assert sum(won) == 1
    assert stored.check_password(f"{NEW}-{won.index(True)}")


def test_a_reset_signs_nobody_in_and_keeps_the_second_factor(client: Client, alice: User) -> None:
    sign_in(client, alice)
    confirm(client)
    client.post(APP, {"code": code_of(client.get(APP).context["form"].secret)})
    assert reset(reset_link(alice))
    assert client.get("/account/security/").status_code == 302
    alice.refresh_from_db()
    assert sign_in(Client(), alice, NEW)["Location"] == "/account/sign-in/second-step/"
