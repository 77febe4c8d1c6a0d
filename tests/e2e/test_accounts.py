"""Signing up, in and out in a real browser: complete, accessible, quiet on the network, and without a script too."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.services.users import add_authenticator_app
from tests.cast import APP_SECRET
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View, every_view

Check = Callable[[Page], list[str]]

PUBLIC_PAGES = [
    "/",
    "/account/sign-up/",
    "/account/sign-in/",
    "/account/sign-in/?said=reset-mail",
    "/account/password/reset/",
    "/nowhere",
]


@every_view()
@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_public_page_is_accessible_and_keeps_to_itself(
    open_page: OpenPage, axe: Check, csp_violations: Check, foreign_requests: Check, view: View, address: str
) -> None:
    page = open_page(view)
    page.goto(address)
    expect(page.locator("h1")).to_have_count(1)
    assert axe(page) == []
    assert csp_violations(page) == []
    assert foreign_requests(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_sign_up_confirm_and_sign_in(open_page: OpenPage, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    page.goto("/")
    page.locator("a[href='/account/sign-up/']").first.click()
    page.locator("input[name=email]").fill("new@example.org")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/account/sign-in/\?said=confirm-mail$"))
    expect(page.locator(".messages")).to_contain_text("We sent a message to new@example.org.")

    [message] = mail.outbox
    link = re.search(r"/account/email/confirm/\S+/", str(message.body))
    assert link is not None
    page.goto(link[0])
    page.locator("main form button[type=submit]").click()

    if "/records/" not in page.url:
        page.goto("/account/sign-in/")
        page.locator("input[name=login]").fill("new@example.org")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/records/**")


def test_an_error_is_named_beside_its_field_and_nothing_typed_is_lost(open_page: OpenPage, axe: Check) -> None:
    page = open_page()
    page.goto("/account/sign-up/")
    page.locator("input[name=email]").fill("new@example.org")
    page.locator("input[name=password1]").fill("too short")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_title(re.compile(r"^Error: "))
    expect(page.locator("input[name=email]")).to_have_value("new@example.org")
    expect(page.locator("#error-summary")).to_be_visible()
    assert axe(page) == []
    described_by = page.locator("input[name=password1]").get_attribute("aria-describedby") or ""
    assert described_by
    for name in described_by.split():
        expect(page.locator(f"#{name}")).to_have_count(1)


#: What a password manager is told of each field; the last two pages are for who has signed in.
HINTS = {
    "/account/sign-up/": {"email": "email|username", "password1": "new-password"},
    "/account/sign-in/": {"login": "email|username", "password": "current-password"},
    "/account/password/reset/": {"email": "email|username"},
    "/account/confirm-sign-in/": {"password": "current-password"},
    "/account/password/change/": {
        "oldpassword": "current-password",
        "password1": "new-password",
        "password2": "new-password",
    },
}
#: Blanks at both ends and letters of several bytes: all of it counts.
PASTED = "  Grüße an 9 Otter, bitte  "


def paste(page: Page, name: str, text: str) -> None:
    """Paste from the clipboard as a person does, and see that all of it has arrived."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.locator(f"input[name={name}]").focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator(f"input[name={name}]")).to_have_value(text)


def expect_hints(page: Page, hints: dict[str, str]) -> None:
    """See that the fields of the page are named to a password manager, and that each password can be pasted."""
    for name, hint in hints.items():
        expect(page.locator(f"input[name={name}]")).to_have_attribute("autocomplete", re.compile(f"^({hint})$"))
        if "password" in name:
            paste(page, name, PASTED)


@pytest.fixture
def pasting(open_page: OpenPage) -> Page:
    """Return a page whose browser may use the clipboard."""
    return open_page(permissions=["clipboard-read", "clipboard-write"])


def test_password_managers_are_welcome_on_every_page_with_a_password(
    pasting: Page, sign_in: Callable[[Page, User], None], alice: User
) -> None:
    """S2, WCAG 3.3.8."""
    for address, hints in HINTS.items():
        if address == "/account/confirm-sign-in/":
            sign_in(pasting, alice)
        pasting.goto(address)
        expect_hints(pasting, hints)


def test_a_code_is_named_to_a_password_manager_and_can_be_pasted(pasting: Page, alice: User) -> None:
    add_authenticator_app(user=alice, secret=APP_SECRET)
    pasting.goto("/account/sign-in/")
    pasting.locator("input[name=login]").fill(alice.email)
    paste(pasting, "password", PASSWORD)
    pasting.locator("main form button[type=submit]").first.click()
    pasting.wait_for_url("**/account/sign-in/second-step/")
    expect(pasting.locator("input[name=code]")).to_have_attribute("autocomplete", "one-time-code")
    paste(pasting, "code", "123456")


def test_a_pasted_password_is_kept_as_it_is(pasting: Page, alice: User) -> None:
    """S2: nothing is cut off, in the browser or behind it."""
    enter_with_pasted(pasting, alice, PASSWORD)
    pasting.goto("/account/password/change/")
    for name, text in (("oldpassword", PASSWORD), ("password1", PASTED), ("password2", PASTED)):
        paste(pasting, name, text)
    pasting.get_by_role("button", name="Save the new password").click()
    expect(pasting.locator("main")).to_contain_text("Your password is changed.")
    pasting.goto("/account/sign-out/")
    pasting.locator("main form button[type=submit]").click()
    pasting.wait_for_url(re.compile(r"/$"))
    alice.refresh_from_db()
    assert not alice.check_password(PASTED.strip())
    enter_with_pasted(pasting, alice, PASTED)


def enter_with_pasted(page: Page, user: User, password: str) -> None:
    page.goto("/account/sign-in/")
    page.locator("input[name=login]").fill(user.email)
    paste(page, "password", password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/records/**")


def test_back_after_signing_out_shows_nothing(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User
) -> None:
    page = open_page()
    sign_in(page, alice)
    page.goto("/account/email/")
    expect(page.locator("main")).to_contain_text(alice.email)
    page.goto("/account/sign-out/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))
    page.go_back()
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(alice.email)
