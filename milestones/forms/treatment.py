"""A line of treatment, typed by a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.asking import AskingForm
from milestones.forms.dates import DateBoxesMixin, PartialDate, date_initial, day_box, month_box, year_box
from milestones.forms.result import new_key
from milestones.interchange.draft import TreatmentDraft
from milestones.models.treatment import MedicineChoice
from milestones.selectors.treatment_rows import TreatmentRow

_FIRST_OF_MONTH = 1


class TreatmentForm(DateBoxesMixin, AskingForm):
    """Medicine, dose, first dose, and last dose where it has stopped."""

    medicine = forms.ChoiceField(
        label=_("Which medicine?"),
        choices=[("", _("Choose")), *MedicineChoice.choices],
        error_messages={"required": _("Choose the medicine.")},
    )
    dose = forms.CharField(
        label=_("Dose"),
        required=False,
        max_length=40,
        help_text=_("For example 400 mg a day. We only show it."),
    )
    started_day = day_box()
    started_month = month_box()
    started_year = year_box()
    stopped_day = day_box()
    stopped_month = month_box()
    stopped_year = year_box()
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Read both dates; a stop is not before its start."""
        cleaned = super().clean() or {}
        started = self.clean_date("started", latest=self.today, unknown_day=_FIRST_OF_MONTH)
        stopped = self.clean_date("stopped", latest=self.today, required=False, unknown_day=_FIRST_OF_MONTH)
        if self.errors or started is None:
            return cleaned
        if stopped is not None and self._is_before(stopped, started):
            self.add_error("stopped_year", _("The last dose is before the first one. Check both dates."))
            return cleaned
        cleaned["draft"] = TreatmentDraft(
            cleaned["medicine"],
            started.day,
            cleaned["dose"],
            started.day_is_known,
            max(stopped.day, started.day) if stopped else None,
            stopped.day_is_known if stopped else True,
        )
        return cleaned

    @staticmethod
    def _is_before(stopped: PartialDate, started: PartialDate) -> bool:
        if stopped.day_is_known:
            return stopped.day < started.day
        return (stopped.day.year, stopped.day.month) < (started.day.year, started.day.month)

    def to_draft(self) -> TreatmentDraft:
        """Return the line as it was understood; only after ``is_valid``."""
        draft: TreatmentDraft = self.cleaned_data["draft"]
        return draft


def treatment_initial(row: TreatmentRow | None) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a line that is to be changed."""
    initial: dict[str, Any] = {"idempotency_key": new_key()}
    if row is None:
        return initial
    return {
        **initial,
        "medicine": row.medicine,
        "dose": row.dose,
        **date_initial("started", row.started_on, day_is_known=row.started_day_is_known),
        **date_initial("stopped", row.stopped_on, day_is_known=row.stopped_day_is_known),
        "version": row.version,
    }
