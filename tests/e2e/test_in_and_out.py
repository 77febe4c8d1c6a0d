"""What leaves the site, in a real browser: the guide, the calendar, reminders, files, and the way out for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from accounts.models import Patient, User
from tests.cast import also_takes, ask_question, check_in, record, record_visit, set_goal, treat
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways
from tests.e2e.pictures import take_picture
from tests.e2e.steps import Check, ago, today

DESK = View(1280, "light")


@pytest.fixture
def lived(alices_record: Patient) -> Patient:
    treat(alices_record, ago(8), dose="400 mg a day")
    for text, months in (("62 % IS", 8), ("9 % IS", 5), ("0.4 % IS", 2)):
        record(alices_record, text, ago(months), laboratory="Laboratory North")
    ask_question(alices_record, "What is the plan if I am above 0.1% at month 12?", place=1)
    ask_question(alices_record, "My legs cramp at night. What helps?", place=2)
    record_visit(alices_record, today() + timedelta(days=9))
    check_in(alices_record, today(), muscles="quite a bit")
    also_takes(alices_record, "Iron", how_taken="1 tablet in the evening")
    set_goal(alices_record, "To see my daughter finish school")
    return alices_record


def pages_of(patient: Patient) -> dict[str, str]:
    home = f"/records/{patient.pk}/"
    names = {"guide": "guide/", "guide on paper": "guide/print/", "dates": "dates/", "take along": "take-along/"}
    return {**{name: home + path for name, path in names.items()}, "bring back": f"{home}take-along/bring-back/"}


@every_view()
def test_pages_hold(
    lived: Patient, alice: User, view: View, open_page: OpenPage, sign_in: Callable[[Page, User], None], axe: Check,
    csp_violations: Check, foreign_requests: Check,
) -> None:  # fmt: skip
    page = open_page(view)
    sign_in(page, alice)
    for name, address in pages_of(lived).items():
        page.goto(address)
        assert axe(page) == [], name
        assert csp_violations(page) == [], name
        assert not is_sideways(page), name
    assert foreign_requests(page) == []


def test_a_guide_is_chosen_and_seen_before_it_is_printed(
    lived: Patient, alice: User, open_page: OpenPage, sign_in: Callable[[Page, User], None]
) -> None:
    page = open_page(DESK)
    sign_in(page, alice)
    page.goto(f"/records/{lived.pk}/visits/")
    page.get_by_role("link", name="Print a guide for the visit").click()
    take_picture(page, "guide-choose", "user/guide.md")
    page.get_by_label("What matters most to me, and my goals").uncheck()
    page.get_by_role("button", name="Preview and print").click()
    expect(page.get_by_role("heading", name="My top three questions")).to_be_visible()
    expect(page.get_by_text("my daughter")).to_have_count(0)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    take_picture(page, "guide-print", "user/guide.md")
    page.get_by_role("link", name="Back: choose what is on it").click()
    expect(page.get_by_label("What matters most to me, and my goals")).not_to_be_checked()
    page.emulate_media(media="print")


def test_dates_go_into_a_calendar_and_reminders_are_chosen(
    lived: Patient, alice: User, open_page: OpenPage, sign_in: Callable[[Page, User], None]
) -> None:
    page = open_page(DESK)
    sign_in(page, alice)
    page.goto(f"/records/{lived.pk}/settings/")
    page.get_by_role("link", name="Calendar and reminders").click()
    page.get_by_label("Three days before a visit").check()
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_label("Three days before a visit")).to_be_checked()
    take_picture(page, "dates", "user/calendar-and-reminders.md")
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("figure.secret code").inner_text()
    stranger = open_page(DESK)
    answer = stranger.request.get(re.sub(r"^https?://[^/]+", "", address))
    assert answer.status == 200
    assert "SUMMARY:Appointment" in answer.text()
    page.get_by_role("button", name="End this address").click()
    assert stranger.request.get(re.sub(r"^https?://[^/]+", "", address)).status == 404


def test_the_chart_lives_in_a_file_without_a_network(
    lived: Patient, alice: User, open_page: OpenPage, sign_in: Callable[[Page, User], None], browser: Browser,
    tmp_path: Path,
) -> None:  # fmt: skip
    page = open_page(DESK)
    sign_in(page, alice)
    page.goto(f"/records/{lived.pk}/take-along/")
    take_picture(page, "take-along", "user/leaving.md")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download the chart").click()
    path = tmp_path / got.value.suggested_filename
    got.value.save_as(path)
    assert path.name == "chart.html"
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 800})
    alone, asked = context.new_page(), []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("pageerror", lambda error: asked.append(str(error)))
    alone.goto(path.as_uri())
    expect(alone.locator(".chart-live .scatterlayer .point")).to_have_count(3)
    expect(alone.get_by_role("row")).to_have_count(4)
    assert asked == [path.as_uri()]
    context.close()


def test_leaving_asks_who_it_is_and_then_for_a_word(
    lived: Patient, alice: User, open_page: OpenPage, sign_in: Callable[[Page, User], None], axe: Check
) -> None:
    page = open_page(DESK)
    sign_in(page, alice)
    page.goto(f"/records/{lived.pk}/take-along/")
    page.get_by_role("link", name="Delete everything ...").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Delete everything")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.get_by_text("Type the word DELETE.", exact=True).first).to_be_visible()
    page.get_by_label("To delete everything, type the word DELETE").fill("delete")
    page.get_by_role("button", name="Delete everything now").click()
    expect(page.get_by_text("Everything is deleted.")).to_be_visible()
    assert not Patient.objects.filter(pk=lived.pk).exists()
    assert not mail.outbox
