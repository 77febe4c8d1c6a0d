"""Which two periods are held against each other: four months, chosen from those of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.explanations import phrases
from milestones.forms.choices import FixedChoices
from milestones.selectors.care.two_periods import Period

_NAMES = ("first_from", "first_to", "second_from", "second_to")


class TwoPeriodsForm(forms.Form):
    """Two periods, each from one month to another; the ones that are given where none is chosen."""

    first_from = forms.ChoiceField(label=_("First period, from"))
    first_to = forms.ChoiceField(label=_("First period, to"))
    second_from = forms.ChoiceField(label=_("Second period, from"))
    second_to = forms.ChoiceField(label=_("Second period, to"))

    def __init__(self, data: Any, *, months: Sequence[date], given: tuple[Period, Period]) -> None:
        days = [day for period in given for day in period]
        initial = {name: _value(day) for name, day in zip(_NAMES, days, strict=True)}
        super().__init__(data if any(name in data for name in _NAMES) else None, initial=initial)
        self._given = given
        choices = FixedChoices(*((_value(month), phrases.short_month(month)) for month in months))
        for name in _NAMES:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the reader of types
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        for which in ("first", "second"):
            first, last = cleaned.get(f"{which}_from"), cleaned.get(f"{which}_to")
            if first and last and first > last:
                self.add_error(f"{which}_to", _("This month lies before the one that the period begins with."))
        return cleaned

    def chosen(self) -> tuple[Period, Period] | None:
        """Return the two periods, or None where the choice cannot be read."""
        if not self.is_bound:
            return self._given
        if not self.is_valid():
            return None
        days = [date.fromisoformat(f"{self.cleaned_data[name]}-01") for name in _NAMES]
        return (days[0], days[1]), (days[2], days[3])


def _value(month: date) -> str:
    return f"{month.year}-{month.month:02d}"
