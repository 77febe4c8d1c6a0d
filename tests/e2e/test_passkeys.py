"""A passkey in a real browser with a pretended device, and the pages of the second factor."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.steps import code_of
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View, every_view

Check = Callable[[Page], list[str]]


def with_device(page: Page) -> Page:
    """Give the browser a device that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def send(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, user: User) -> None:
    page.goto("/account/sign-in/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    send(page, "Sign in")


def confirm(page: Page) -> None:
    page.wait_for_url("**/account/confirm-sign-in/**")
    page.locator("input[name=password]").fill(PASSWORD)
    send(page, "Continue")


def sign_out(page: Page) -> None:
    page.goto("/account/sign-out/")
    send(page, "Sign out")
    page.wait_for_url(re.compile(r"/$"))


def add_passkey(page: Page, user: User) -> None:
    sign_in(page, user)
    page.wait_for_url("**/records/**")
    page.goto("/account/passkeys/add/")
    confirm(page)
    page.wait_for_url("**/account/passkeys/add/")
    page.locator("input[name=name]").fill("My phone")
    send(page, "Add a passkey")
    page.wait_for_url("**/account/recovery-codes/")


def test_add_a_passkey_sign_out_and_sign_in_with_it(
    open_page: OpenPage, csp_violations: Check, foreign_requests: Check, axe: Check, alice: User
) -> None:
    page = with_device(open_page())
    add_passkey(page, alice)
    assert csp_violations(page) == []
    sign_out(page)

    page.goto("/account/sign-in/")
    assert csp_violations(page) == []
    send(page, "Sign in with a passkey")
    page.wait_for_url("**/records/**")

    page.goto("/account/passkeys/")
    expect(page.locator("main")).to_contain_text("My phone")
    expect(page.locator("main")).to_contain_text("Last used on")
    assert foreign_requests(page) == []


def test_a_passkey_as_the_second_step_and_removing_it(
    open_page: OpenPage, csp_violations: Check, axe: Check, alice: User
) -> None:
    page = with_device(open_page())
    add_passkey(page, alice)
    sign_out(page)
    sign_in(page, alice)
    page.wait_for_url("**/account/sign-in/second-step/")
    assert axe(page) == []
    assert csp_violations(page) == []
    send(page, "Use a passkey")
    page.wait_for_url("**/records/**")

    page.goto("/account/passkeys/")
    page.get_by_role("link", name="Rename My phone").click()
    confirm(page)
    page.wait_for_url(re.compile(r"/account/passkeys/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/rename/$"))
    page.locator("input[name=name]").fill("My other phone")
    send(page, "Save the name")
    page.get_by_role("link", name="Remove My other phone").click()
    send(page, "Remove it")
    expect(page.locator("main")).to_contain_text("You have none yet.")


def test_saying_no_on_the_device_changes_nothing_and_says_so(open_page: OpenPage, alice: User) -> None:
    page = open_page()
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('NotAllowedError'));")
    page.goto("/account/sign-in/")
    send(page, "Sign in with a passkey")
    expect(page.get_by_role("alert").filter(has_text="That did not work.")).to_be_visible()


@every_view()
def test_every_page_of_the_second_factor_is_accessible(
    open_page: OpenPage, axe: Check, csp_violations: Check, alice: User, view: View
) -> None:
    page = with_device(open_page(view))

    def look() -> None:
        expect(page.locator("h1")).to_have_count(1)
        assert axe(page) == [], page.url
        assert csp_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view.width, page.url

    add_passkey(page, alice)
    look()
    for address in (
        "/account/security/",
        "/account/sessions/",
        "/account/authenticator-app/add/",
        "/account/recovery-codes/",
        "/account/recovery-codes/new/",
        "/account/passkeys/",
        "/account/passkeys/add/",
        "/account/confirm-sign-in/",
        "/account/confirm-sign-in/code/",
        "/account/confirm-sign-in/passkey/",
        "/account/email/",
        "/account/email/undo/",
    ):
        page.goto(address)
        look()
    page.goto("/account/email/")
    page.locator("input[name=email]").fill("new@example.org")
    send(page, "Use this address")
    expect(page.locator("main")).to_contain_text("new@example.org")
    look()
    link = re.search(r"/account/email/confirm/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    page.goto(link[0])
    send(page, "Yes, confirm")
    page.wait_for_url("**/records/**")
    link = re.search(r"/account/email/undo/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    page.goto(link[0])
    expect(page).to_have_url(re.compile(r"/account/email/undo/$"))  # the token has left the address
    look()
    page.goto("/account/authenticator-app/add/")
    page.locator("input[name=code]").fill("000000")
    send(page, "Add this app")
    expect(page.locator("#error-summary")).to_be_visible()
    look()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_an_authenticator_app_works_without_a_script(open_page: OpenPage, alice: User, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, alice)
    page.wait_for_url("**/records/**")
    page.goto("/account/authenticator-app/add/")
    confirm(page)
    key = page.locator("figure code").inner_text().replace(" ", "")
    page.locator("input[name=code]").fill(code_of(key))
    send(page, "Add this app")
    page.wait_for_url("**/account/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)


@every_view()
def test_the_page_that_asks_to_wait_is_accessible(
    open_page: OpenPage, axe: Check, csp_violations: Check, alice: User, view: View
) -> None:
    page = open_page(view)
    for _ in range(6):
        page.goto("/account/sign-in/")
        page.locator("input[name=login]").fill(alice.email)
        page.locator("input[name=password]").fill("not-the-password-of-anybody")
        send(page, "Sign in")
    expect(page.locator("h1")).to_have_text("Please wait a little")
    assert axe(page) == []
    assert csp_violations(page) == []
