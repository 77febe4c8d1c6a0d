"""Signing up, in and out in a real browser: complete, accessible, quiet on the network, and without a script too."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View, every_view

Check = Callable[[Page], list[str]]

PUBLIC_PAGES = ["/", "/account/sign-up/", "/account/sign-in/", "/account/password/reset/", "/nowhere"]


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
    page.wait_for_url("**/account/email/confirm/")

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


def test_password_managers_are_welcome(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/account/sign-in/")
    expect(page.locator("input[name=login]")).to_have_attribute("autocomplete", re.compile("email|username"))
    expect(page.locator("input[name=password]")).to_have_attribute("autocomplete", "current-password")
    page.goto("/account/sign-up/")
    expect(page.locator("input[name=password1]")).to_have_attribute("autocomplete", "new-password")


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
