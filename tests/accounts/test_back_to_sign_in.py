"""What is done without being signed in ends on the sign-in page, which says it: to everybody the same (S4, S22)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import everything_stored, words_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP, SIGN_IN, RESET = "/account/sign-up/", "/account/sign-in/", "/account/password/reset/"
NEW_PASSWORD = "eleven-quiet-rivers-hum"
GOING_TO = "/people/"
#: What each address has the sign-in page say.
SAYS = {
    "account_reset_password_done": (
        "Look at your e-mail If there is an account for this address, a message is on its way. The link in it works"
        " once, for one hour. Nothing after a few minutes? Look in your spam folder, or choose “I forgot my password”"
        " again."
    ),
    "account_email_verification_sent": (
        "Look at your e-mail Open the link in our message to confirm your address. It works for one day. Then you can"
        " sign in. Nothing after a few minutes? Look in your spam folder. Then sign in here: we send it again, a few"
        " times an hour at most."
    ),
    "account_reset_password_from_key_done": "Your password is changed You can sign in with the new password now.",
    "account_inactive": (
        "This account is closed You cannot sign in with it. If you think this is a mistake, contact the people who run"
        " this site."
    ),
}


def notices(answer: Any) -> str:
    """Return what a page announces, in words."""
    found = re.findall(
        r'<div role="status" data-announce>(.*?</div>\s*</div>)\s*</div>', answer.content.decode(), re.DOTALL
    )
    return " ".join(" ".join(re.sub(r"<[^>]+>", " ", one) for one in found).split())


@pytest.mark.parametrize("name", SAYS)
def test_each_leads_back_and_has_it_said(client: Client, name: str) -> None:
    before = everything_stored(with_audit=True)
    answer = client.get(reverse(name))
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, SIGN_IN)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert notices(page) == SAYS[name]
    assert 'name="login"' in page.content.decode()
    assert everything_stored(with_audit=True) == before
    assert set(client.cookies) == {"csrf"}, "somebody who has not signed in was given a session"
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("said", ["", "nothing", "reset-mail ", "<b>You won</b>", "reset-mail\x00"])
def test_nothing_else_can_be_had_said(client: Client, said: str) -> None:
    page = client.get(SIGN_IN, {"said": said})
    assert page.status_code == 200
    assert "data-announce>" in page.content.decode()  # the place of the messages, which is empty
    assert notices(page) == ""
    assert "You won" not in page.content.decode()


def test_what_was_said_is_not_said_again_beside_a_slip(client: Client) -> None:
    assert 'action="/account/sign-in/"' in client.get(SIGN_IN, {"said": "new-password"}).content.decode()
    slip = client.post(SIGN_IN, {"login": "known@example.org", "password": "not-the-password"})
    assert notices(slip) == ""


@pytest.mark.parametrize("name", SAYS)
def test_where_one_was_going_is_kept(client: Client, name: str) -> None:
    answer = client.get(reverse(name), {"next": GOING_TO})
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [GOING_TO]
    assert f'name="next" value="{GOING_TO}"' in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("name", SAYS)
@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client: Client, name: str, address: str) -> None:
    assert "evil" not in client.get(reverse(name), {"next": address})["Location"]
    assert "alert" not in client.get(reverse(name), {"next": address})["Location"]


def test_a_forgotten_password_keeps_where_one_was_going(client: Client, alice: User) -> None:
    at_the_door = client.get(SIGN_IN, {"next": GOING_TO}).content.decode()
    [way] = re.findall(rf'href="({RESET}[^"]*)"', at_the_door)
    assert parse_qs(urlsplit(way).query)["next"] == [GOING_TO]
    form = client.get(way).content.decode()
    assert f'href="{SIGN_IN}?next=' in form
    assert f'name="next" value="{GOING_TO}"' in form
    page = client.post(RESET, {"email": alice.email, "next": GOING_TO}, follow=True)
    assert notices(page) == SAYS["account_reset_password_done"]
    assert f'name="next" value="{GOING_TO}"' in page.content.decode()


SENT = (
    "We sent a message to new@example.org. Open the link in it to confirm your address. It works for one day. Nothing"
    " after a few minutes? Look in your spam folder."
)


def test_signing_up_ends_with_where_the_mail_went(client: Client) -> None:
    """A slip in the address is seen at once; who loads the page again is told the rest."""
    page = client.post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD}, follow=True)
    address = page.redirect_chain[-1][0]
    assert SENT in words_of(page)
    assert notices(page) == "", "it is told twice"
    assert notices(client.get(address)) == SAYS["account_email_verification_sent"]


def test_signing_in_too_early_sends_the_link_again(client: Client) -> None:
    """As the notice says."""
    client.post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD})
    mail.outbox.clear()
    page = client.post(SIGN_IN, {"login": "new@example.org", "password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == f"{SIGN_IN}?said=confirm-mail"
    assert SENT in words_of(page)
    [again] = mail.outbox
    assert "/account/email/confirm/" in again.body


def link_for(user: User) -> str:
    """Ask for a new password, and return the way of the link."""
    Client().post(RESET, {"email": user.email})
    [link] = re.findall(r"/account/password/reset/\S+", str(mail.outbox[-1].body))
    return str(link)


def test_a_new_password_is_told_once(client: Client, alice: User) -> None:
    form = client.get(link_for(alice))["Location"]
    page = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0].startswith(SIGN_IN)
    assert notices(page) == SAYS["account_reset_password_from_key_done"]
    assert words_of(page).count("Your password is changed") == 1
    assert client.post(SIGN_IN, {"login": alice.email, "password": NEW_PASSWORD}).status_code == 302


def test_who_was_signed_in_is_told_once_too(client: Client, alice: User) -> None:
    """A new password by a link ends every session, this one too."""
    client.force_login(alice)
    form = client.get(link_for(alice))["Location"]
    page = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert notices(page) == SAYS["account_reset_password_from_key_done"]
    assert words_of(page).count("Your password is changed") == 1


def test_who_is_signed_in_goes_on_to_their_own_page(client: Client, alice: User) -> None:
    client.force_login(alice)
    for name, text in SAYS.items():
        answer = client.get(reverse(name), follow=True)
        assert answer.redirect_chain[-1][0].startswith("/records/")
        is_told = text.removeprefix("Look at your e-mail ") in words_of(answer)
        assert is_told == (name == "account_reset_password_done"), "a link that they asked for is on its way"


@pytest.mark.parametrize("link", ["used", "abc-no-such-key", "set-password"])
def test_a_link_that_no_longer_works_says_what_to_do(client: Client, alice: User, link: str) -> None:
    address = f"{RESET}{link}/" if link != "set-password" else f"{RESET}abc-set-password/"
    if link == "used":
        address = link_for(alice)
        form = client.get(address)["Location"]
        client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    page = Client().get(address)
    assert page.status_code == 200
    assert "This link no longer works" in words_of(page)
    assert "Ask for a new link" in words_of(page)
    assert f'href="{RESET}"' in page.content.decode()


def test_another_message_does_not_hide_what_was_done(client: Client) -> None:
    client.post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD})
    page = client.post(RESET, {"email": "new@example.org"}, follow=True)
    assert SENT in words_of(page)
    assert notices(page) == SAYS["account_reset_password_done"]
