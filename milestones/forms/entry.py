"""What every form for one row of a record carries: a key against double posts, and the version it was drawn with."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.dates import DateBoxesMixin


class EntryForm(DateBoxesMixin, forms.Form):
    """A form for one row; ``columns`` holds the columns of the row after ``is_valid``."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def key(self) -> uuid.UUID:
        """The key of this page; only after ``is_valid``."""
        key: uuid.UUID = self.cleaned_data["idempotency_key"]
        return key

    @property
    def drawn_version(self) -> int:
        """The version that the page was drawn with, or 0, which no row has; only after ``is_valid``."""
        return self.cleaned_data["version"] or 0


class PrivateEntryForm(EntryForm):
    """A form for a row that the person may keep to themselves. Nobody but them is asked, and nobody else changes it."""

    is_private = forms.BooleanField(
        label=_("Keep this private"),
        required=False,
        help_text=_("Nobody you share with sees it, and no guide has it."),
    )

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_own:
            del self.fields["is_private"]

    def private_column(self) -> dict[str, bool]:
        """Return the column, where it was asked; only after ``is_valid``."""
        return {"is_private": self.cleaned_data["is_private"]} if "is_private" in self.fields else {}


def entry_initial(version: int | None = None) -> dict[str, Any]:
    """Return what every form begins with: a fresh key, and the version of the row that is to be changed."""
    initial: dict[str, Any] = {"idempotency_key": str(uuid.uuid4())}
    return initial if version is None else {**initial, "version": version}
