"""The picture in the README is a picture of the site: `UPDATE_PICTURES=1` takes it anew."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

from accounts.models import User
from milestones.services.demo import load_demo_people
from tests.e2e.conftest import OpenPage, View
from tests.e2e.steps import Check, today, wait_for_chart

ROOT = Path(settings.BASE_DIR)
PICTURE = ROOT / "docs" / "images" / "results.png"
WIDTH, HEIGHT = 1280, 1040


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height, from the header of a PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_readme_shows_the_results_page(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], csp_violations: Check
) -> None:
    load_demo_people(today=today())
    user = User.objects.get(email="ben@demo.example")
    page = open_page(View(WIDTH, "light"))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    sign_in(page, user)
    page.goto(f"/records/{user.patient.pk}/results/")
    wait_for_chart(page)
    page.evaluate("document.fonts.ready")
    page.evaluate("scrollTo(0, 0)")
    picture = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
    assert csp_violations(page) == []
    assert size_of(picture) == (WIDTH, HEIGHT)
    if os.environ.get("UPDATE_PICTURES") == "1" or not PICTURE.exists():
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(picture)
    assert size_of(PICTURE.read_bytes()) == (WIDTH, HEIGHT)
    assert "docs/images/results.png" in (ROOT / "README.md").read_text(encoding="utf-8")
