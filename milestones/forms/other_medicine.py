"""A medicine beside the one for CML, and doses that were missed, typed by a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.dates import PartialDate, date_initial, day_box, month_box, year_box
from milestones.forms.entry import EntryForm, entry_initial
from milestones.forms.text import FreeTextField
from milestones.models import DatePrecision, MissedCount
from milestones.selectors.missed_doses import MissedDosesRow
from milestones.selectors.other_medicines import OtherMedicineRow

_FIRST_OF_MONTH = 1


class OtherMedicineForm(EntryForm):
    """Name, how it is taken, since and until when; only the name has to be known."""

    name = forms.CharField(
        label=_("Name of the medicine, herb or vitamin"),
        max_length=80,
        help_text=_("As it stands on the box."),
        error_messages={"required": _("Type the name.")},
    )
    how_taken = forms.CharField(
        label=_("How much, and how often?"),
        required=False,
        max_length=80,
        help_text=_("For example 20 mg in the morning, or when needed."),
    )
    started_day = day_box()
    started_month = month_box()
    started_year = year_box()
    stopped_day = day_box()
    stopped_month = month_box()
    stopped_year = year_box()

    def clean(self) -> dict[str, Any]:
        """Read both dates, which may stay empty; the end may lie ahead, and not before the beginning."""
        cleaned = super().clean() or {}
        started = self.clean_date("started", latest=self.today, required=False, unknown_day=_FIRST_OF_MONTH)
        stopped = self.clean_date("stopped", latest=None, required=False, unknown_day=_FIRST_OF_MONTH)
        if self.errors:
            return cleaned
        if started is not None and stopped is not None and _is_before(stopped, started):
            self.add_error("stopped_year", _("The end is before the beginning. Check both dates."))
            return cleaned
        end = max(stopped.day, started.day) if started and stopped else stopped and stopped.day
        cleaned["columns"] = {
            "name": cleaned["name"],
            "how_taken": cleaned["how_taken"],
            "started_on": started.day if started else None,
            "started_precision": _precision(started),
            "stopped_on": end,
            "stopped_precision": _precision(stopped),
        }
        return cleaned

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the row; only after ``is_valid``."""
        columns: dict[str, Any] = self.cleaned_data["columns"]
        return columns


def _precision(found: PartialDate | None) -> str:
    return (DatePrecision.DAY if found is None or found.day_is_known else DatePrecision.MONTH).value


def _is_before(one: PartialDate, other: PartialDate) -> bool:
    if one.day_is_known and other.day_is_known:
        return one.day < other.day
    return (one.day.year, one.day.month) < (other.day.year, other.day.month)


def other_medicine_initial(row: OtherMedicineRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page, or a medicine that is to be changed."""
    if row is None:
        return entry_initial()
    return {
        **entry_initial(row.version),
        "name": row.name,
        "how_taken": row.how_taken,
        **date_initial("started", row.started_on, day_is_known=row.started_day_is_known),
        **date_initial("stopped", row.stopped_on, day_is_known=row.stopped_day_is_known),
    }


class MissedDosesForm(EntryForm):
    """How many doses were missed, a note, and whether the team may see it: not unless somebody ticks it."""

    how_many = forms.ChoiceField(
        label=_("In the last 4 weeks, how many doses were missed?"),
        choices=MissedCount.choices,
        widget=forms.RadioSelect,
        help_text=_("A guess is fine. Many people miss a dose now and then."),
        error_messages={"required": _("Choose one answer. “I do not know” is one too.")},
    )
    note = FreeTextField(
        label=_("A note for yourself"),
        required=False,
        max_length=300,
        help_text=_("For example what made it hard, or what helps you to remember."),
    )
    is_shared = forms.BooleanField(
        label=_("My team may see this"),
        required=False,
        help_text=_("Without the tick only you see it. You can change it at any time."),
    )

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the row but for its day; only after ``is_valid``."""
        return {name: self.cleaned_data[name] for name in ("how_many", "note", "is_shared")}


def missed_doses_initial(row: MissedDosesRow | None) -> dict[str, Any]:
    """Return what the form shows: no answer and no tick, or an answer that is to be changed."""
    if row is None:
        return entry_initial()
    return {
        **entry_initial(row.version),
        "how_many": row.how_many,
        "note": row.note,
        "is_shared": row.is_shared,
    }
