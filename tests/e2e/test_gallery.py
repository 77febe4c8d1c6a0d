"""Every component in every state: accessible, and looking as it looked when somebody last looked at it.

``UPDATE_SCREENSHOTS=1`` writes the pictures anew; look at the difference before you commit it.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways
from tests.e2e.steps import Check
from tests.test_components import COMPONENTS

PICTURES = Path(__file__).parent / "screenshots"
#: How far a pixel may be off in one channel (of 255), and the share of pixels that may be further off.
MOST_OFF, MOST_SHARE = 40, 0.01
# Half as large is enough to see a change, and forgives the edge of a letter.
HALVE = """async (data) => {
  const image = new Image();
  await new Promise((done) => { image.onload = done; image.src = data; });
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width / 2);
  canvas.height = Math.round(image.height / 2);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}"""
COMPARE = """async ([one, other, most]) => {
  const read = async (data) => {
    const image = new Image();
    await new Promise((done) => { image.onload = done; image.src = data; });
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [first, second] = [await read(one), await read(other)];
  if (Math.abs(first.width - second.width) > 1 || Math.abs(first.height - second.height) > 2) return 1;
  const width = Math.min(first.width, second.width), height = Math.min(first.height, second.height);
  let off = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const a = (y * first.width + x) * 4, b = (y * second.width + x) * 4;
      if ([0, 1, 2].some((channel) => Math.abs(first.data[a + channel] - second.data[b + channel]) > most)) off += 1;
    }
  }
  return off / (width * height);
}"""


@pytest.fixture(autouse=True)
def _gallery(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.e2e.gallery_urls"


def open_gallery(open_page: OpenPage, view: View) -> Page:
    """Return the gallery as it stands still: the drawing stays a drawing, and the letters are there."""
    page = open_page(view)
    page.route("**/figure.json*", lambda route: route.abort())
    page.goto("/gallery/")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement.blur()")
    return page


@every_view()
def test_every_component_is_accessible(open_page: OpenPage, axe: Check, csp_violations: Check, view: View) -> None:
    page = open_gallery(open_page, view)
    page.evaluate("probes.openAll()")
    assert axe(page) == []
    assert csp_violations(page) == []
    assert not is_sideways(page)
    page.goto("/gallery/dialog/")
    assert axe(page) == []


@every_view()
def test_every_component_looks_as_it_did(open_page: OpenPage, view: View) -> None:
    page = open_gallery(open_page, view)
    blank: Any = page.context.new_page()
    different = {}
    for name in sorted(COMPONENTS):
        shot = page.locator(f"#{name}").screenshot(animations="disabled", caret="hide")
        now = blank.evaluate(HALVE, _data(shot))
        path = PICTURES / f"{name}-{view.width}-{view.scheme}.png"
        if os.environ.get("UPDATE_SCREENSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(base64.b64decode(now.split(",", 1)[1]))
        share = blank.evaluate(COMPARE, [now, _data(path.read_bytes()), MOST_OFF])
        if share > MOST_SHARE:
            different[name] = round(share, 3)
    assert different == {}


def _data(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()
