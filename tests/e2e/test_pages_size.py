"""What a page weighs on a slow phone: small until the chart can be read, and Plotly only where a chart is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import Patient, User
from tests.cast import record, record_many, set_up, treat
from tests.e2e.conftest import OpenPage, View
from tests.e2e.steps import ago, wait_for_chart

STATIC = Path(settings.BASE_DIR) / "static"
KB = 1_000
# A server compresses a page anew for each reader, and a static file once, as well as it can.
PAGE_QUALITY, FILE_QUALITY = 5, 11


@pytest.fixture
def sixty_results(alices_record: Patient) -> Patient:
    """Return a record with 60 results and two medicines."""
    record_many(alices_record, 60)
    treat(alices_record, ago(30), ago(20), dose="400 mg a day")
    treat(alices_record, ago(20), medicine="dasatinib", dose="100 mg a day")
    set_up(alices_record, baseline_text="62 %", baseline_scale="IS")
    return alices_record


def compressed(path: Path) -> int:
    """Return what a static file weighs on the way; fonts are compressed already."""
    body = path.read_bytes()
    return len(body) if path.suffix == ".woff2" else len(brotli.compress(body, quality=FILE_QUALITY))


def test_results_page_is_light(alice: User, sixty_results: Patient) -> None:
    """30 KB of page and style until the chart can be read, 60 KB with fonts and scripts."""
    client = Client()
    client.force_login(alice)
    answer = client.get(f"/records/{sixty_results.pk}/results/")
    html = answer.content
    assert html.count(b"<tr>") >= 60
    assert b"<svg" in html
    page = len(brotli.compress(html, quality=PAGE_QUALITY))
    style = compressed(STATIC / "css" / "app.css")
    assert page + style <= 30 * KB, f"{page} + {style}"
    small = [*STATIC.glob("vendor/figtree/*.woff2"), *STATIC.glob("js/*.js"), *STATIC.glob("icons/*.svg")]
    assert {path.suffix for path in small} == {".woff2", ".js", ".svg"}
    assert page + style + sum(compressed(path) for path in small) <= 60 * KB


def test_plotly_is_one_file_of_a_known_weight() -> None:
    plotly = list(STATIC.glob("vendor/plotly/*.js"))
    assert [path.name for path in plotly] == ["plotly-basic.min.js"]
    assert compressed(plotly[0]) <= 335 * KB


def test_plotly_is_asked_for_only_where_a_chart_is(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, sixty_results: Patient
) -> None:
    page = open_page(View(360, "light"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, alice)
    home = f"/records/{sixty_results.pk}/"
    for name in ("", "goals/", "results/add/", "treatment/", "settings/", "results/?laboratory=Nobody"):
        page.goto(home + name)
        page.wait_for_load_state("networkidle")
    assert asked
    assert not [url for url in asked if "plotly" in url or "figure.json" in url]

    page.goto(f"{home}results/")
    wait_for_chart(page)
    names = [url.rsplit("/", 1)[1] for url in asked if "plotly" in url or "figure.json" in url]
    assert sorted(names) == ["figure.json", "plotly-basic.min.js", "plotly.css"]


def test_chart_can_be_read_before_plotly_is_there(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, sixty_results: Patient
) -> None:
    """The drawing stands in the page as it comes, and keeps its place when Plotly takes over."""
    record(sixty_results, "0.05 %", ago(0))
    page = open_page(View(360, "light"))
    page.route("**/plotly-basic.min.js", lambda _route: None)
    sign_in(page, alice)
    page.goto(f"/records/{sixty_results.pk}/results/", wait_until="domcontentloaded")
    box = page.locator(".chart-box")
    before = box.bounding_box()
    assert before is not None
    assert page.locator("svg.chart-svg:visible text").count() > 5
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"/records/{sixty_results.pk}/results/")
    wait_for_chart(page)
    after = box.bounding_box()
    assert after is not None
    assert (after["width"], after["height"]) == pytest.approx((before["width"], before["height"]), abs=1)
