"""The interactive chart as one file that is opened without a network: script, style, figure and drawing in it."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django.utils.safestring import SafeString

from milestones.reports.static_text import read_static

_SCRIPTS = ("js/chart-dress.js", "js/chart-file.js")
_PLOTLY = "vendor/plotly/plotly-basic.min.js"
_STYLES = ("css/app.css", "vendor/plotly/plotly.css")


@cache
def plotly() -> SafeString:
    """Return Plotly, to stand in a script element; it is read once."""
    return _inert_script(read_static(_PLOTLY).decode())


@cache
def script() -> SafeString:
    """Return our own modules as one: what one gives to another stands before it."""
    joined = "\n".join(read_static(name).decode() for name in _SCRIPTS)
    return _inert_script(re.sub(r"^import .*$|^export ", "", joined, flags=re.MULTILINE))


@cache
def style() -> SafeString:
    """Return the style sheets without the letters, which are a file: the reader's own stand in."""
    joined = "\n".join(read_static(name).decode() for name in _STYLES)
    return SafeString(re.sub(r"@font-face\s*\{[^}]*\}|url\([^)]*\)", "", joined).replace("</", "<\\/"))


def embedded(figure: dict[str, Any]) -> SafeString:
    """Return the figure as JSON that no text in it can end."""
    text = json.dumps(figure, ensure_ascii=True)
    return SafeString(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _inert_script(text: str) -> SafeString:
    """Return a script that a page's parser reads to its end."""
    if "<!--" in text or "</script" in text.lower():
        raise ValueError("a script that stands in a page may not end it")
    return SafeString(text)
