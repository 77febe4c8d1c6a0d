"""Counts, other medicines, missed doses and the questions about lines in a real browser: with and without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from milestones.clinical.counts import Analyte, CountUnit
from milestones.models import MissedDoses, OtherMedicine, OtherResult, Treatment
from tests.cast import also_takes, count_blood, look_for_mutation, miss_doses, treat
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways, send
from tests.e2e.steps import Check, ago, fill_date

SignIn = Callable[[Page, User], None]


@pytest.fixture
def filled(alices_record: Patient) -> str:
    """Return the address of a record with something on every page of this part."""
    treat(alices_record, ago(20), ago(9), dose="400 mg a day")
    treat(alices_record, ago(6), medicine="nilotinib", dose="300 mg twice a day")
    for months in (9, 6, 3):
        count_blood(alices_record, f"{months}.4", CountUnit.GIGA_PER_LITRE, ago(months))
        count_blood(alices_record, "212", CountUnit.GIGA_PER_LITRE, ago(months), analyte=Analyte.PLATELETS)
        count_blood(alices_record, "0.5", CountUnit.PERCENT, ago(months), analyte=Analyte.BASOPHILS)
    count_blood(alices_record, "139", CountUnit.GRAM_PER_LITRE, ago(3), analyte=Analyte.HAEMOGLOBIN)
    look_for_mutation(alices_record, ago(6), found=True, mutation="F359V")
    also_takes(alices_record, "Ramipril", how_taken="5 mg in the morning", started_on=ago(30))
    also_takes(alices_record, "Amoxicillin", stopped_on=ago(2))
    miss_doses(alices_record, on=ago(1), note="a weekend away", is_shared=True)
    return f"/records/{alices_record.pk}/"


def addresses(home: str) -> list[str]:
    rows = {
        "other-results": OtherResult.objects.filter(analyte="white cells"),
        "other-medicines": OtherMedicine.objects.all(),
        "missed-doses": MissedDoses.objects.all(),
    }
    return [
        *[f"{home}{name}/" for name in rows],
        *[f"{home}{name}/{found[0].pk}/" for name, found in rows.items()],
        *[f"{home}other-results/add/{what}/" for what in ("counts", "chromosomes", "mutation")],
        f"{home}other-medicines/add/",
        f"{home}treatment/",
    ]


@pytest.fixture
def problems_of(axe: Check, csp_violations: Check, foreign_requests: Check) -> Check:
    """Return a function that lists what is wrong with the page that is open now."""
    return lambda page: [*axe(page), *csp_violations(page), *foreign_requests(page)]


@every_view()
def test_every_page_is_accessible(
    open_page: OpenPage,
    sign_in: SignIn,
    problems_of: Check,
    alice: User,
    charlie: User,
    filled: str,
    view: View,
) -> None:
    page = open_page(view)
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = problems_of(page)
        found += ["scrolls sideways"] if is_sideways(page) else []
        found += [] if page.locator("h1").count() == 1 else ["has not one heading"]
        if found:
            wrong[name] = found

    sign_in(page, charlie)
    for name in ("other-results/", "other-medicines/", "missed-doses/"):
        page.goto(f"/records/{charlie.patient.pk}/{name}")
        look(f"empty {name}")
    sign_in(page, alice)
    for address in addresses(filled):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        look(address.removeprefix(filled))
    page.goto(f"{filled}other-results/add/counts/")
    page.locator("[name=platelets]").fill("1,234")
    send(page, "main form button.btn-primary")
    look("counts with errors")
    assert wrong == {}


def test_nothing_scrolls_sideways_at_320_and_targets_are_large_enough(
    open_page: OpenPage, sign_in: SignIn, alice: User, filled: str
) -> None:
    page = open_page(View(320, "light"))
    sign_in(page, alice)
    wide, small = [], []
    for address in addresses(filled):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        if is_sideways(page):
            wide.append(address.removeprefix(filled))
        small += page.evaluate(
            """() => [...document.querySelectorAll("main .btn, main select, main input")]
              .filter((node) => !["hidden", "radio", "checkbox"].includes(node.type))
              .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)
              .map((node) => `${document.title}: ${node.outerHTML.slice(0, 120)}`)"""
        )
    assert wide == []
    assert small == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_counts_with_a_unit_that_is_asked_for(
    open_page: OpenPage, sign_in: SignIn, alice: User, javascript: bool
) -> None:
    page = open_page(View(360, "light"), javascript=javascript)
    sign_in(page, alice)
    page.goto(f"/records/{alice.patient.pk}/other-results/")
    page.get_by_role("link", name="Add blood counts").click()
    fill_date(page, "collected", ago(1))
    page.get_by_label("White cells (optional)").fill("7,4")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-summary")).to_contain_text("We never guess it.")
    expect(page.locator("[name=white_cells]")).to_have_value("7,4")
    page.locator("[name=white_cells_unit]").select_option(CountUnit.GIGA_PER_LITRE.value)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Your results are saved.")
    expect(page.locator("main table")).to_contain_text("7,4 × 10⁹/L")
    drawing = page.locator(".small-chart svg")
    expect(drawing).to_be_visible()
    expect(drawing).to_have_attribute("role", "img")
    # The next time the unit is there, and a slip of it is asked about.
    page.get_by_role("link", name="Add blood counts").click()
    expect(page.locator("[name=white_cells_unit]")).to_have_value(CountUnit.GIGA_PER_LITRE.value)
    fill_date(page, "collected", ago(0))
    page.locator("[name=white_cells]").fill("7400")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Much higher than before")
    page.locator("[name=white_cells_unit]").select_option(CountUnit.PER_MICROLITRE.value)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Values in 10⁹/L are drawn in /µL here.")


def test_an_overlap_is_confirmed_with_the_keyboard_alone(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient
) -> None:
    treat(alices_record, ago(20), ago(3))
    page = open_page(View(1280, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/treatment/add/")
    page.locator("[name=medicine]").select_option("dasatinib")
    fill_date(page, "started", ago(4))
    page.locator("[name=started_year]").press("Enter")
    question = page.locator("[role=alert]")
    expect(question).to_contain_text("These two medicines overlap by")
    expect(question).to_be_focused()
    # Enter in a box sends the form as it stands: it asks once more, and confirms nothing by itself.
    with page.expect_navigation():
        page.locator("[name=dose]").press("Enter")
    assert Treatment.objects.count() == 1
    button = page.get_by_role("button", name="Yes, this is right")
    for _press in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/treatment/")
    expect(page.locator("main")).to_contain_text("Two medicines on the same days")
    assert Treatment.objects.count() == 2


def test_i_no_longer_take_it_leads_to_the_last_dose(
    open_page: OpenPage, sign_in: SignIn, alice: User, filled: str
) -> None:
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto(f"{filled}treatment/")
    page.get_by_role("link", name="I no longer take it nilotinib").click()
    expect(page.get_by_text("When was the last dose?")).to_be_in_viewport()
    fill_date(page, "stopped", ago(0))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Your treatment is saved.")
    expect(page.get_by_role("link", name="I no longer take it")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_list_for_a_pharmacist_prints(
    open_page: OpenPage, sign_in: SignIn, alice: User, filled: str, javascript: bool
) -> None:
    page = open_page(View(360, "light"), javascript=javascript)
    sign_in(page, alice)
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{filled}other-medicines/")
    button, words = page.get_by_role("button", name="Print this list"), page.get_by_text("use your browser's print")
    if javascript:
        button.click()
        assert page.evaluate("window.printed") is True
        expect(words).to_be_hidden()
    else:
        expect(button).to_be_hidden()
        expect(words).to_be_visible()
    page.emulate_media(media="print")
    for said in ("Alice", "nilotinib", "Ramipril", "5 mg in the morning"):
        expect(page.locator("main")).to_contain_text(said)
    for hidden in ("Add another medicine", "Change it under Treatment", "Do they go together?", "taken earlier"):
        expect(page.get_by_text(hidden)).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_missed_doses_stay_private_until_ticked(
    open_page: OpenPage, sign_in: SignIn, alice: User, javascript: bool
) -> None:
    page = open_page(View(360, "light"), javascript=javascript)
    sign_in(page, alice)
    page.goto(f"/records/{alice.patient.pk}/missed-doses/")
    page.get_by_label("1 or 2").check()
    expect(page.get_by_label("My team may see this")).not_to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#answers")).to_contain_text("Only you see this.")
    page.get_by_role("link", name="Change").click()
    page.get_by_label("My team may see this").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#answers")).to_contain_text("You and your team may see this.")
