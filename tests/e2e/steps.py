"""What a person does in the browser: signing up, typing a result, finding the chart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core import mail
from playwright.sync_api import Page

from milestones.clinical.calendar import add_months
from tests.conftest import PASSWORD

Check = Callable[[Page], list[str]]


def today() -> date:
    """Return the day that it is in the browser."""
    return date.today()  # noqa: DTZ011 - the browser's own


def ago(months: int) -> date:
    """Return the day so many months before today."""
    return add_months(today(), -months)


def sign_up(page: Page, email: str = "bob@example.org") -> None:
    """Sign up, follow the link in the mail, sign in, and stand on the own home page."""
    page.goto("/account/sign-up/")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/account/sign-in/\?said=confirm-mail$"))
    link = re.search(r"/account/email/confirm/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    page.goto(link[0])
    page.locator("main form button[type=submit]").click()
    if "/records/" not in page.url:
        page.goto("/account/sign-in/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/records/**")


def fill_date(page: Page, name: str, on: date) -> None:
    """Fill in the three boxes of a date."""
    page.locator(f"[name={name}_day]").fill(str(on.day))
    page.locator(f"[name={name}_month]").select_option(str(on.month))
    page.locator(f"[name={name}_year]").fill(str(on.year))


def fill_result(page: Page, text: str, on: date, *, answer: str = "number", **more: str) -> None:
    """Fill in the form of a result; `more` opens the optional part."""
    fill_date(page, "collected", on)
    page.locator(f"[name=answer][value={answer}]").check()
    if answer != "none":
        page.locator("[name=reported]").fill(text)
    page.locator("[name=scale][value=IS]").check()
    if more:
        open_more(page)
    for name, value in more.items():
        box = page.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


def open_more(page: Page) -> None:
    """Open the optional part of the form of a result, where it does not stand open."""
    if not page.locator("details.more-questions").evaluate("details => details.open"):
        page.locator(".more-questions > summary").click()


def add_result(page: Page, text: str, on: date, *, answer: str = "number", **more: str) -> str:
    """Add a result from wherever one stands; return the words of the check page."""
    page.locator("nav a.add").click()
    fill_result(page, text, on, answer=answer, **more)
    page.locator("button[value=check]").click()
    page.locator("button[value=save]").wait_for()
    words = page.locator("main").inner_text()
    page.locator("button[value=save]").click()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/"))
    return words


def wait_for_chart(page: Page) -> None:
    """Wait until Plotly has drawn over the drawing."""
    page.locator(".chart[data-figure-url]").scroll_into_view_if_needed()
    page.locator(".chart-box.is-live .main-svg").first.wait_for()


MEASURE = """() => {
  const live = document.querySelector(".chart-live");
  const place = (node) => { const at = new DOMPoint(0, 0).matrixTransform(node.getScreenCTM()); return [at.x, at.y]; };
  const marks = {};
  live.querySelectorAll(".scatterlayer .trace").forEach((trace) => {
    const points = [...trace.querySelectorAll("path.point")];
    if (!points.length) return;
    marks[points[0].__data__.trace.meta.role] = points.map(place);
  });
  const shapes = {};
  live.querySelectorAll(".shapelayer path[data-index]").forEach((path) => {
    const box = path.getBoundingClientRect();
    const name = live.layout.shapes[Number(path.dataset.index)].name;
    (shapes[name] ??= []).push({ top: box.top, bottom: box.bottom, left: box.left, right: box.right });
  });
  return { marks, shapes };
}"""


def measure_chart(page: Page) -> dict[str, Any]:
    """Return where Plotly drew: the points of each kind as x and y, and the boxes of named shapes, in pixels."""
    measured: dict[str, Any] = page.evaluate(MEASURE)
    return measured


#: The first and the last day that the chart shows.
RANGE = "() => document.querySelector('.chart-live').layout.xaxis.range.map((day) => Date.parse(day) / 86400000)"


def span(page: Page) -> float:
    """Return how many days of the chart are shown."""
    first, last = page.evaluate(RANGE)
    return float(last - first)


def until(page: Page, what: str, holds: str) -> None:
    """Wait until it holds of what is drawn: a button answers before the picture of the new part has come."""
    page.wait_for_function(f"() => {{ const it = ({what})(); return {holds}; }}")
