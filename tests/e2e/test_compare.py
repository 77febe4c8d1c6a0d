"""A result beside the report, from the desk of a team to the page of the patient; and what ends soon, on home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from milestones.models import LabResult
from tests.cast import make_team, share, share_with_team
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import Course, is_sideways
from tests.e2e.steps import Check, fill_result, today

SignIn = Callable[[Page, User], None]


@pytest.fixture
def bob(make_user: Callable[..., User], course: Course, alices_record: Patient) -> User:
    """Return Bob, whose team Alice shares her record with."""
    bob = make_user("bob@example.org")
    share_with_team(alices_record, make_team(bob), "manage", by=bob)
    return bob


@every_view()
def test_the_report_differs_and_the_patient_sees_both_values(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: User,
    bob: User,
    alices_record: Patient,
    axe: Check,
    csp_violations: Check,
    view: View,
) -> None:
    row = LabResult.objects.filter(patient=alices_record).latest("collected_on")
    address = f"/records/{alices_record.pk}/results/{row.pk}/"
    page = open_page(view)
    sign_in(page, bob)
    page.goto(address)
    page.get_by_role("link", name="Compare with the report").click()
    expect(page.locator("[name=reported]")).to_have_value("")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert axe(page) == []
    assert not is_sideways(page)
    fill_result(page, "0,77 %", row.collected_on)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="The two differ")).to_be_visible()
    expect(page.locator("main")).to_contain_text("0.77%")
    marked = page.locator("main tbody tr").filter(has_text="differs")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("0.77%")
    assert axe(page) == []
    assert not is_sideways(page)
    page.get_by_role("button", name="Change what I typed").click()
    expect(page.locator("[name=reported]")).to_have_value("0,77 %")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Correct it").click()
    expect(page.locator("main")).to_contain_text("Checked against the laboratory's report by Bob")
    assert csp_violations(page) == []
    patients = open_page(view)
    sign_in(patients, alice)
    patients.goto(address)
    expect(patients.locator("main")).to_contain_text("0.77%")
    expect(patients.locator("#history")).to_contain_text("Use this version again")
    patients.get_by_role("link", name="Use this version again").click()
    expect(patients.locator("main")).to_contain_text("This is the version of")
    assert axe(patients) == []
    assert not is_sideways(patients)


@every_view()
def test_what_ends_soon_is_seen_on_home(
    open_page: OpenPage, sign_in: SignIn, alice: User, bob: User, alices_record: Patient, axe: Check, view: View
) -> None:
    share(alices_record, bob, ends_on=today() + timedelta(days=9))
    page = open_page(view)
    sign_in(page, alice)
    page.goto(f"/records/{alices_record.pk}/")
    expect(page.get_by_role("heading", name="A sharing ends soon")).to_be_visible()
    assert axe(page) == []
    assert not is_sideways(page)
    page.get_by_role("button", name="I have seen this").click()
    expect(page.get_by_role("heading", name="A sharing ends soon")).to_have_count(0)
