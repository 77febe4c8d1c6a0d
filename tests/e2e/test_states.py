"""Every state of the pages that people see most: the first visit, one result, very many, very long words, undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from accounts.services.patients import update_patient
from tests.cast import owner, record, record_many, treat
from tests.e2e.conftest import OpenPage, View
from tests.e2e.course import is_sideways
from tests.e2e.steps import Check, ago, wait_for_chart

SignIn = Callable[[Page, User], None]
LONG = "Universitätsklinikum-Großhadern-Überlingen-Haematology-Reference-Laboratory-MD"
VIEWS = [View(320, "light"), View(1280, "dark")]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_first_visit_leads_to_the_one_thing_to_do(
    open_page: OpenPage, sign_in: SignIn, axe: Check, alice: User, alices_record: Patient, view: View
) -> None:
    page = open_page(view)
    sign_in(page, alice)
    for name, title in (("", "No results yet"), ("results/", "No results yet"), ("treatment/", "No medicine yet")):
        page.goto(f"/records/{alices_record.pk}/{name}")
        empty = page.locator(".empty")
        expect(empty.locator("h2")).to_have_text(title)
        expect(empty.locator("svg.picture")).to_be_visible()
        assert page.locator(".btn-primary:visible").count() == 1
        assert axe(page) == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_one_result_has_a_place_a_point_and_a_row(
    open_page: OpenPage, sign_in: SignIn, axe: Check, alice: User, alices_record: Patient, view: View
) -> None:
    record(alices_record, "62 %", ago(1))
    page = open_page(view)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/")
    wait_for_chart(page)
    expect(page.locator(".ladder [aria-current=step]")).to_have_count(1)
    expect(page.locator(".scatterlayer path.point")).to_have_count(1)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".ladder-says")).to_contain_text("You are at 62%.")
    assert axe(page) == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_500_results_stay_readable_page_by_page(
    open_page: OpenPage, sign_in: SignIn, axe: Check, alice: User, alices_record: Patient, view: View
) -> None:
    record_many(alices_record, 500)
    treat(alices_record, ago(100), dose="400 mg a day")
    page = open_page(view)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/results/")
    wait_for_chart(page)
    expect(page.locator("tbody tr")).to_have_count(100)
    expect(page.locator(".pagination")).to_contain_text("Page 1 of 5")
    assert not is_sideways(page)
    assert axe(page) == []
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".pagination")).to_contain_text("Page 2 of 5")
    # The way on is the table, and not the top of the page again.
    assert page.url.endswith("#all-results")
    expect(page.locator("#all-results")).to_be_in_viewport()


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_very_long_words_break_and_push_nothing_aside(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient, view: View
) -> None:
    update_patient(patient=alices_record, display_name=LONG[:80], time_zone="UTC", by=owner(alices_record))
    treat(alices_record, ago(12), dose=LONG[:40])
    for months, text in ((9, "9.1 %"), (6, "not detected")):
        record(alices_record, text, ago(months), laboratory=LONG[:80])
    last = record(alices_record, "0.000317731 %", ago(3), laboratory=LONG[:80][::-1])
    page = open_page(view)
    sign_in(page, alice)
    for name in ("", "results/", f"results/{last.pk}/", "results/add/", "treatment/", "settings/"):
        page.goto(f"/records/{alices_record.pk}/{name}")
        assert not is_sideways(page), name
        assert page.evaluate("probes.cut()") == [], name


def test_undone_is_as_it_was(open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient) -> None:
    """Marked as a mistake it leaves ladder, chart and table; taken back it stands there again."""
    record(alices_record, "62 %", ago(4))
    last = record(alices_record, "0.9 %", ago(1))
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    results = f"/records/{alices_record.pk}/results/"
    page.goto(results)
    before = page.locator("main").inner_text()
    page.goto(f"{results}{last.pk}/")
    page.get_by_text("Entered by mistake?").click()
    page.get_by_role("button", name="Mark as entered by mistake").click()
    page.goto(results)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".ladder")).not_to_contain_text("0.9%")
    page.goto(f"{results}{last.pk}/")
    page.get_by_role("button", name="Undo: let it count again").click()
    page.goto(results)
    assert page.locator("main").inner_text().replace("corrected\n", "") == before
