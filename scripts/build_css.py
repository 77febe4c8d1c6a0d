"""Compile the style sheet: ``python scripts/build_css.py [--check]``.

Reads ``static/css/src/app.scss`` and writes ``static/css/app.css``, which is committed, so that
nobody needs a build step to run the site. ``--check`` writes nothing and fails when the committed
file is not what the sources give.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sass

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static" / "css" / "src" / "app.scss"
TARGET = ROOT / "static" / "css" / "app.css"
BANNER = (
    "/*! Made by scripts/build_css.py from static/css/src. Contains parts of Bootstrap 5.3 "
    "(MIT, static/vendor/bootstrap-scss/LICENSE). */\n"
)


def compile_css() -> str:
    """Return the compiled style sheet as one compressed string."""
    css: str = sass.compile(
        filename=str(SOURCE),
        include_paths=[str(SOURCE.parent), str(ROOT / "static" / "vendor")],
        output_style="compressed",
    )
    return BANNER + css.lstrip("\ufeff").strip() + "\n"


def main() -> int:
    """Write the style sheet, or compare it with the committed one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the committed file is old")
    wanted = parser.parse_args()
    css = compile_css()
    if wanted.check:
        if TARGET.read_text(encoding="utf-8") != css:
            print("static/css/app.css is old: run `make css`", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(css, encoding="utf-8")
    print(f"static/css/app.css: {len(css.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
