"""Put the icons that the pages use into one sprite: ``python scripts/build_icons.py [--check]``.

Reads ``static/vendor/lucide`` and writes ``templates/components/sprite.html``. It stands in every page, so that no icon
costs a request. ``--check`` writes nothing and fails when the committed file is not what the sources give.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LUCIDE = ROOT / "static" / "vendor" / "lucide"
TARGET = ROOT / "templates" / "components" / "sprite.html"
BANNER = "{% comment %}Made by scripts/build_icons.py from static/vendor/lucide (ISC).{% endcomment %}"
#: The name in our pages, and the file. What an icon means here is ours; how it looks is theirs.
ICONS = {
    "home": "house",
    "chart": "chart-line",
    "plus": "plus",
    "pill": "pill",
    "user": "user-round",
    "check": "check",
    "talk": "message-square",
    "soon": "message-square-warning",
    "info": "info",
    "none": "circle-minus",
    "down": "arrow-down",
    "up": "arrow-up",
    "same": "arrow-right",
    "phone": "phone",
    "calendar": "calendar",
    "no": "ban",
    "help": "circle-question-mark",
    "zoom-in": "zoom-in",
    "zoom-out": "zoom-out",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "record": "clipboard-list",
    "feel": "heart-pulse",
    "target": "target",
    "test": "test-tube",
    "list": "list",
    "clock": "clock",
    "pause": "pause",
}
#: Ours: the mark, drawn as an icon.
OWN = {"steps": ROOT / "static" / "icons" / "steps.svg"}
_SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")


def build_sprite() -> str:
    """Return the sprite: one symbol an icon, nothing but its shapes."""
    files = {name: LUCIDE / f"{file}.svg" for name, file in ICONS.items()} | OWN
    symbols = [f'<symbol id="i-{name}" viewBox="0 0 24 24">{_shapes(path)}</symbol>' for name, path in files.items()]
    return f"{BANNER}<svg hidden>{''.join(symbols)}</svg>\n"


def _shapes(path: Path) -> str:
    found = _SHAPE.findall(path.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{path.name} has no shape that is known")
    return "".join(re.sub(r"\s*/>", "/>", re.sub(r"\s+", " ", shape)) for shape in found)


def main() -> int:
    """Write the sprite, or compare it with the committed one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the committed file is old")
    wanted = parser.parse_args()
    sprite = build_sprite()
    if wanted.check:
        if TARGET.read_text(encoding="utf-8") != sprite:
            print("templates/components/sprite.html is old: run `make css`", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(sprite, encoding="utf-8")
    print(f"templates/components/sprite.html: {len(sprite.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
