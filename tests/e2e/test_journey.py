"""The main job from beginning to end in a real browser: with a script, without one, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import log10
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Patient, User
from milestones.clinical.observation import ControlGene
from milestones.models import LabResult
from tests.cast import NORTH, SOUTH, record, treat
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View
from tests.e2e.steps import (
    Check,
    add_result,
    ago,
    fill_date,
    fill_result,
    measure_chart,
    sign_up,
    today,
    wait_for_chart,
)

DEEP: dict[str, Any] = {"limit": "0.002", "gene": ControlGene.ABL1, "copies": 40_000}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_signing_up_to_the_chart(
    open_page: OpenPage, csp_violations: Check, foreign_requests: Check, javascript: bool
) -> None:
    page = open_page(View(360, "light"), javascript=javascript)
    sign_up(page)
    expect(page.locator("main")).to_contain_text("No results yet")

    # Four questions: the first and the third are skipped.
    page.get_by_role("link", name="Answer the questions").click()
    page.locator("button[name=skip]").click()
    expect(page.locator("h1")).to_have_text("Which medicine do you take?")
    page.locator("[name=medicine]").select_option("imatinib")
    page.locator("[name=dose]").fill("400 mg a day")
    fill_date(page, "started", ago(12))
    page.get_by_role("button", name="Save and go on").click()
    page.locator("button[name=skip]").click()
    page.locator("[name=rule_set][value=eln_2020]").check()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(re.compile(r"/records/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("12 months on imatinib")

    # Three results: one with a comma, one below the goal, one not detected.
    words = add_result(page, "4,2 %", ago(9))
    assert "4,2 %" in words
    assert "4.2%" in words
    words = add_result(page, "0.082 % IS", ago(4))
    assert "Much lower than before" in words
    assert "4.2%" in words
    more = {"limit_of_detection": "0.002", "control_gene": "ABL1", "control_gene_copies": "40,000"}
    words = add_result(page, "", today(), answer="none", **more)
    assert "Not detected: the test found none" in words

    # What it means, in four parts.
    main = page.locator("main")
    for part in ("Your result", "What it means", "Is it a change?", "What happens next"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(main).to_contain_text("Not detected")
    expect(main).to_contain_text("It could have seen down to 0.002%.")
    expect(main).to_contain_text("MR4.5")
    expect(main).to_contain_text("At the goal for this time")

    # The course: chart and table of the same three.
    page.get_by_role("link", name="Results", exact=True).first.click()
    expect(page.locator("table tbody tr")).to_have_count(3)
    drawing = page.locator("svg.chart-svg:visible")
    expect(drawing).to_have_count(1)
    if javascript:
        wait_for_chart(page)
        marks = measure_chart(page)["marks"]
        assert {kind: len(points) for kind, points in marks.items()} == {"measured": 2, "not_detected": 1}
        assert csp_violations(page) == []
    else:
        expect(page.locator(".chart-live")).to_have_count(0)
        assert drawing.bounding_box() is not None
    assert foreign_requests(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture
def bobs_course(alices_record: Patient) -> Patient:
    """Return a record with a result of every kind, on two lines of treatment."""
    treat(alices_record, ago(30), ago(20), dose="400 mg a day")
    treat(alices_record, ago(20), medicine="dasatinib", dose="100 mg a day")
    for months, text in ((30, "62 %"), (27, "8.1 %"), (24, "0.9 %"), (18, "0.31 %"), (12, "0.05 %")):
        record(alices_record, text, ago(months))
    record(alices_record, "0.4 %", ago(15), laboratory=SOUTH)
    record(alices_record, "<0.0032 %", ago(6), laboratory=NORTH, copies=40_000, gene=ControlGene.ABL1)
    record(alices_record, "not detected", ago(1), **DEEP)
    return alices_record


@pytest.mark.parametrize("view", [View(360, "light"), View(1280, "dark")], ids=str)
def test_points_and_bands_stand_where_the_data_says(
    open_page: OpenPage,
    sign_in: Callable[[Page, User], None],
    csp_violations: Check,
    foreign_requests: Check,
    alice: User,
    bobs_course: Patient,
    view: View,
) -> None:
    """Each point at its power of ten, in pixels; the goal zone from the goal line down; nothing stopped."""
    page = open_page(view)
    sign_in(page, alice)
    page.goto(f"/records/{bobs_course.pk}/results/")
    wait_for_chart(page)
    measured = measure_chart(page)
    figure: dict[str, Any] = page.evaluate(
        "async () => (await fetch(document.querySelector('[data-figure-url]').dataset.figureUrl)).json()"
    )
    drawn = []
    for trace in figure["data"]:
        if trace["mode"] == "markers":
            places = measured["marks"][trace["meta"]["role"]]
            assert len(places) == len(trace["y"])
            drawn += [(log10(value), *place) for value, place in zip(trace["y"], places, strict=True)]
    assert len(drawn) == 8

    # Two points give the scale; every other point has to be on it.
    drawn.sort()
    (low, _, y_low), (high, _, y_high) = drawn[0], drawn[-1]
    a_tenth = (y_low - y_high) / (high - low)
    assert a_tenth > 20
    for power, _, y in drawn:
        assert y == pytest.approx(y_high + (high - power) * a_tenth, abs=1), f"10^{power}"

    # Later is further right, and no two results of different days share a place.
    days = sorted(
        (day, place)
        for trace in figure["data"]
        if trace["mode"] == "markers"
        for day, place in zip(trace["x"], measured["marks"][trace["meta"]["role"]], strict=True)
    )
    across = [place[0] for _, place in days]
    assert across == sorted(across)
    assert len(set(across)) == len(across)

    goal_y = y_high + (high - log10(0.1)) * a_tenth
    [zone], [goal] = measured["shapes"]["zone"], measured["shapes"]["goal"]
    assert zone["top"] == pytest.approx(goal_y, abs=1.5)
    assert (goal["top"] + goal["bottom"]) / 2 == pytest.approx(goal_y, abs=1.5)
    assert zone["bottom"] > y_low
    # The bars of treatment stand under the points and follow each other.
    bars = sorted(measured["shapes"]["bar"], key=lambda bar: bar["left"])
    assert len(bars) == 2
    assert bars[0]["right"] == pytest.approx(bars[1]["left"], abs=4)
    assert min(bar["top"] for bar in bars) > zone["bottom"] - 1
    assert csp_violations(page) == []
    assert foreign_requests(page) == []


def test_an_ordinary_scale_on_request_and_arrows_from_point_to_point(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], csp_violations: Check, alice: User, bobs_course: Patient
) -> None:
    page = open_page(View(1280, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{bobs_course.pk}/results/")
    wait_for_chart(page)
    page.locator(".chart-live").focus()
    page.keyboard.press("End")
    expect(page.locator(".chart-said")).to_contain_text("Not detected")
    page.keyboard.press("Home")
    expect(page.locator(".chart-said")).to_contain_text("62%")
    before = measure_chart(page)["marks"]["measured"]
    with page.expect_response("**/figure.json?scale=even"):
        page.get_by_role("button", name="Ordinary scale", pressed=False).click()
    expect(page.get_by_role("button", name="Ordinary scale", pressed=True)).to_be_visible()
    page.locator(".ytick text", has_text="20%").first.wait_for()
    after = measure_chart(page)["marks"]["measured"]
    assert before != after
    # On the ordinary scale 0.9 and 0.05 lie almost together, far below 62.
    ys = sorted(y for _, y in after)
    assert ys[-1] - ys[1] < 0.2 * (ys[-1] - ys[0])
    page.locator(".chart-live").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    assert csp_violations(page) == []


def test_chart_stays_a_drawing_when_plotly_does_not_come(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, bobs_course: Patient
) -> None:
    page = open_page(View(360, "light"))
    page.route("**/plotly-basic.min.js", lambda route: route.abort())
    sign_in(page, alice)
    page.goto(f"/records/{bobs_course.pk}/results/")
    page.locator(".chart").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    expect(page.locator("svg.chart-svg:visible")).to_have_count(1)
    expect(page.locator(".chart-live")).to_have_count(0)


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until something is in focus, and see that it can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            box = page.evaluate(
                "() => { const box = document.activeElement.getBoundingClientRect();"
                " return [box.top, box.bottom, innerHeight, getComputedStyle(document.activeElement).outlineStyle]; }"
            )
            assert 0 <= box[0] <= box[1] <= box[2], f"{selector} is in focus and cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_keyboard_alone_adds_a_result(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient
) -> None:
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto("/")
    tab_to(page, "a.skip")
    tab_to(page, "a.add")
    page.keyboard.press("Enter")
    page.wait_for_url("**/results/add/")

    # Nothing filled in: the summary of what is missing takes the focus, and leads to the first box.
    tab_to(page, "button[value=check]")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(r"^Error: "))
    assert page.evaluate("document.activeElement.closest('#error-summary') !== null")
    tab_to(page, "#error-summary a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name").startswith("collected_")

    page.goto(page.url)
    for name, keys in (("collected_day", "6"), ("collected_month", "Mar"), ("collected_year", str(today().year - 1))):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(keys)
    tab_to(page, "[name=answer]")
    page.keyboard.press("Space")
    expect(page.locator("[name=answer][value=number]")).to_be_checked()
    tab_to(page, "[name=reported]")
    page.keyboard.type("0,042 %")
    tab_to(page, "[name=scale]")
    page.keyboard.press("Space")
    tab_to(page, ".more-questions > summary")
    page.keyboard.press("Enter")
    tab_to(page, "[name=laboratory]")
    page.keyboard.type("North")
    tab_to(page, "button[value=check]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Is this right?")
    tab_to(page, "button[value=save]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    row = LabResult.objects.get()
    assert (str(row.value), row.laboratory, row.collected_on.month, row.scale) == ("0.042", "North", 3, "IS")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_double_click_writes_once(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient, javascript: bool
) -> None:
    """R5: with a script and without one, on a network that also sends each post a second time (R26)."""
    page = open_page(javascript=javascript)

    def send_twice(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
        route.continue_()

    page.route("**/results/add/", send_twice)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/add/")
    fill_result(page, "0.05 %", ago(1))
    page.locator("button[value=check]").dblclick()
    page.locator("button[value=save]").dblclick()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    page.wait_for_load_state("networkidle")
    assert LabResult.objects.count() == 1


def test_what_was_typed_comes_back_after_the_session_ended(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient
) -> None:
    """S8, S45: nothing is kept in the browser's own stores."""
    page = open_page()
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/add/")
    fill_result(page, "0,0317 %", ago(1))
    session = [cookie for cookie in page.context.cookies() if cookie["name"] == "session"]
    assert session
    page.context.clear_cookies(name="session")
    page.locator("button[value=check]").click()
    page.wait_for_url("**/account/sign-in/**")
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/results/add/")
    expect(page.locator("[name=reported]")).to_have_value("0,0317 %")
    page.locator("button[value=check]").click()
    page.locator("button[value=save]").click()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    assert LabResult.objects.count() == 1
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0]


def test_back_after_signing_out_shows_no_record(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient
) -> None:
    """S41."""
    record(alices_record, "0.0317731 %", ago(1))
    page = open_page()
    sign_in(page, alice)
    home = f"/records/{alices_record.pk}/"
    for address in (home, f"{home}results/"):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("0.0317731")
    page.goto("/account/sign-out/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))
    for _ in range(3):
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("0.0317731")
    page.goto(home)
    expect(page).to_have_url(re.compile("/account/sign-in/"))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_date_is_the_same_wherever_the_browser_is(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient, zone: str
) -> None:
    """H17, H18: the day that was typed is the day that is shown and drawn."""
    page = open_page(View(1280, "light"), timezone_id=zone)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/")
    on = ago(3).replace(day=1)
    add_result(page, "0.05 %", on)
    assert LabResult.objects.get().collected_on == on
    said = f"{on.day} {on:%B %Y}"
    expect(page.locator("h1")).to_contain_text(said)
    page.goto(f"/records/{alices_record.pk}/results/")
    wait_for_chart(page)
    page.locator(".chart-live").focus()
    page.keyboard.press("End")
    expect(page.locator(".chart-said")).to_contain_text(said)


def test_going_back_after_saving_leads_to_a_page(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alices_record: Patient
) -> None:
    """The check page answered a form: the browser must not ask to send it again, and nothing is saved twice."""
    page = open_page(View(360, "light"))
    user = alices_record.user
    assert user is not None
    sign_in(page, user)
    page.goto(f"/records/{alices_record.pk}/")
    add_result(page, "0.08 %", ago(1))
    for _step in range(2):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Add a result")
    assert LabResult.objects.count() == 1
