"""Bringing in results in a real browser: a semicolon table with decimal commas, a corrected column, and undo.

`UPDATE_PICTURES=1` takes the pictures of docs/user/import.md anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import Patient, User
from milestones.models import LabResult, RecordStatus
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.steps import Check, today

ROOT = Path(settings.BASE_DIR)
DOC = ROOT / "docs" / "user" / "import.md"
PICTURES = ROOT / "docs" / "images"
REPORT = """Laboratory North
Sample collected: 12 March 2026
Received: 13 March 2026
Report date: 20 March 2026
ABL1 copies: 45,000
BCR::ABL1/ABL1 ratio: 0.031 % (IS)
Limit of detection: 0.002 %
"""


def table() -> bytes:
    """Return a table as a German spreadsheet writes it, its dates in the last year."""
    days = [today() - timedelta(days=number) for number in (300, 200, 100, 10)]
    values = ("0,32", "0,085", "<0,0032", "ungefähr 3")
    rows = [f"{day:%d.%m.%Y};{value};Labor Nord;32.000" for day, value in zip(days, values, strict=True)]
    # A date that can only be read one way tells the order of them all.
    rows.append("13.01.2020;2,5;Labor Nord;45.000")
    return "\r\n".join(["Tag;Ergebnis IS (%);Labor;Kopien", *rows]).encode("cp1252")


def choose(page: Page, patient: Patient) -> None:
    page.goto(f"/records/{patient.pk}/import/")
    file = FilePayload(name="befunde.csv", mimeType="text/csv", buffer=table())
    page.get_by_label("Your file").set_input_files(file)
    page.get_by_role("button", name="Continue").click()


@pytest.fixture
def problems_of(axe: Check, csp_violations: Check, foreign_requests: Check) -> Check:
    return lambda page: [*axe(page), *csp_violations(page), *foreign_requests(page)]


def is_at(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def picture(page: Page, name: str) -> None:
    target = PICTURES / f"{name}.png"
    page.evaluate("document.fonts.ready")
    page.evaluate("scrollTo(0, 0)")
    taken = page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": 1000})
    if os.environ.get("UPDATE_PICTURES") == "1" or not target.exists():
        target.write_bytes(taken)
    assert f"../images/{name}.png" in DOC.read_text(encoding="utf-8")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_from_a_table_to_the_record_and_back(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient, javascript: bool
) -> None:
    page = open_page(View(1280, "light"), javascript=javascript)
    sign_in(page, alice)
    choose(page, alices_record)
    is_at(page, "The columns of your file")
    page.get_by_label("Tag").select_option("collected_on")
    page.get_by_role("button", name="Continue to the preview").click()
    is_at(page, "Check before you bring in")
    expect(page.get_by_text("below 0.0032%")).to_be_visible()
    page.get_by_role("link", name="Problems (1)").click()
    expect(page.locator(".import-rows li")).to_have_count(1)
    seen = page.get_by_role("checkbox", name="I have looked at")
    if seen.count():
        seen.check()
    page.get_by_role("button", name="Bring in 4 results").click()
    is_at(page, "4 results brought in")
    assert LabResult.objects.filter(status=RecordStatus.FINAL).count() == 4
    page.get_by_text("Undo this import").first.click()
    page.get_by_role("button", name="Undo this import").click()
    is_at(page, "This import is undone")
    assert LabResult.objects.filter(status=RecordStatus.ENTERED_IN_ERROR).count() == 4


@every_view()
def test_every_page_is_accessible(
    open_page: OpenPage,
    sign_in: Callable[[Page, User], None],
    problems_of: Check,
    alice: User,
    alices_record: Patient,
    view: View,
) -> None:
    takes_pictures = view == View(1280, "light")
    page = open_page(view)
    if takes_pictures:
        page.set_viewport_size({"width": 1280, "height": 1000})
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/import/")
    wrong = {"start": problems_of(page)}
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#error-summary")).to_be_visible()
    wrong["refused"] = problems_of(page)
    choose(page, alices_record)
    is_at(page, "The columns of your file")
    wrong["columns"] = problems_of(page)
    if takes_pictures:
        picture(page, "import-columns")
    page.get_by_label("Tag").select_option("collected_on")
    page.get_by_role("button", name="Continue to the preview").click()
    is_at(page, "Check before you bring in")
    wrong["preview"] = problems_of(page)
    if takes_pictures:
        picture(page, "import-preview")
    folder = os.environ.get("KEEP_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/preview-{view.width}-{view.scheme}.png", full_page=True)
    seen = page.get_by_role("checkbox", name="I have looked at")
    if seen.count():
        seen.check()
    page.get_by_role("button", name="Bring in").click()
    is_at(page, "4 results brought in")
    wrong["brought in"] = problems_of(page)
    page.goto(f"/records/{alices_record.pk}/import/report/")
    page.get_by_label("The text of the report").fill(REPORT)
    page.get_by_role("button", name="Look for results").click()
    is_at(page, "What we found in the report")
    wrong["report"] = problems_of(page)
    if folder:
        page.screenshot(path=f"{folder}/report-{view.width}-{view.scheme}.png", full_page=True)
    if takes_pictures:
        picture(page, "import-report")
    page.get_by_role("button", name="Take this result on to the form").click()
    is_at(page, "Add a result")
    wrong["form"] = problems_of(page)
    assert {name: found for name, found in wrong.items() if found} == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_takes_a_moment_says_so(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient
) -> None:
    """The file is on its way: there is a bar with words until the answer comes."""
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/import/")
    # The answer never comes: what is sent is stopped after everything else has seen it.
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_label("Or paste the cells of your table").fill("date;result\n2026-01-05;0,32 % IS\n")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator(".busy[role=status]")).to_contain_text("Reading your file")
