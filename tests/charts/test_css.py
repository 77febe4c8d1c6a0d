"""The committed style sheet: made from its sources, small, and without a red or a green."""

import subprocess
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css" / "app.css"
MOST_BYTES = 12_000


def test_it_is_what_the_sources_give() -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "build_css.py", "--check"], check=True)


def test_the_sprite_is_what_the_icons_give() -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "build_icons.py", "--check"], check=True)


def test_it_is_small() -> None:
    assert len(brotli.compress(CSS.read_bytes())) <= MOST_BYTES


def test_it_asks_nobody_else_for_anything() -> None:
    text = CSS.read_text(encoding="utf-8")
    assert "url(http" not in text
    assert "@import" not in text
