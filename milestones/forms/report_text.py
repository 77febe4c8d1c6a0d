"""Pasting the text of a report, and what the form of a result begins with from what was found in it."""

from __future__ import annotations

from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy

from milestones.clinical.observation import ReadingKind, Scale
from milestones.forms.dates import date_initial
from milestones.forms.result import LESS_THAN, NOT_DETECTED, NUMBER, WORDS
from milestones.interchange.report_text import MOST_CHARACTERS, Found, ReportResult


class ReportTextForm(forms.Form):
    """Takes the text of a report."""

    text = forms.CharField(
        label=gettext_lazy("The text of the report"),
        max_length=MOST_CHARACTERS,
        help_text=gettext_lazy("Open the report, select all of its text, copy it, and paste it here."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={
            "required": gettext_lazy("Paste the text of the report."),
            "max_length": gettext_lazy("This is too long for one report. Paste the part with the result."),
        },
    )


def initial_of(found: ReportResult, held_id: UUID) -> dict[str, str]:
    """Return what the form of a result begins with; what was not found stays open, and the form asks for it.

    The key is the same each time, so that a result taken twice is written once.
    """
    text, reading = found.result.text, found.reading
    is_none = found.result.value == ReadingKind.NOT_DETECTED.value
    answer = NUMBER if reading is None and any(one.isdigit() for one in text) else WORDS
    if reading is not None and reading.kind is ReadingKind.NUMBER:
        answer = LESS_THAN if reading.comparator.is_upper_bound else NUMBER
    scale = found.value_of(Found.SCALE)
    if reading is not None and reading.scale is not Scale.UNKNOWN:
        scale = reading.scale.value
    date = found.date
    initial = {
        **(date_initial("collected", date.day, day_is_known=date.day_is_known) if date is not None else {}),
        "answer": NOT_DETECTED if is_none else answer,
        "reported": "" if is_none else text,
        "unit": "%" if "%" in text else "",
        "scale": scale,
        "control_gene": found.value_of(Found.CONTROL_GENE),
        "control_gene_copies": found.value_of(Found.COPIES),
        "limit_of_detection": found.value_of(Found.LIMIT),
        "printed_level": found.value_of(Found.LEVEL),
        "idempotency_key": str(uuid5(held_id, f"{found.result.line} {found.result.start}")),
    }
    return {name: value for name, value in initial.items() if value}
