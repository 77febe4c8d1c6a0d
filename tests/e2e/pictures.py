"""Pictures for the pages under docs/: `UPDATE_PICTURES=1` takes them anew."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

IMAGES = Path(settings.BASE_DIR) / "docs" / "images"


def take_picture(page: Page, name: str, document: str) -> None:
    """Keep a picture of what the window shows, and see that a page of the documentation shows it.

    Args:
        page: the page, as it is to be seen.
        name: of the picture, without its ending.
        document: the page of the documentation, such as "user/guide.md".
    """
    page.evaluate("document.fonts.ready")
    page.evaluate("scrollTo(0, 0)")
    picture = page.screenshot(animations="disabled", caret="hide")
    path = IMAGES / f"{name}.png"
    if os.environ.get("UPDATE_PICTURES") == "1" or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    assert _size_of(path.read_bytes()) == _size_of(picture)
    assert f"../images/{name}.png" in (IMAGES.parent / document).read_text(encoding="utf-8")


def _size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height, from the header of a PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height
