"""Escaping many short texts as one long one: what each call costs, it costs once."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_BETWEEN = "\0"


def escape_all(texts: Sequence[str]) -> list[str]:
    """Return each text as HTML takes it, in the same order."""
    found = escape(_BETWEEN.join(texts)).split(_BETWEEN) if texts else []
    return found if len(found) == len(texts) else [escape(text) for text in texts]
