"""Around the number: the check-in, the time after a stop, the timeline; touched, by keys, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from milestones.models import CheckIn, SideEffect
from tests.cast import check_in, record, treat
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import Course, is_sideways
from tests.e2e.steps import Check, ago

SignIn = Callable[[Page, User], None]

PHONE = View(360, "light")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_check_in_is_a_few_touches(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient, javascript: bool
) -> None:
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/")
    page.get_by_role("link", name="Record").click()
    page.get_by_role("link", name="Side effects").click()
    page.get_by_role("link", name="Check in").click()
    page.get_by_role("group", name="Tiredness").get_by_text("A little").click()
    page.get_by_role("group", name="Worry").get_by_text("Very much").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Written down.")
    expect(page.locator("main")).to_contain_text("Worry: very much; Tiredness: a little")
    page.get_by_role("button", name="Same as last time").click()
    expect(page.locator("main")).to_contain_text("About the same as on")
    assert CheckIn.objects.count() == 2
    assert SideEffect.objects.count() == 4


def test_a_check_in_by_keys_alone(open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient) -> None:
    page = open_page(View(1280, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/side-effects/check-in/")
    page.get_by_role("radio", name="Not at all").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Tiredness: quite a bit")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_where_urgent_help_is_shows_at_the_touch(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient, javascript: bool
) -> None:
    """Before anything is sent, and without a script: the card stands in the page from the start."""
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/side-effects/check-in/")
    card = page.get_by_role("heading", name="Get urgent help if:")
    expect(card).to_be_hidden()
    page.get_by_text("Chest pain").first.click()
    expect(card).to_be_visible()
    page.get_by_text("Chest pain").first.click()
    expect(card).to_be_hidden()
    page.get_by_role("group", name="Breathlessness").get_by_text("A little").click()
    expect(card).to_be_visible()
    page.get_by_role("group", name="Breathlessness").get_by_text("Not at all").click()
    expect(card).to_be_hidden()


@every_view()
def test_home_answers_three_questions_above_the_fold(
    open_page: OpenPage, sign_in: SignIn, alice: User, course: Course, view: View
) -> None:
    page = open_page(view)
    sign_in(page, alice)
    page.goto(course.home)
    if view.width == 360:
        bar = page.locator(".tabs-main").bounding_box()
        assert bar is not None
        for item in page.locator(".glance a").all():
            box = item.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= bar["y"]
        page.get_by_role("link", name="What shall I ask?").click()
        expect(page.locator("#ask")).to_be_in_viewport()
    else:
        for place in ("#now", "#next"):
            expect(page.locator(place)).to_be_in_viewport()


def test_every_part_is_two_touches_from_home(open_page: OpenPage, sign_in: SignIn, alice: User, course: Course) -> None:
    page = open_page(PHONE)
    sign_in(page, alice)
    page.goto(course.home)
    page.locator(".tabs-main").get_by_role("link", name="Record").click()
    names = page.locator(".places b").all_inner_texts()
    assert {"Timeline", "Treatment", "Side effects"} <= set(names)
    for name in names:
        page.goto(f"{course.home}record/")
        page.locator(".places a", has_text=name).first.click()
        expect(page.locator(".tabs-main a[aria-current=page]")).to_have_text("Record")
        expect(page.locator("h1")).to_be_visible()


@every_view()
def test_the_time_after_a_stop(
    open_page: OpenPage, sign_in: SignIn, axe: Check, alice: User, alices_record: Patient, view: View
) -> None:
    treat(alices_record, ago(60), ago(4))
    record(alices_record, "not detected", ago(5), limit="0.002")
    record(alices_record, "0.02 %", ago(2))
    record(alices_record, "0.3 %", ago(1))
    page = open_page(view)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/stopping/")
    expect(page.locator("main")).to_contain_text("Above 0.1% after stopping: contact your team now")
    assert axe(page) == []
    assert not is_sideways(page)
    page.get_by_text("Up and down").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("In yourself: Up and down")


def test_the_timeline_shows_what_is_chosen(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient
) -> None:
    treat(alices_record, ago(12))
    record(alices_record, "0.9 %", ago(3))
    check_in(alices_record, ago(2), rash="a little")
    page = open_page(PHONE, javascript=False)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/timeline/")
    expect(page.locator(".timeline-item")).to_have_count(3)
    page.get_by_text("Choose what is shown").click()
    for name in ("BCR::ABL1 results", "Treatment"):
        page.locator("label", has_text=name).click()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".timeline-item")).to_have_count(1)
    page.get_by_role("link", name="Picture").click()
    expect(page.locator(".lanes svg.chart-narrow")).to_be_visible()
    expect(page.locator(".lanes svg.chart-narrow text", has_text="Rash")).to_be_visible()
    expect(page.locator(".lanes svg.chart-narrow text", has_text="results")).to_have_count(0)
