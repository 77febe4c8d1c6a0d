"""Choosing a file of results, and saying what its columns hold. What the file leaves open is asked, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.clinical.observation import Scale
from milestones.clinical.units import Unit
from milestones.explanations import phrases
from milestones.forms.choices import FixedChoices
from milestones.interchange.columns import READ, Key
from milestones.interchange.fhir_json import RefusedFileError
from milestones.interchange.fhir_rows import looks_like_json, read_fhir_rows
from milestones.interchange.file_dates import DateOrder, FoundDate, read_date
from milestones.interchange.incoming import FileProblem, UnreadableFileError
from milestones.interchange.table_file import MOST_BYTES, read_table
from milestones.interchange.table_rows import Choices, filled_in
from milestones.selectors.import_words import column_title, file_problem_in_words
from milestones.selectors.imports import ReadTable, choices_from, sample_cells, stored_choices

_MOST_PASTED = 200_000
_UNITS = FixedChoices(
    (Unit.PERCENT.value, gettext_lazy("Percent (%)")),
    (Unit.RATIO.value, gettext_lazy("A ratio, where 0.001 is 0.1%")),
)
_SCALES = FixedChoices(
    (Scale.IS.value, gettext_lazy("Yes")),
    (Scale.NOT_IS.value, gettext_lazy("No")),
    (Scale.UNKNOWN.value, gettext_lazy("I do not know")),
)
_MARKS = FixedChoices(
    (".", gettext_lazy("The point, as in 1.5")),
    (",", gettext_lazy("The comma, as in 1,5")),
)


class ImportFileForm(forms.Form):
    """Takes a file, or cells that were copied, and reads them as a table; ``content`` holds it after ``is_valid``."""

    file = forms.FileField(
        label=gettext_lazy("Your file"),
        help_text=gettext_lazy("A table (CSV, XLSX) or a portal's file (FHIR, JSON): at most 1 MB and 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json,.ndjson"}),
        allow_empty_file=True,
        required=False,
    )
    cells = forms.CharField(
        label=gettext_lazy("Or paste the cells of your table, with their headings"),
        required=False,
        strip=False,
        max_length=_MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # read by our field template

    def clean(self) -> dict[str, Any]:
        """Read what was given as a table."""
        cleaned = super().clean() or {}
        file, cells = cleaned.get("file"), cleaned.get("cells") or ""
        if not file and not cells.strip():
            self.add_error("file", _("Choose a file, or paste the cells of your table."))
            return cleaned
        if file and file.size > MOST_BYTES:
            self.add_error("file", file_problem_in_words(FileProblem.TOO_LARGE))
            return cleaned
        self.content = bytes(file.read()) if file else cells.encode()
        field = "file" if file else "cells"
        self.is_fhir = looks_like_json(self.content)
        try:
            if self.is_fhir:
                rows, _warnings = read_fhir_rows(self.content)
                if not rows:
                    self.add_error(field, _("This file holds nothing that could be brought in."))
            else:
                read_table(self.content)
        except UnreadableFileError as error:
            self.add_error(field, file_problem_in_words(error.reason))
        except RefusedFileError as refused:
            self.add_error(field, str(refused))
        return cleaned


class ColumnsForm(forms.Form):
    """One choice for each column of a table, and one for each thing that its cells leave open."""

    def __init__(self, data: Any = None, *, read: ReadTable) -> None:
        super().__init__(data)
        self.read = read
        columns = read.choices.columns
        keys = [("", _("Leave it out")), *((column.key.value, column_title(column.key)) for column in READ)]
        for place, heading in enumerate(read.table.headings):
            samples = "; ".join(sample_cells(read.table, place))
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)s") % {"number": place + 1},
                choices=keys,
                required=False,
                initial=columns[place].value if place in columns else "",
                help_text=_("For example: %(cells)s") % {"cells": samples} if samples else _("No cell is filled."),
            )
            self.fields[f"column_{place}"].hide_optional = True  # type: ignore[attr-defined]  # read by our field template
        self._ask()

    def _ask(self) -> None:
        asked, given = self.read.questions, self.read.choices
        if asked.date_order:
            label = _("Which day is %(example)s?") % {"example": asked.date_order}
            choices = _both_orders(asked.date_order)
            self.fields["date_order"] = _radio(label, choices, given.date_order)
        if asked.decimal_mark:
            label = _("What is the decimal mark in %(example)s?") % {"example": asked.decimal_mark}
            self.fields["decimal_mark"] = _radio(label, _MARKS, given.decimal_mark)
        if asked.unit:
            label = _("What are numbers without a sign, such as %(example)s?") % {"example": asked.unit}
            self.fields["unit"] = _radio(label, _UNITS, given.unit)
        if asked.scale:
            label = _("Are these results on the International Scale (IS)?")
            self.fields["scale"] = _radio(label, _SCALES, given.scale)

    @property
    def columns(self) -> list[forms.BoundField]:
        """The choices of columns, for the template."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    @property
    def questions(self) -> list[forms.BoundField]:
        """What is asked about all rows, for the template."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        """See that what is needed is there, and nothing is there twice."""
        cleaned = super().clean() or {}
        chosen: dict[str, str] = {}
        for name in (name for name in self.fields if name.startswith("column_")):
            key = cleaned.get(name)
            if key and key in chosen.values():
                self.add_error(name, _("Another column is “%(title)s” already.") % {"title": column_title(Key(key))})
            elif key:
                chosen[name.removeprefix("column_")] = key
        kept = {"columns": chosen, **{name: cleaned.get(name) or "" for name in _FOR_ALL}}
        self.chosen = filled_in(self.read.table, choices_from({**stored_choices(Choices()), **kept}))
        read = ReadTable(self.read.table, self.chosen, self.read.questions)
        for key in read.missing:
            message = _("Say which column is “%(title)s”.") % {"title": column_title(key)}
            self.add_error("column_0", message)
        return cleaned


_FOR_ALL = ("date_order", "decimal_mark", "unit", "scale")


def _radio(label: str, choices: Iterable[tuple[str, Any]], given: Any) -> forms.ChoiceField:
    # What may be left unanswered here is asked again on the page itself.
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        initial=given.value if hasattr(given, "value") else given or "",
        error_messages={"required": _("Choose one.")},
    )


def _both_orders(example: str) -> list[tuple[str, str]]:
    """Return what each order makes of an example, as far as it is a date in it."""
    found = [(order, read_date(example, order)) for order in DateOrder]
    return [
        (order.value, phrases.long_date(one.day, day_is_known=one.day_is_known))
        for order, one in found
        if isinstance(one, FoundDate)
    ]


class SeenForm(forms.Form):
    """The box to tick before rows that ask a question are brought in."""

    seen = forms.MultipleChoiceField(
        label="",
        choices=[("1", gettext_lazy("I have looked at the rows that ask for it. They are right."))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Some rows ask you to look at them. Look, then tick this box.")},
    )


def tick(name: str, value: str, label: str, *, is_ticked: bool = False) -> forms.BoundField:
    """Return one box to tick, for ``components/choice.html``."""
    form = forms.Form(initial={name: [value] if is_ticked else []}, auto_id=f"id_%s_{value}")
    form.fields[name] = forms.MultipleChoiceField(
        choices=[(value, label)], required=False, widget=forms.CheckboxSelectMultiple
    )
    return form[name]
