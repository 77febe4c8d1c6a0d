"""What the sign-in library would say in words of its own is said in the site's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.steps import confirm, sign_in
from tests.cast import words_of
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP, SIGN_IN, RESET, CHANGE, EMAIL, CONFIRM = (
    f"/account/{page}/"
    for page in ("sign-up", "sign-in", "password/reset", "password/change", "email", "confirm-sign-in")
)
LIBRARY = Path(allauth.__file__).parent / "templates" / "account"
#: Nobody meets these here: there is no sign-in by a code or a telephone, and the answer to a reset is a letter of ours.
UNUSED = ("login_code", "phone_", "password_reset_code", "password_reset_key", "unknown_account")
#: Words of health, and of whose site it is.
TELLING = re.compile(r"leuk|cml|cancer|health|result|medicine|patient", re.IGNORECASE)


@pytest.fixture
def page() -> Client:
    return Client()


def mail_to(address: str) -> Any:
    """Return the newest mail to somebody."""
    return next(one for one in reversed(mail.outbox) if one.to == [address])


def test_every_text_of_the_library_has_one_of_ours() -> None:
    ours = Path(settings.BASE_DIR) / "templates" / "account"
    theirs = [path for kind in ("email", "messages") for path in (LIBRARY / kind).glob("*.txt")]
    missing = [
        path.name
        for path in theirs
        if not path.name.startswith(UNUSED) and not (ours / path.relative_to(LIBRARY)).exists()
    ]
    assert len(theirs) > 20
    assert missing == []


def test_a_new_address_is_asked_to_be_confirmed(page: Client) -> None:
    page.post(SIGN_UP, {"email": "new@example.org", "password1": PASSWORD})
    sent = mail_to("new@example.org")
    assert sent.subject == "Confirm your e-mail address at Milestones"
    assert sent.body.startswith("Somebody, probably you, gave this address at Milestones.")
    assert "\nMilestones\n" in sent.body
    assert len(re.findall(r"https?://\S+", sent.body)) == 1
    assert not TELLING.search(re.sub(r"https?://\S+", "", f"{sent.subject} {sent.body}"))
    said = words_of(page.get(SIGN_IN))
    assert "We sent a message to new@example.org. Open the link in it to confirm your address." in said


def test_an_address_with_an_account_is_told_so_by_mail(page: Client, alice: User) -> None:
    page.post(SIGN_UP, {"email": alice.email, "password1": PASSWORD})
    sent = mail_to(alice.email)
    assert sent.subject == "You have an account at Milestones already"
    assert sent.body.count(RESET) == 1
    assert not TELLING.search(f"{sent.subject} {sent.body}")


def test_who_has_signed_in_is_told_as_whom(page: Client, alice: User) -> None:
    sign_in(page, alice)
    assert f"You are signed in as {alice.email}." in words_of(page.get(EMAIL, follow=True))


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        (SIGN_IN, {}, ("Type your e-mail address.", "Type your password.")),
        (SIGN_IN, {"login": "alice"}, ("Type the whole address, like name@example.org.",)),
        (
            SIGN_IN,
            {"login": "alice@example.org", "password": "not mine"},
            ("The e-mail address or the password is not right.",),
        ),
        (SIGN_UP, {}, ("Type your e-mail address.", "Type a password.")),
        (RESET, {"email": "alice"}, ("Type the whole address, like name@example.org.",)),
    ],
)
def test_the_doors_say_what_is_missing(
    page: Client, alice: User, address: str, fields: dict[str, str], said: tuple[str, ...]
) -> None:
    words = words_of(page.post(address, fields))
    for one in said:
        assert one in words


def test_the_fields_have_our_names(page: Client, make_user: Callable[..., User]) -> None:
    for address in (SIGN_IN, SIGN_UP, RESET):
        assert "E-mail address" in words_of(page.get(address))
    sign_in(page, make_user("erin@example.org"))
    assert "This is not your password." in words_of(page.post(CONFIRM, {"password": "not mine"}))
    confirm(page)
    words = words_of(page.get(CHANGE))
    assert "Your password now" in words
    assert "The new password again" in words
    assert "E-mail address" in words_of(page.get(EMAIL))
    for address in (SIGN_IN, SIGN_UP, RESET):
        assert "placeholder" not in Client().get(address).content.decode()
    assert "This is not the password that you use now." in words_of(
        page.post(CHANGE, {"oldpassword": "x", "password1": "y", "password2": "y"})
    )
