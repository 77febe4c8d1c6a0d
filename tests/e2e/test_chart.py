"""The interactive chart: zoomed by buttons, keys and fingers, read point by point, and the same as the drawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, View
from tests.e2e.steps import RANGE, Check, span, until, wait_for_chart

WORDS = "() => document.querySelector('.chart-live').layout.annotations.map((note) => note.text)"


def open_chart(open_page: OpenPage, view: View, **options: Any) -> Page:
    page = open_page(view, **options)
    page.goto("/example/results/")
    wait_for_chart(page)
    return page


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """Return the chart of the made-up record in a wide window."""
    return open_chart(open_page, View(1280, "light"))


@pytest.mark.parametrize("view", [View(360, "light"), View(1280, "dark")], ids=str)
def test_it_says_what_the_drawing_says(open_page: OpenPage, csp_violations: Check, view: View) -> None:
    """Every word of the drawing stands in the figure as well, axis included, and no other."""
    page = open_chart(open_page, view)
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('svg.chart-svg')]"
        ".filter((svg) => getComputedStyle(svg).display !== 'none')"
        ".flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => text.textContent))"
    )
    axis = page.evaluate("() => document.querySelector('.chart-live').layout.yaxis.ticktext")
    assert sorted(drawn) == sorted([*page.evaluate(WORDS), *axis])
    assert csp_violations(page) == []


def test_buttons_zoom_and_move_in_time(desk: Page) -> None:
    whole = span(desk)
    button = {name: desk.get_by_role("button", name=name, exact=True) for name in
              ("Zoom in", "Zoom out", "Earlier", "Later", "Show all")}  # fmt: skip
    for name in ("Zoom out", "Earlier", "Later", "Show all"):
        expect(button[name]).to_have_attribute("aria-disabled", "true")
    with desk.expect_response(re.compile(r"figure\.json\?from=[\d-]+&to=[\d-]+")):
        button["Zoom in"].click()
    expect(button["Zoom out"]).to_have_attribute("aria-disabled", "false")
    until(desk, RANGE, f"it[1] - it[0] < {0.6 * whole}")
    # The newest part comes first, as that is what people look for.
    end = desk.evaluate(RANGE)[1]
    expect(desk.locator(".chart-said")).to_contain_text("The chart shows")
    with desk.expect_response("**/figure.json?*"):
        button["Earlier"].click()
    expect(button["Later"]).to_have_attribute("aria-disabled", "false")
    until(desk, RANGE, f"it[1] < {end}")
    with desk.expect_response("**/figure.json"):
        button["Show all"].click()
    expect(button["Show all"]).to_have_attribute("aria-disabled", "true")
    until(desk, RANGE, f"Math.abs(it[1] - it[0] - {whole}) <= 2")


def test_words_come_back_in_the_part_that_is_shown(desk: Page) -> None:
    """The server places the words for the part of the time: what lies outside is not named."""
    assert "MMR reached, month 9" in desk.evaluate(WORDS)
    desk.get_by_role("button", name="Zoom in").click()
    expect(desk.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "false")
    until(desk, WORDS, "it.includes('You are here: 0.042%') && !it.includes('goal, month 3')")


def test_keys_zoom_and_walk_out_of_what_is_shown(desk: Page, csp_violations: Check) -> None:
    desk.locator(".chart-live").focus()
    whole = span(desk)
    desk.keyboard.press("+")
    expect(desk.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "false")
    until(desk, RANGE, f"it[1] - it[0] < {whole}")
    # The first result lies outside: the chart moves to it, and says it.
    desk.keyboard.press("Home")
    expect(desk.locator(".chart-said")).to_contain_text("10 June 2025: 62%")
    expect(desk.locator(".hoverlayer .hovertext")).to_have_count(1)
    desk.keyboard.press("0")
    expect(desk.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "true")
    assert csp_violations(desk) == []


def test_pointing_reads_the_words_of_the_table(desk: Page) -> None:
    """Hover, keys and table say the same of a result, and the page of it is one click away."""
    point = desk.locator(".scatterlayer path.point").last
    point.hover(force=True)
    said = desk.locator(".chart-said [role=status]")
    expect(said).to_contain_text("14 August 2026: 0.042%, MMR.")
    by_pointer = said.text_content()
    desk.locator(".chart-live").focus()
    desk.keyboard.press("End")
    assert said.text_content() == by_pointer
    row = desk.locator("tbody tr", has_text="14 Aug 2026")
    assert str(by_pointer).rsplit(". ", 1)[1].rstrip(".") in str(row.text_content())
    link = desk.get_by_role("link", name="Open this result")
    assert link.get_attribute("href") == row.locator("a").get_attribute("href")


Touch = Callable[[str, list[tuple[float, float]]], None]


@pytest.fixture
def phone(open_page: OpenPage) -> tuple[Page, Touch]:
    """Return the chart on a phone, and a function that sends what fingers do."""
    page = open_page(View(360, "light"), has_touch=True)
    page.goto("/example/results/")
    page.locator(".chart-box").tap()
    wait_for_chart(page)
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, fingers: list[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return page, touch


def test_a_phone_draws_it_when_it_is_touched_and_reads_what_was_touched(open_page: OpenPage) -> None:
    """To draw it takes a slow phone a second: the drawing stands until somebody asks for more."""
    page = open_page(View(360, "light"), has_touch=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/example/results/")
    page.locator(".chart").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".chart-live")).to_have_count(0)
    assert not [url for url in asked if "figure.json" in url]
    last = page.locator("svg.chart-narrow .c-full").first
    expect(last).to_be_visible()
    place = page.evaluate(
        "() => { const svg = document.querySelector('svg.chart-narrow'), box = svg.getBoundingClientRect();"
        " const unit = box.width / svg.viewBox.baseVal.width;"
        " const path = svg.querySelector('.c-full').getAttribute('d').split('M').filter(Boolean).at(-1).split(/[ a]/);"
        " return [box.left + Number(path[0]) * unit, box.top + Number(path[1]) * unit]; }"
    )
    page.touchscreen.tap(*place)
    wait_for_chart(page)
    expect(page.locator(".chart-said")).to_contain_text("14 August 2026: 0.042%")


def test_the_first_press_of_a_button_already_counts(open_page: OpenPage) -> None:
    page = open_page(View(360, "light"), has_touch=True)
    page.goto("/example/results/")
    page.get_by_role("button", name="Zoom in").tap()
    expect(page.get_by_role("button", name="Zoom out")).to_have_attribute("aria-disabled", "false")


def test_two_fingers_zoom_and_one_moves(phone: tuple[Page, Touch]) -> None:
    page, touch = phone
    box = page.locator(".chart-live").bounding_box()
    assert box is not None
    y, middle = box["y"] + 80, box["x"] + box["width"] / 2
    whole = span(page)
    touch("touchStart", [(middle - 30, y), (middle + 30, y)])
    for step in range(1, 9):
        touch("touchMove", [(middle - 30 - 6 * step, y), (middle + 30 + 6 * step, y)])
    with page.expect_response("**/figure.json?*"):
        touch("touchEnd", [])
    until(page, RANGE, f"it[1] - it[0] < {0.75 * whole}")
    zoomed, (first, _last) = span(page), page.evaluate(RANGE)
    touch("touchStart", [(middle, y)])
    for step in range(1, 9):
        touch("touchMove", [(middle + 8 * step, y)])
    with page.expect_response("**/figure.json?*"):
        touch("touchEnd", [])
    until(page, RANGE, f"it[0] < {first} && Math.abs(it[1] - it[0] - {zoomed}) <= {0.1 * zoomed}")


def test_one_finger_up_and_down_still_scrolls_the_page(phone: tuple[Page, Touch]) -> None:
    page, touch = phone
    box = page.locator(".chart-live").bounding_box()
    assert box is not None
    before = page.evaluate("scrollY")
    x, y = box["x"] + 150, box["y"] + 160
    touch("touchStart", [(x, y)])
    for step in range(1, 13):
        touch("touchMove", [(x, y - 12 * step)])
    touch("touchEnd", [])
    page.wait_for_function(f"scrollY > {before}")
