"""A goal of one's own, typed by a person: words, or a level of the International Scale."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.clinical.calendar import add_months
from milestones.forms.dates import PartialDate, date_initial, day_box, month_box, year_box
from milestones.forms.entry import PrivateEntryForm, entry_initial
from milestones.forms.text import FreeTextField
from milestones.models.personal_goal import GoalKind, GoalLevel
from milestones.selectors.my_goals import LEVEL_KINDS, GoalRow

_FARTHEST_MONTHS = 120
_DATE_BOXES = ("by_day", "by_month", "by_year")


class PersonalGoalForm(PrivateEntryForm):
    """What a goal of this kind asks for; boxes that it does not ask for are left out."""

    level = forms.ChoiceField(
        label=_("Which level?"),
        choices=GoalLevel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )
    by_day = day_box()
    by_month = month_box()
    by_year = year_box()
    words = FreeTextField(
        label=_("In your own words"),
        max_length=500,
        error_messages={"required": _("Write the goal in your own words.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_with_team = forms.BooleanField(label=_("We agreed on this: my team and I"), required=False)

    def __init__(self, *args: Any, kind: GoalKind, planned_on: Collection[date | None] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.planned_on = kind, planned_on
        if kind not in LEVEL_KINDS:
            del self.fields["level"]
        else:
            self.fields["words"].required = False
        if not self.asks_for_day:
            for name in _DATE_BOXES:
                del self.fields[name]
        if kind is GoalKind.MATTERS:
            del self.fields["is_with_team"]

    @property
    def asks_for_day(self) -> bool:
        """Whether the goal has a day."""
        return self.kind is GoalKind.LEVEL

    def clean(self) -> dict[str, Any]:
        """Read the day; without a day of the month it is the last one."""
        cleaned = super().clean() or {}
        cleaned["by_on"] = None
        if self.asks_for_day:
            found = self.clean_date("by", latest=None, unknown_day=1)
            if found is not None:
                cleaned["by_on"] = self._read_day(found)
        return cleaned

    def _read_day(self, found: PartialDate) -> date:
        day = found.day
        if not found.day_is_known:
            day = day.replace(day=monthrange(day.year, day.month)[1])
        # A day that was planned long ago stays when only the words are changed.
        if day < self.today and day not in self.planned_on:
            self.add_error("by_year", _("This day has passed. Choose one to come."))
        elif day > add_months(self.today, _FARTHEST_MONTHS):
            self.add_error("by_year", _("This is more than ten years ahead. Check the year."))
        return day

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row; only after ``is_valid``."""
        return {
            "kind": self.kind.value,
            "words": self.cleaned_data["words"],
            "level": self.cleaned_data.get("level", ""),
            "by_on": self.cleaned_data["by_on"],
            "is_with_team": self.cleaned_data.get("is_with_team", False),
            **self.private_column(),
        }


def personal_goal_initial(row: GoalRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a goal that is to be changed."""
    if row is None:
        return entry_initial()
    return {
        **entry_initial(row.version),
        **date_initial("by", row.by_on),
        "words": row.words,
        "level": row.level,
        "is_with_team": row.is_with_team,
        "is_private": row.is_private,
    }
