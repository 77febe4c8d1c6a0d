"""Every page of a record at 320, 360 and 1280 px, light and dark: accessible, nothing sideways, nothing stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import User
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import Course, is_sideways, pages_after_a_post, plain_pages
from tests.e2e.steps import Check, wait_for_chart


@pytest.fixture
def problems_of(axe: Check, csp_violations: Check, foreign_requests: Check) -> Check:
    """Return a function that lists what is wrong with the page that is open now."""
    return lambda page: [*axe(page), *csp_violations(page), *foreign_requests(page)]


@every_view()
def test_every_page_is_accessible(
    open_page: OpenPage,
    sign_in: Callable[[Page, User], None],
    problems_of: Check,
    alice: User,
    charlie: User,
    course: Course,
    view: View,
) -> None:
    page = open_page(view)
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        problems = problems_of(page)
        if is_sideways(page):
            problems.append("scrolls sideways")
        if page.locator("h1").count() != 1:
            problems.append("has not one heading")
        if problems:
            wrong[name] = problems

    sign_in(page, charlie)
    for name in ("", "results/", "treatment/"):
        page.goto(f"/records/{charlie.patient.pk}/{name}")
        look(f"empty {name}")
    sign_in(page, alice)
    for name, address in plain_pages(course).items():
        page.goto(address)
        if name == "results":
            wait_for_chart(page)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        look(name)
    for name in pages_after_a_post(page, course):
        look(name)
    assert wrong == {}


def test_nothing_scrolls_sideways_at_320(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, course: Course
) -> None:
    """WCAG 1.4.10: 320 px is a window of 1280 px at 400 %."""
    page = open_page(View(320, "light"))
    sign_in(page, alice)
    wide = []
    for name, address in plain_pages(course).items():
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        if is_sideways(page):
            wide.append(name)
    wide += [name for name in pages_after_a_post(page, course) if is_sideways(page)]
    assert wide == []


def test_targets_are_large_enough(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, course: Course
) -> None:
    """Whatever is touched is at least 44 px high: buttons, boxes, choices, places of the navigation."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    small = []
    for name in ("home", "results", "form of a result", "settings", "treatment", "question medicine"):
        page.goto(plain_pages(course)[name])
        small += page.evaluate(
            """() => [...document.querySelectorAll(".btn, .tabs-main a, select, input, .form-check")]
              .filter((node) => !["hidden", "radio", "checkbox"].includes(node.type))
              .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)
              .map((node) => `${document.title}: ${node.outerHTML.slice(0, 120)}`)"""
        )
    assert small == []
