"""Another dose or a break, typed by a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.explanations import phrases
from milestones.forms.dates import DateBoxesMixin, PartialDate, date_initial, day_box, month_box, year_box
from milestones.forms.result import new_key
from milestones.interchange.draft import TreatmentChangeDraft
from milestones.models.treatment_change import ChangeReason, TreatmentChangeKind
from milestones.selectors.treatment_rows import TreatmentChangeRow, TreatmentRow

_FIRST_OF_MONTH = 1


class TreatmentChangeForm(DateBoxesMixin, forms.Form):
    """From when, for a break until when, for a dose which one; and why, if somebody wants to say."""

    dose = forms.CharField(
        label=_("New dose"),
        max_length=40,
        help_text=_("For example 300 mg a day. We only show it."),
        error_messages={"required": _("Type the new dose.")},
    )
    started_day = day_box()
    started_month = month_box()
    started_year = year_box()
    ended_day = day_box()
    ended_month = month_box()
    ended_year = year_box()
    reason = forms.ChoiceField(
        label=_("Why?"),
        required=False,
        choices=[("", _("I would rather not say, or I do not know")), *ChangeReason.choices],
        help_text=_("It is written into your record for you and your team. Nobody judges it."),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, kind: TreatmentChangeKind, line: TreatmentRow, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.line, self.today = kind, line, today
        if self.is_break:
            del self.fields["dose"]

    @property
    def is_break(self) -> bool:
        """Whether the form is about a break."""
        return self.kind is TreatmentChangeKind.BREAK

    def clean(self) -> dict[str, Any]:
        """Read the dates; they lie within the line of treatment, and a break does not end before it begins."""
        cleaned = super().clean() or {}
        started = self.clean_date("started", latest=self.today, unknown_day=_FIRST_OF_MONTH)
        ended = None
        if self.is_break:
            ended = self.clean_date("ended", latest=self.today, required=False, unknown_day=_FIRST_OF_MONTH)
        if self.errors or started is None or not self._lies_within(started, ended):
            return cleaned
        first = max(started.day, self.line.started_on)
        cleaned["draft"] = TreatmentChangeDraft(
            self.kind.value,
            first,
            started.day_is_known,
            max(ended.day, first) if ended else None,
            ended.day_is_known if ended else True,
            cleaned.get("dose", ""),
            cleaned["reason"],
        )
        return cleaned

    def _lies_within(self, started: PartialDate, ended: PartialDate | None) -> bool:
        line = self.line
        if _is_before(started, line.started_on, day_is_known=line.started_day_is_known):
            first = phrases.long_date(line.started_on, day_is_known=line.started_day_is_known)
            self.add_error("started_year", _("The first dose was on %(date)s. Check both dates.") % {"date": first})
        elif line.stopped_on is not None and started.day > line.stopped_on:
            last = phrases.long_date(line.stopped_on, day_is_known=line.stopped_day_is_known)
            self.add_error("started_year", _("The last dose was on %(date)s. Check both dates.") % {"date": last})
        elif ended is not None and _is_before(ended, started.day, day_is_known=started.day_is_known):
            self.add_error("ended_year", _("The break ends before it begins. Check both dates."))
        return not self.errors

    def to_draft(self) -> TreatmentChangeDraft:
        """Return what was understood; only after ``is_valid``."""
        draft: TreatmentChangeDraft = self.cleaned_data["draft"]
        return draft


def _is_before(one: PartialDate, other: date, *, day_is_known: bool) -> bool:
    if one.day_is_known and day_is_known:
        return one.day < other
    return (one.day.year, one.day.month) < (other.year, other.month)


def treatment_change_initial(row: TreatmentChangeRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a row that is to be changed."""
    initial: dict[str, Any] = {"idempotency_key": new_key()}
    if row is None:
        return initial
    return {
        **initial,
        "dose": row.dose,
        "reason": row.reason,
        **date_initial("started", row.started_on, day_is_known=row.started_day_is_known),
        **date_initial("ended", row.ended_on, day_is_known=row.ended_day_is_known),
        "version": row.version,
    }
