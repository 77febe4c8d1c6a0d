"""A date in three boxes, its month chosen by name: no order of digits to mistake. Source: checks H17 and H18."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from milestones.explanations.phrases import MONTHS
from milestones.forms.choices import FixedChoices

_MIDDLE_OF_MONTH = 15
_FIRST_YEAR = 1990
_LAST_YEAR = 2100
_MONTHS = FixedChoices(("", _("Month")), *((str(number), name) for number, name in enumerate(MONTHS, start=1)))


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date, and whether its day is known."""

    day: date
    day_is_known: bool


class DateBoxesMixin(forms.BaseForm):
    """Cleans three boxes named ``<name>_day``, ``<name>_month`` and ``<name>_year`` into one ``PartialDate``."""

    def clean_date(
        self, name: str, *, latest: date | None, required: bool = True, unknown_day: int = _MIDDLE_OF_MONTH
    ) -> PartialDate | None:
        """Return the date, or None after putting the reason on the box that it is about.

        Args:
            name: what the boxes' names begin with.
            latest: the last day that is accepted; a later one is said to lie in the future.
            required: whether three empty boxes are an error.
            unknown_day: the day of the month that stands where the day is not known.
        """
        texts = {part: str(self.data.get(self.add_prefix(f"{name}_{part}"), "")).strip() for part in _PARTS}
        if not any(texts.values()):
            if required:
                self.add_error(f"{name}_month", _("Give the date: at least month and year."))
            return None
        month = self._number(name, "month", texts, 1, 12, _("Choose the month."))
        year = self._number(
            name, "year", texts, _FIRST_YEAR, _LAST_YEAR, _("Type the year with four digits, from 1990 on.")
        )
        if month is None or year is None:
            return None
        if texts["day"]:
            return self._full_date(name, texts, year, month, latest)
        return self._month_only(name, year, month, latest, unknown_day)

    def _full_date(
        self, name: str, texts: dict[str, str], year: int, month: int, latest: date | None
    ) -> PartialDate | None:
        day = self._number(name, "day", texts, 1, 31, _("The day is a number from 1 to 31."))
        if day is None:
            return None
        try:
            found = date(year, month, day)
        except ValueError:
            self.add_error(f"{name}_day", _("This month has no such day."))
            return None
        if latest is not None and found > latest:
            self.add_error(f"{name}_year", _("This date has not come yet. Check day, month and year."))
            return None
        return PartialDate(found, day_is_known=True)

    def _month_only(
        self, name: str, year: int, month: int, latest: date | None, unknown_day: int
    ) -> PartialDate | None:
        first = date(year, month, 1)
        if latest is not None and first > latest:
            self.add_error(f"{name}_year", _("This month has not come yet. Check month and year."))
            return None
        found = first.replace(day=unknown_day)
        return PartialDate(found if latest is None else min(found, latest), day_is_known=False)

    def _number(self, name: str, part: str, texts: dict[str, str], least: int, most: int, problem: Any) -> int | None:
        text = texts[part]
        # isdigit alone takes digits of other scripts, which would be guessed.
        if not (text.isascii() and text.isdigit() and least <= int(text[:6]) <= most):
            self.add_error(f"{name}_{part}", cast("ValidationError", problem))
            return None
        return int(text)


_PARTS = ("day", "month", "year")


def day_box() -> forms.CharField:
    """Return the box for the day; it may stay empty."""
    field = forms.CharField(
        label=_("Day"),
        required=False,
        max_length=2,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template
    return field


def month_box() -> forms.ChoiceField:
    """Return the list of months, by name."""
    field = forms.ChoiceField(label=_("Month"), required=False, choices=_MONTHS)
    field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template
    return field


def year_box() -> forms.CharField:
    """Return the box for the year."""
    field = forms.CharField(
        label=_("Year"),
        required=False,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template
    return field


def date_initial(name: str, day: date | None, *, day_is_known: bool = True) -> dict[str, str]:
    """Return what the three boxes show for a date."""
    if day is None:
        return {}
    shown = str(day.day) if day_is_known else ""
    return {f"{name}_day": shown, f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
