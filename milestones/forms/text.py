"""A box for words of one's own. What is too long is said, and never cut."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class FreeTextField(forms.CharField):
    """Text of at most so many letters, with the limit under its name.

    The browser is not told of the limit: it would cut a text that is pasted, without a word. The server refuses the
    text, and the form shows all of it again.
    """

    default_error_messages = {
        "max_length": _("This has %(show_value)s letters, and there is room for %(limit_value)s. Make it shorter."),
    }

    def __init__(self, *, max_length: int, help_text: Any = "", tells_room: bool = True, **others: Any) -> None:
        if tells_room:  # not in a list of many small boxes
            room = format_lazy(_("At most {most} letters."), most=f"{max_length:,}")
            help_text = format_lazy("{} {}", help_text, room) if help_text else room
        super().__init__(max_length=max_length, help_text=help_text, **others)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return what the box gets: all but the limit."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}
