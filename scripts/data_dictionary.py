"""Write docs/user/data-dictionary.md from the one definition of the columns."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from milestones.interchange.columns import COLUMNS, READ, Key  # noqa: E402 - the path comes first

TARGET = ROOT / "docs" / "user" / "data-dictionary.md"
_HEAD = """# The columns of a table of results

The files that you download have all these columns. A file that you bring in may have any of the first {count}, in any
order and under many names. Upper case, accents and marks do not matter.

This page is written by `scripts/data_dictionary.py`. Do not change it by hand.

| Column | What it is | What it takes | Example | Needed |
|---|---|---|---|---|
"""
_WORDS = """
## Headings that are understood

Beside its own name, each column is found by these words. A heading may also hold the name of the gene, "%" or "IS".
"BCR-ABL1 IS (%)" is read as what the report says, in percent, on the International Scale. You can correct each choice.

"""


def data_dictionary() -> str:
    """Return the page."""
    computed = [column for column in COLUMNS if not column.is_read]
    rows = [
        f"| `{one.key.value}` | {one.title} | {one.takes} | {_code(one.example)} | {'yes' if one.is_required else ''} |"
        for one in (*READ, *computed)
    ]
    words = [f"- `{one.key.value}`: {', '.join(one.words)}" for one in READ if one.words]
    note = f"Without `{Key.REPORTED}`, a column `{Key.VALUE_PERCENT}` is enough."
    return _HEAD.format(count=len(READ)) + "\n".join(rows) + f"\n\n{note}\n" + _WORDS + "\n".join(words) + "\n"


def _code(example: str) -> str:
    return f"`{example}`" if example else ""


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(data_dictionary(), encoding="utf-8")
