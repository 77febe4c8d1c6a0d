"""The one place where markup that our own code drew is let into a page as it is."""

from __future__ import annotations

from django.utils.safestring import SafeString


def drawn(markup: str) -> SafeString:
    """Return the output of ``milestones.charts``, which escapes every text that it is given."""
    return SafeString(markup)
