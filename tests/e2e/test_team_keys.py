"""The page of a team's keys: accessible, at each width, and as the documentation shows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.services.team_keys import issue_key
from tests.cast import make_team
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways
from tests.e2e.steps import Check
from tests.e2e.test_readme_picture import size_of

ROOT = Path(settings.BASE_DIR)
PICTURE = ROOT / "docs" / "images" / "team-keys.png"
WIDTH, HEIGHT = 1280, 1000


@every_view()
def test_the_page_of_keys(
    view: View,
    open_page: OpenPage,
    sign_in: Callable[[Page, User], None],
    make_user: Callable[..., User],
    axe: Check,
    csp_violations: Check,
    foreign_requests: Check,
) -> None:
    lead = make_user("lead@example.org")
    team = make_team(lead)
    issue_key(team=team, name="Ward system", scopes=["Patient", "Observation"], days=90, by=lead)
    page = open_page(view)
    sign_in(page, lead)
    page.goto(f"/teams/{team.pk}/members/")
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_label("Name of the system").fill("Research register")
    page.get_by_label("Test results").check()
    page.get_by_label("12 months").check()
    if (view.width, view.scheme) == (WIDTH, "light"):
        _take_picture(page)
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)  # what was typed goes on by itself afterwards
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="The new key")).to_be_visible()
    assert not is_sideways(page)
    assert [*axe(page), *csp_violations(page), *foreign_requests(page)] == []
    page.goto(f"/teams/{team.pk}/keys/")
    expect(page.locator("main")).not_to_contain_text("The new key")
    page.get_by_role("button", name="End this key Research register").click()
    expect(page.locator("main")).to_contain_text("Ended. The key opens nothing any more.")


def _take_picture(page: Page) -> None:
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.evaluate("document.fonts.ready")
    page.evaluate("scrollTo(0, 0)")
    picture = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    if os.environ.get("UPDATE_PICTURES") == "1" or not PICTURE.exists():
        PICTURE.write_bytes(picture)
    assert size_of(PICTURE.read_bytes()) == (WIDTH, HEIGHT)
