"""Blood counts, chromosomes and mutations as a report has them. Numbers go through the one parser; a unit is chosen.

Source: check H34; clinical rules, section 1, rule 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from milestones.clinical.counts import Analyte, Count, CountUnit, parse_count
from milestones.clinical.notation import DecimalMark, Refusal
from milestones.explanations.catalogue import explain
from milestones.forms.asking import AskingForm
from milestones.forms.choices import FixedChoices
from milestones.forms.dates import date_initial, day_box, month_box, year_box
from milestones.forms.entry import EntryForm, entry_initial
from milestones.selectors.other_results import OtherResultRow, name_of, unit_choices

_DECIMAL = {"inputmode": "decimal", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_MARKS = FixedChoices((".", _("The point, as in 1.5")), (",", _("The comma, as in 1,5")))
_FOUND, _NONE = "found", "none"
_MOST_CELLS = 1_000
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class CountLine:
    """One count on the page: the box of its number and the list of its units."""

    number: BoundField
    unit: BoundField


class OtherResultForm(AskingForm, EntryForm):
    """What every other result has: the day of the sample, and the laboratory."""

    collected_day = day_box()
    collected_month = month_box()
    collected_year = year_box()
    laboratory = forms.CharField(label=_("Laboratory"), required=False, max_length=80)

    def read_day(self) -> dict[str, Any]:
        """Return the columns of day and laboratory; the day has to be known, as counts of one day belong together."""
        found = self.clean_date("collected", latest=self.today)
        if found is not None and not found.day_is_known:
            self.add_error("collected_day", _("Type the day too: counts of one day belong together."))
        if found is None or self.errors:
            return {}
        return {"collected_on": found.day, "laboratory": self.cleaned_data.get("laboratory", "")}

    def read(self, name: str) -> Decimal | None:
        """Return the number in a box, or None where it is empty or what was typed is asked about."""
        text = (self.cleaned_data.get(name) or "").strip()
        if not text:
            return None
        found = parse_count(text, self._mark())
        if not isinstance(found, Refusal):
            return found
        if found is Refusal.THOUSANDS_OR_DECIMAL and "decimal_mark" in self.fields:
            self.add_error("decimal_mark", explain(found, text=text).body)
        elif found is Refusal.NOT_A_NUMBER:
            self.add_error(name, _("Type only the number, in digits. The unit is chosen beside it."))
        else:
            self.add_error(name, explain(found, text=text).body)
        return None

    def _mark(self) -> DecimalMark | None:
        chosen = self.cleaned_data.get("decimal_mark")
        return "." if chosen == "." else "," if chosen == "," else None

    @property
    def asks_decimal_mark(self) -> bool:
        """Whether a number typed can be read in two ways, so that the page has to ask."""
        return "decimal_mark" in self.errors or bool(self.data.get("decimal_mark"))

    @property
    def columns(self) -> Mapping[str, Any]:
        """The columns of the row; only after ``is_valid``."""
        raise NotImplementedError

    @property
    def counts(self) -> list[Count]:
        """The values as the core reads them; only after ``is_valid``."""
        return []


def _mark_field() -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=_("Which is the decimal mark of this report?"), required=False, choices=_MARKS, widget=forms.RadioSelect
    )
    field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template
    return field


class CountsForm(OtherResultForm):
    """The counts of one report: a number and a chosen unit for each; what the report does not have stays empty."""

    decimal_mark = _mark_field()

    def __init__(self, *args: Any, analytes: Sequence[Analyte], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.analytes = analytes
        for analyte in analytes:
            name = field_of(analyte)
            self.fields[name] = _number_field(analyte)
            self.fields[f"{name}_unit"] = _unit_field(analyte)

    @property
    def lines(self) -> list[CountLine]:
        """The boxes of each count, in the order of the report."""
        names = [field_of(analyte) for analyte in self.analytes]
        return [CountLine(self[name], self[f"{name}_unit"]) for name in names]

    def clean(self) -> dict[str, Any]:
        """Read each number; one without a unit is asked about."""
        cleaned = super().clean() or {}
        texts = {analyte: (cleaned.get(field_of(analyte)) or "").strip() for analyte in self.analytes}
        values = {analyte: self.read(field_of(analyte)) for analyte in self.analytes}
        for analyte, text in texts.items():
            name = f"{field_of(analyte)}_unit"
            if text and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Choose the unit that the report prints. We never guess it."))
        if not any(texts.values()) and not self.errors:
            self.add_error(field_of(self.analytes[0]), _("Type at least one count."))
        day = self.read_day()
        if not self.errors:
            cleaned["rows"] = {
                analyte: {
                    **day,
                    "reported_text": texts[analyte].removesuffix("%").strip(),
                    "value": value,
                    "unit": cleaned[f"{field_of(analyte)}_unit"],
                }
                for analyte, value in values.items()
                if value is not None
            }
        return cleaned

    @property
    def rows(self) -> Mapping[Analyte, Mapping[str, Any]]:
        """The columns of each row; only after ``is_valid``."""
        rows: Mapping[Analyte, Mapping[str, Any]] = self.cleaned_data["rows"]
        return rows

    @property
    def columns(self) -> Mapping[str, Any]:
        """The columns of the only row of a form for one count; only after ``is_valid``."""
        return self.rows[self.analytes[0]]

    @property
    def counts(self) -> list[Count]:
        """The values as the core reads them; only after ``is_valid``."""
        return [
            Count(analyte, row["value"], CountUnit(row["unit"]), row["collected_on"])
            for analyte, row in self.rows.items()
        ]


class ChromosomesForm(OtherResultForm):
    """The share of cells with the Ph chromosome."""

    percent = forms.CharField(
        label=_("How many of the cells had the Ph chromosome, in percent?"),
        max_length=_LONGEST_NUMBER,
        help_text=_("If the report says 0 of 20, type 0. If it says 5 of 20, type 25."),
        widget=forms.TextInput(attrs=_DECIMAL),
        error_messages={"required": _("Type the percentage.")},
    )
    decimal_mark = _mark_field()
    metaphases = forms.CharField(
        label=_("How many cells (metaphases) were looked at?"),
        required=False,
        max_length=4,
        widget=forms.TextInput(attrs={**_DECIMAL, "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the percentage and the number of cells."""
        cleaned = super().clean() or {}
        value, text = self.read("percent"), (cleaned.get("metaphases") or "").strip()
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_CELLS):
            self.add_error("metaphases", _("Type a whole number from 1 to 1000, or leave it empty."))
        day = self.read_day()
        if not self.errors:
            cleaned["columns"] = {
                **day,
                "reported_text": cleaned["percent"].strip().removesuffix("%").strip(),
                "value": value,
                "unit": CountUnit.PERCENT.value,
                "metaphases": int(text) if text else None,
            }
        return cleaned

    @property
    def columns(self) -> Mapping[str, Any]:
        """The columns of the row; only after ``is_valid``."""
        return {**self.cleaned_data["columns"], "analyte": Analyte.PH_METAPHASES.value}

    @property
    def counts(self) -> list[Count]:
        """The value as the core reads it; only after ``is_valid``."""
        columns = self.columns
        return [Count(Analyte.PH_METAPHASES, columns["value"], CountUnit.PERCENT, columns["collected_on"])]


class MutationForm(OtherResultForm):
    """Whether a mutation was found, and which one."""

    answer = forms.ChoiceField(
        label=_("Was a mutation found?"),
        choices=[(_NONE, _("No, none was found")), (_FOUND, _("Yes"))],
        widget=forms.RadioSelect,
        help_text=_("What you write here changes no goal. It is there for your talk with your team."),
        error_messages={"required": _("Choose yes or no.")},
    )
    mutation = forms.CharField(
        label=_("Which one?"),
        required=False,
        max_length=40,
        help_text=_("As it is printed: often a letter, a number and a letter."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the answer; a name beside "none" is asked about."""
        cleaned = super().clean() or {}
        is_found = cleaned.get("answer") == _FOUND
        if cleaned.get("answer") == _NONE and cleaned.get("mutation"):
            self.add_error("mutation", _("You chose that none was found, and typed one. Clear one of the two."))
        day = self.read_day()
        if not self.errors:
            cleaned["columns"] = {**day, "is_found": is_found, "mutation": cleaned["mutation"]}
        return cleaned

    @property
    def columns(self) -> Mapping[str, Any]:
        """The columns of the row; only after ``is_valid``."""
        return {**self.cleaned_data["columns"], "analyte": Analyte.MUTATION.value}


def field_of(analyte: Analyte) -> str:
    """Return the name of the box for a count."""
    return analyte.name.lower()


def _number_field(analyte: Analyte) -> forms.CharField:
    return forms.CharField(
        label=name_of(analyte),
        required=False,
        max_length=_LONGEST_NUMBER,
        widget=forms.TextInput(attrs=_DECIMAL),
    )


def _unit_field(analyte: Analyte) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=_("Unit of %(name)s") % {"name": name_of(analyte).lower()},
        required=False,
        choices=[("", _("Choose the unit")), *unit_choices(analyte)],
    )
    field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template
    return field


def counts_initial(units: Mapping[Analyte, str], laboratory: str = "") -> dict[str, Any]:
    """Return what a form for new counts shows: the units that were chosen last, and no number."""
    return {
        **entry_initial(),
        "laboratory": laboratory,
        **{f"{field_of(analyte)}_unit": unit for analyte, unit in units.items()},
    }


def other_result_initial(row: OtherResultRow) -> dict[str, Any]:
    """Return what a form shows of a result that is to be changed."""
    name = field_of(row.analyte)
    return {
        **entry_initial(row.version),
        **date_initial("collected", row.collected_on),
        "laboratory": row.laboratory,
        name: row.reported_text,
        f"{name}_unit": row.unit,
        "percent": row.reported_text,
        "metaphases": "" if row.metaphases is None else str(row.metaphases),
        "answer": _FOUND if row.is_found else _NONE,
        "mutation": row.mutation,
    }
