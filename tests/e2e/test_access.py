"""What axe cannot see: the way of the focus, large letters and spacing, spoken changes, chosen colours, paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from milestones.models import LabResult
from tests.e2e.conftest import OpenPage, View
from tests.e2e.course import Course, is_sideways, plain_pages
from tests.e2e.steps import ago, fill_result, wait_for_chart

SignIn = Callable[[Page, User], None]

MOST_STOPS = 90
# Kinds of page of which there are more than one.
SAME = (
    {"results", "results that fit no filter", "example results"},
    {"result", "corrected result"},
    {"timeline", "timeline as a picture"},
    {"home", "example", "start", "sign in", "sign up", "forgotten"},
)


def all_pages(course: Course) -> dict[str, str]:
    """Return every page that an address leads to: the record's, and those that anybody sees."""
    public = {"start": "/", "sign in": "/account/sign-in/", "sign up": "/account/sign-up/",
              "forgotten": "/account/password/reset/"}  # fmt: skip
    return {**plain_pages(course), "example": "/example/", "example results": "/example/results/", **public}


@pytest.mark.parametrize("view", [View(360, "light"), View(1280, "light")], ids=str)
def test_tab_goes_through_every_page_in_order_seen_and_free(
    open_page: OpenPage, sign_in: SignIn, alice: User, course: Course, view: View
) -> None:
    """Focus order as in the page, a ring that shows, nothing on top of it (2.4.3, 2.4.7, 2.4.11), no trap (2.1.2)."""
    page = open_page(view)
    sign_in(page, alice)
    wrong = []
    for name, address in plain_pages(course).items():
        page.goto(address)
        if name == "results":
            wait_for_chart(page)
            page.evaluate("scrollTo(0, 0)")
        positions: list[int] = []
        for _stop in range(MOST_STOPS):
            page.keyboard.press("Tab")
            at = page.evaluate("probes.focus()")
            if at is None or (positions and at["position"] == positions[0]):
                break
            positions.append(at["position"])
            if at["faults"]:
                wrong.append(f"{name}: {at['name']}: {at['faults']}")
        else:
            wrong.append(f"{name}: Tab does not come to an end")
        if positions != sorted(positions):
            wrong.append(f"{name}: the focus jumps: {positions}")
    assert wrong == []


def test_wider_spacing_cuts_nothing_off(open_page: OpenPage, sign_in: SignIn, alice: User, course: Course) -> None:
    """WCAG 1.4.12, on a phone."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    wrong = {}
    for name, address in all_pages(course).items():
        page.goto(address)
        page.evaluate("probes.openAll()")
        page.evaluate("probes.space()")
        cut = page.evaluate("probes.cut()")
        if is_sideways(page):
            cut.append("scrolls sideways")
        if cut:
            wrong[name] = cut
    assert wrong == {}


def test_at_400_percent_the_tab_bar_leaves_the_page_free(
    open_page: OpenPage, sign_in: SignIn, alice: User, course: Course
) -> None:
    """A window of 1280 by 1024 at 400 % is 320 by 256: nothing sideways, and no bar over a third of it."""
    page = open_page(View(320, "light"))
    page.set_viewport_size({"width": 320, "height": 256})
    sign_in(page, alice)
    for name, address in all_pages(course).items():
        page.goto(address)
        assert not is_sideways(page), name
        assert page.evaluate("probes.fixed()") == 0, name


def test_every_target_is_large_enough(open_page: OpenPage, sign_in: SignIn, alice: User, course: Course) -> None:
    """44 by 44 px, but for links within a sentence."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    small = {}
    for name, address in all_pages(course).items():
        page.goto(address)
        page.evaluate("probes.openAll()")
        found = page.evaluate("probes.small()")
        if found:
            small[name] = found
    assert small == {}


def test_titles_and_headings_tell_the_pages_apart(
    open_page: OpenPage, sign_in: SignIn, alice: User, course: Course
) -> None:
    """A title of its own for each kind of page; one h1; no level left out (1.3.1, 2.4.2, 2.4.6)."""
    page = open_page(View(1280, "light"))
    sign_in(page, alice)
    titles: dict[str, str] = {}
    for name, address in all_pages(course).items():
        page.goto(address)
        title = page.title()
        assert title.endswith((" – CML Milestones", " – Milestones")), title
        same = (
            {"results", "results that fit no filter", "example results"},
            {"result", "corrected result"},
            {"timeline", "timeline as a picture"},
            {"form of another medicine", "earlier version of a medicine"},
            {"home", "example", "start", "sign in", "sign up", "forgotten"},
        )
        known = titles.get(title)
        assert known is None or any({known, name} <= group for group in same), f"{known} and {name}: {title}"
        titles[title] = name
        levels = page.evaluate("probes.headings()")
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{name}: {levels}"


def test_what_was_saved_marked_and_taken_back_is_spoken(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient
) -> None:
    """A live region says only what changes while it is there (4.1.3)."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/add/")
    fill_result(page, "0.05 %", ago(1))
    page.locator("button[value=check]").click()
    page.locator("button[value=save]").click()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))

    def spoken(words: str) -> None:
        page.wait_for_timeout(600)
        assert any(words in said for said in page.evaluate("probes.spoken")), page.evaluate("probes.spoken")

    spoken("Your result is saved.")
    page.get_by_text("Entered by mistake?").click()
    page.get_by_role("button", name="Mark as entered by mistake").click()
    spoken("Marked as entered by mistake.")
    page.get_by_role("button", name="Undo: let it count again").click()
    spoken("The result counts again.")


def test_offline_nothing_is_sent_and_nothing_is_lost(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient
) -> None:
    """R26: the page says that nothing was sent, keeps what was typed, and sends it once when it can."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/add/")
    fill_result(page, "0,0317 %", ago(1))
    page.context.set_offline(True)
    page.locator("button[value=check]").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(page.locator("[name=reported]")).to_have_value("0,0317 %")
    page.context.set_offline(False)
    page.locator("button[value=check]").click()
    expect(page.locator("h1")).to_have_text("Is this right?")
    page.context.set_offline(True)
    page.locator("button[value=save]").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    page.context.set_offline(False)
    page.locator("button[value=save]").click()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    assert LabResult.objects.count() == 1


def test_an_answer_that_got_lost_is_written_once(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient
) -> None:
    """R26: the post arrives, its answer does not; the person loads the page again, which sends it again."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/add/")
    fill_result(page, "0.05 %", ago(1))
    page.locator("button[value=check]").click()
    expect(page.locator("h1")).to_have_text("Is this right?")
    lost: list[int] = []

    def lose_the_answer(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.fulfill(status=504, body="no answer")  # as a proxy says that lost it
        else:
            route.continue_()

    page.route("**/results/add/", lose_the_answer)
    page.locator("button[value=save]").click()
    expect(page.locator("body")).to_have_text("no answer")
    page.reload()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    assert lost == [302]
    assert LabResult.objects.count() == 1


def test_chosen_colours_keep_every_sign(open_page: OpenPage) -> None:
    """Forced colours: the drawing stays, the own place and the goal differ by more than a colour that is taken away."""
    page = open_page(View(360, "light"), forced_colors="active")
    page.goto("/example/results/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("svg.chart-svg:visible")).to_have_count(1)
    expect(page.locator(".chart-live")).to_have_count(0)
    expect(page.locator(".chart-tools")).to_be_hidden()
    ground = "(css) => getComputedStyle(document.querySelector(css)).backgroundColor"
    assert page.evaluate(ground, ".ladder .here .step") != page.evaluate(ground, ".ladder li:first-child .step")
    border = "(css) => getComputedStyle(document.querySelector(css)).borderTopStyle"
    assert page.evaluate(border, ".ladder .goal .step") == "solid"
    ring = "() => getComputedStyle(document.querySelector('.here .side > b'), '::before').backgroundColor"
    assert page.evaluate(ring) == page.evaluate(ground, ".ladder .here .step")


def test_nothing_moves_for_those_who_want_it_still(open_page: OpenPage) -> None:
    page = open_page(View(1280, "light"))  # every page of the tests asks for reduced motion
    for address in ("/", "/example/", "/example/results/", "/account/sign-in/"):
        page.goto(address)
        assert page.evaluate("probes.moving()") == 0, address


def test_paper_in_grey_holds_the_drawing_and_no_buttons(open_page: OpenPage) -> None:
    """On paper the drawing stands where the chart was, kinds differ by shape, and what is only for a screen is gone."""
    page = open_page(View(1280, "dark"))
    page.goto("/example/results/")
    wait_for_chart(page)
    page.emulate_media(media="print")
    expect(page.locator(".chart-live")).to_be_hidden()
    for gone in (".chart-tools", ".chart-said", ".tabs-main", ".actions >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("svg.chart-svg:visible")).to_have_count(1)
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('.chart-svg:not(.chart-narrow), .chart-svg')).visibility"
        )
        == "visible"
    )
    # Dark on white, however the screen was.
    ink = page.evaluate("getComputedStyle(document.querySelector('.value, h1')).color")
    assert ink == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_nothing_shifts_when_the_chart_arrives(open_page: OpenPage) -> None:
    """The sum of layout shifts from the first paint until the chart stands (CLS) is below 0.02."""
    for view in (View(360, "light"), View(1280, "light")):
        page = open_page(view)
        for address in ("/example/results/", "/example/"):
            page.goto(address)
            if "results" in address:
                wait_for_chart(page)
            page.wait_for_timeout(300)
            assert page.evaluate("probes.shifts") < 0.02, f"{address} at {view.width}"
