"""The team's pages of a record: read, marked as seen, and a visit written down; by a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from tests.cast import answer_question, ask_question, make_team, record_visit, share_with_team
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import Course, is_sideways
from tests.e2e.steps import RANGE, Check, ago, measure_chart, span, until, wait_for_chart

SignIn = Callable[[Page, User], None]

PHONE = View(360, "light")


@pytest.fixture
def bob(make_user: Callable[..., User], course: Course, alices_record: Patient) -> User:
    """Return Bob, whose team Alice shares her record with."""
    bob = make_user("bob@example.org")
    share_with_team(alices_record, make_team(bob), "manage", by=bob)
    return bob


@every_view()
def test_the_page_for_the_team(
    open_page: OpenPage,
    sign_in: SignIn,
    bob: User,
    alices_record: Patient,
    axe: Check,
    csp_violations: Check,
    view: View,
) -> None:
    page = open_page(view)
    sign_in(page, bob)
    page.goto(f"/records/{alices_record.pk}/care/")
    for title in ("What the patient reads", "Rule sets side by side", "Kinetics and depth", "Compare two periods"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert axe(page) == []
    assert not is_sideways(page)
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.locator("main")).to_contain_text("Marked as seen. The patient can see that.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back.")
    page.get_by_label("Second period, from").select_option(index=0)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#periods")).to_be_in_viewport()
    assert axe(page) == []
    assert csp_violations(page) == []


def test_the_course_on_the_page_for_the_team_is_zoomed_and_put_on_an_ordinary_scale(
    open_page: OpenPage, sign_in: SignIn, bob: User, alices_record: Patient, csp_violations: Check
) -> None:
    page = open_page(View(1280, "light"))
    sign_in(page, bob)
    page.goto(f"/records/{alices_record.pk}/care/")
    wait_for_chart(page)
    by_steps = measure_chart(page)["marks"]["measured"]
    with page.expect_response("**/figure.json?scale=even"):
        page.get_by_role("button", name="Ordinary scale", pressed=False).click()
    page.locator(".ytick text", has_text="20%").first.wait_for()
    evenly = sorted(y for _, y in measure_chart(page)["marks"]["measured"])
    # All that is below 1 % lies almost together there, far below 62 %; by steps it is told apart.
    assert _share_of_the_lower_half(evenly) < 0.1 < _share_of_the_lower_half(sorted(y for _, y in by_steps))
    with page.expect_response("**/figure.json"):
        page.get_by_role("button", name="Ordinary scale", pressed=True).click()
    page.locator(".ytick text", has_text="0.01%").first.wait_for()
    assert measure_chart(page)["marks"]["measured"] == by_steps
    whole = span(page)
    with page.expect_response(re.compile(r"figure\.json\?from=[\d-]+&to=[\d-]+$")):
        page.get_by_role("button", name="Zoom in", exact=True).click()
    until(page, RANGE, f"it[1] - it[0] < {0.6 * whole}")
    with page.expect_response("**/figure.json"):
        page.get_by_role("button", name="Show all", exact=True).click()
    until(page, RANGE, f"Math.abs(it[1] - it[0] - {whole}) <= 2")
    assert csp_violations(page) == []


def _share_of_the_lower_half(heights: list[float]) -> float:
    """Return how much of the height of all points the lower half of them takes; further down is more."""
    return (heights[-1] - heights[len(heights) // 2]) / (heights[-1] - heights[0])


@every_view()
def test_a_visit(
    open_page: OpenPage,
    sign_in: SignIn,
    bob: User,
    alices_record: Patient,
    axe: Check,
    csp_violations: Check,
    view: View,
) -> None:
    answer_question(ask_question(alices_record, "Asked before?"), "Yes.", ago(3))
    ask_question(alices_record, "Why am I so tired?", place=1)
    record_visit(alices_record, ago(3))
    page = open_page(view)
    sign_in(page, bob)
    page.goto(f"/records/{alices_record.pk}/care/visit/")
    assert axe(page) == []
    assert not is_sideways(page)
    page.get_by_role("button", name="Save this answer Why am I so tired?").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert axe(page) == []
    assert not is_sideways(page)
    assert csp_violations(page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_one_part_is_saved_and_the_others_stay_as_they_are_typed(
    open_page: OpenPage, sign_in: SignIn, alice: User, bob: User, alices_record: Patient, javascript: bool
) -> None:
    ask_question(alices_record, "Why am I so tired?", place=1)
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, bob)
    page.goto(f"/records/{alices_record.pk}/care/")
    page.get_by_role("link", name="Visit today").click()
    page.get_by_label("The plan").fill("We keep the dose.")
    page.get_by_label("Why am I so tired?").fill("We test your iron.")
    page.get_by_role("button", name="Save this answer Why am I so tired?").click()
    expect(page.locator("main")).to_contain_text("The answer is saved.")
    expect(page.get_by_label("The plan")).to_have_value("We keep the dose.")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("main")).to_contain_text("The plan is saved.")
    patients = open_page(PHONE, javascript=javascript)
    sign_in(patients, alice)
    patients.goto(f"/records/{alices_record.pk}/visits/")
    for words in ("We test your iron.", "We keep the dose.", "Added by Bob, Clinic North"):
        expect(patients.locator("main")).to_contain_text(words)
