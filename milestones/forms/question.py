"""A question for a visit, and its answer, typed by a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.dates import date_initial, day_box, month_box, year_box
from milestones.forms.entry import EntryForm, PrivateEntryForm, entry_initial
from milestones.forms.text import FreeTextField
from milestones.selectors.questions import QuestionRow
from milestones.selectors.visits import VisitRow

# An answer is mostly written down within a month of the visit; later it is more likely to be of today.
_RECENT_DAYS = 31


class QuestionForm(PrivateEntryForm):
    """One question, in one's own words."""

    words = FreeTextField(
        label=_("Your question"),
        max_length=300,
        help_text=_("One question at a time, in your own words."),
        error_messages={"required": _("Type your question.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row; only after ``is_valid``."""
        return {"words": " ".join(self.cleaned_data["words"].split()), **self.private_column()}


class AnswerForm(EntryForm):
    """The answer, and the day it was given."""

    answer = FreeTextField(
        label=_("The answer"),
        max_length=2000,
        help_text=_("As you remember it. A few words are enough."),
        error_messages={"required": _("Type the answer.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    on_day = day_box()
    on_month = month_box()
    on_year = year_box()

    def clean(self) -> dict[str, Any]:
        """Read the day; it has to be known, and has come."""
        cleaned = super().clean() or {}
        found = self.clean_date("on", latest=self.today)
        if found is not None and not found.day_is_known:
            self.add_error("on_day", _("Type the day too."))
        elif found is not None:
            cleaned["answered_on"] = found.day
        return cleaned


def question_initial(row: QuestionRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a question that is to be changed."""
    if row is None:
        return entry_initial()
    return {**entry_initial(row.version), "words": row.words, "is_private": row.is_private}


def answer_initial(row: QuestionRow, last: VisitRow | None, today: date) -> dict[str, Any]:
    """Return what the form shows: the answer that is kept, else the day of a recent visit, or today."""
    day = row.answered_on
    if day is None:
        is_recent = last is not None and today - last.visit_on <= timedelta(days=_RECENT_DAYS)
        day = last.visit_on if last is not None and is_recent else today
    return {**entry_initial(row.version), "answer": row.answer, **date_initial("on", day)}
