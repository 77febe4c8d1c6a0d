"""A visit, typed by a person: its day, to come or past, and what is known of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from milestones.clinical.calendar import add_months
from milestones.explanations import phrases
from milestones.forms.dates import date_initial, day_box, month_box, year_box
from milestones.forms.entry import PrivateEntryForm, entry_initial
from milestones.forms.text import FreeTextField
from milestones.forms.times import TimeRefusal, read_time
from milestones.selectors.visits import VisitRow

_FARTHEST_MONTHS = 24
_REFUSALS = {
    TimeRefusal.NOT_A_TIME: _("Type the time like 9:30 or 2:30 pm, or leave it empty."),
    TimeRefusal.NO_MINUTES: _("Type hours and minutes, like 9:30, or add am or pm."),
    TimeRefusal.NO_SUCH_HOUR: _("Hours run from 0 to 23, or from 1 to 12 with am or pm."),
    TimeRefusal.NO_SUCH_MINUTE: _("Minutes run from 00 to 59."),
}


class VisitForm(PrivateEntryForm):
    """When the visit is or was, with whom, and afterwards what was said."""

    on_day = day_box()
    on_month = month_box()
    on_year = year_box()
    at_time = forms.CharField(
        label=_("Time"),
        required=False,
        max_length=12,
        help_text=_("For example 9:30 or 2:30 pm."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    with_whom = FreeTextField(
        label=_("With whom, or where"), required=False, max_length=80, help_text=_("For example CML clinic.")
    )
    notes = FreeTextField(
        label=_("What was said"),
        required=False,
        max_length=2000,
        help_text=_("For afterwards, in your own words."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_at_time(self) -> Any:
        """Read the time of day, or say why it cannot be read."""
        text: str = self.cleaned_data["at_time"]
        if not text:
            return None
        found = read_time(text)
        if isinstance(found, TimeRefusal):
            raise ValidationError(_REFUSALS[found], code=found.name)
        return found

    def clean(self) -> dict[str, Any]:
        """Read the day, which has to be known; it may lie up to two years ahead."""
        cleaned = super().clean() or {}
        found = self.clean_date("on", latest=None)
        if found is None:
            return cleaned
        if not found.day_is_known:
            self.add_error("on_day", _("Type the day too."))
        elif found.day > add_months(self.today, _FARTHEST_MONTHS):
            self.add_error("on_year", _("This is more than two years ahead. Check day, month and year."))
        else:
            cleaned["visit_on"] = found.day
        return cleaned

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row; only after ``is_valid``."""
        said = {name: self.cleaned_data[name] for name in ("visit_on", "at_time", "with_whom", "notes")}
        return {**said, **self.private_column()}


def visit_initial(row: VisitRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a visit that is to be changed."""
    if row is None:
        return entry_initial()
    return {
        **entry_initial(row.version),
        **date_initial("on", row.visit_on),
        "at_time": phrases.clock(row.at_time) if row.at_time else "",
        "with_whom": row.with_whom,
        "notes": row.notes,
        "is_private": row.is_private,
    }
