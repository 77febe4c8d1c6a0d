"""The keys of the worklist: from row to row, open, mark as seen, search; off while somebody types, and for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import CareTeam, User
from accounts.services.patients import create_patient
from tests.cast import make_team, months_ago, record, share_with_team
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways
from tests.e2e.steps import Check

SignIn = Callable[[Page, User], None]
DESK = View(1280, "light")


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User, make_user: Callable[..., User]) -> CareTeam:
    """Return Bob's team, with which three people share."""
    team = make_team(bob)
    for number, name in enumerate(("Ann", "Ben", "Cleo"), start=1):
        user = make_user(f"{name.lower()}@example.org")
        patient = create_patient(user=user, by=user, display_name=name)
        record(patient, "0.31 %", months_ago(number))
        share_with_team(patient, team, "manage", by=bob)
    return team


def test_from_row_to_row_by_keys(open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam) -> None:
    page = open_page(DESK)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ann")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Cleo")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Ben")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("main")).to_contain_text("Marked as seen.")
    expect(page.get_by_role("button", name="Undo Ben")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("jkx?/")
    expect(page.get_by_label("Name")).to_have_value("jkx?/")
    expect(page.locator("[data-keys]")).not_to_have_attribute("open", "")
    page.get_by_label("Name").press("Tab")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.locator("[data-keys] summary")).to_be_focused()
    expect(page.get_by_text("Mark as seen, or undo")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/care/")


def test_who_marks_a_row_goes_on_from_it(open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam) -> None:
    page = open_page(DESK)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Undo Ben")).to_be_visible()
    expect(page.get_by_role("link", name="Ben")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Mark as seen Ben")).to_be_visible()
    expect(page.get_by_role("link", name="Ben")).to_be_focused()
    page.get_by_role("button", name="Mark as seen Cleo").click()
    expect(page.get_by_role("button", name="Undo Cleo")).to_be_visible()
    expect(page.get_by_role("link", name="Cleo")).to_be_focused()
    expect(page.get_by_role("link", name="Cleo")).to_be_in_viewport()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/care/")
    page.go_back()
    expect(page.get_by_role("link", name="Ben")).to_be_focused()


def test_where_the_row_leaves_the_list_one_goes_on_from_its_place(
    open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam
) -> None:
    page = open_page(DESK)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/?reason=new")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("link", name="Ben")).to_have_count(0)
    expect(page.get_by_role("link", name="Cleo")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("link", name="Cleo")).to_have_count(0)
    expect(page.get_by_role("link", name="Ann")).to_be_focused()
    assert page.evaluate("sessionStorage.length") == 0


def test_the_keys_can_be_switched_off_and_stay_off(
    open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam
) -> None:
    """WCAG 2.1.4."""
    page = open_page(DESK)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    page.get_by_text("Keys for this list").click()
    page.get_by_label("Use these keys").uncheck()
    page.reload()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ann")).not_to_be_focused()
    page.get_by_text("Keys for this list").click()
    page.get_by_label("Use these keys").check()
    page.locator("main").focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ann")).to_be_focused()


@every_view()
def test_what_the_keys_do_stands_beside_the_list(
    open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam, axe: Check, csp_violations: Check, view: View
) -> None:
    page = open_page(view)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    page.get_by_text("Keys for this list").click()
    assert axe(page) == []
    assert csp_violations(page) == []
    assert not is_sideways(page)
    button, box = page.get_by_role("button", name="Show", exact=True), page.get_by_label("Name")
    foot = "(one) => one.getBoundingClientRect().bottom"
    if view.width > 1000:
        assert abs(button.evaluate(foot) - box.evaluate(foot)) <= 1, "they stand on one line"


def test_without_a_script_there_are_no_keys_to_speak_of(
    open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam
) -> None:
    page = open_page(DESK, javascript=False)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    expect(page.get_by_role("button", name="Mark as seen Ann")).to_be_visible()
    expect(page.locator("[data-keys]")).to_be_hidden()


def test_without_a_script_the_page_opens_at_the_row_that_was_marked(
    open_page: OpenPage, sign_in: SignIn, bob: User, team: CareTeam
) -> None:
    page = open_page(View(360, "light"), javascript=False)
    sign_in(page, bob)
    page.goto(f"/teams/{team.pk}/")
    page.get_by_role("button", name="Mark as seen Cleo").click()
    expect(page.get_by_role("button", name="Undo Cleo")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Cleo")).to_be_focused()
