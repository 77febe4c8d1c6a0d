"""Our own static files as text: for what has to stand alone, a PDF or a file that is opened without a network."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders


def read_static(name: str) -> bytes:
    """Return a static file by its name, as collected or, in development, where it lies.

    Raises:
        ValueError: there is none of this name among the static files.
    """
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / name).resolve()
    if collected.is_relative_to(root) and collected.is_file():
        return collected.read_bytes()
    try:
        found = finders.find(name)
    except ValueError:  # Django's own, for a way out of the folder
        found = None
    if not isinstance(found, str):
        raise ValueError("a page that stands alone names a file that is not there")
    return Path(found).read_bytes()
