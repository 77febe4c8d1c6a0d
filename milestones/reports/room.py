"""How many lines of a sheet a text takes, so that a guide of two sides stays one. An estimate on the safe side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

#: So many letters of middle width stand in a line of 12 points; wide ones count for more.
LETTERS_A_LINE = 78
_WIDE, _WIDE_LETTER = frozenset("mwMW@%—…"), 1.75
_CAPITAL = 1.25


def lines_of(text: str) -> int:
    """Return how many lines a text takes, at least one."""
    width = sum(_WIDE_LETTER if one in _WIDE else _CAPITAL if one.isupper() else 1.0 for one in text)
    return max(1, ceil(width / LETTERS_A_LINE))


def fit(lists: Mapping[str, Sequence[str]], lines: int) -> dict[str, int]:
    """Return how many texts of each list fit together in so many lines.

    The longest list gives first, and each keeps its first text for as long as there is another to give.

    Args:
        lists: texts by the name of their list, the most important first.
        lines: how many lines there are for all of them.
    """
    kept = {name: list(texts) for name, texts in lists.items()}
    while any(kept.values()) and sum(lines_of(text) for texts in kept.values() for text in texts) > lines:
        kept[max(kept, key=lambda one: len(kept[one]))].pop()
    return {name: len(texts) for name, texts in kept.items()}
