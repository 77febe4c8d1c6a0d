"""The day of an appointment for a test, or the day the blood was taken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.dates import DateBoxesMixin, date_initial, day_box, month_box, year_box
from milestones.forms.result import new_key
from milestones.selectors.planned_tests import PlannedTestRow

BOOKED, TAKEN = "booked", "taken"
_FARTHEST_DAYS = 366


class PlannedDayForm(DateBoxesMixin, forms.Form):
    """One day; an appointment may lie up to a year ahead, blood that was taken not at all."""

    on_day = day_box()
    on_month = month_box()
    on_year = year_box()
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, what: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what, self.today = what, today

    @property
    def is_booking(self) -> bool:
        """Whether the form is about an appointment."""
        return self.what == BOOKED

    def clean(self) -> dict[str, Any]:
        """Read the one day; the day itself has to be known."""
        cleaned = super().clean() or {}
        found = self.clean_date("on", latest=None if self.is_booking else self.today)
        if found is not None and not found.day_is_known:
            self.add_error("on_day", _("Type the day too."))
        elif found is not None and found.day > self.today + timedelta(days=_FARTHEST_DAYS):
            self.add_error("on_year", _("This is more than a year ahead. Check day, month and year."))
        elif found is not None:
            cleaned["on"] = found.day
        return cleaned


def planned_day_initial(planned: PlannedTestRow | None, what: str, today: date) -> dict[str, Any]:
    """Return what the form shows: the day that is written down, or today for blood that was just taken."""
    day = None if what == BOOKED else today
    if planned is not None:
        day = planned.booked_on if what == BOOKED else planned.taken_on or today
    initial: dict[str, Any] = {"idempotency_key": new_key(), **date_initial("on", day)}
    return {**initial, "version": planned.version} if planned is not None else initial
