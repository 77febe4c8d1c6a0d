"""The set-up questions, each on a page of its own and each skippable, and the settings that repeat them."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.notation import Refusal
from milestones.clinical.observation import ReadingKind, Scale, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.explanations.catalogue import explain
from milestones.forms.dates import DateBoxesMixin, date_initial, month_box, year_box
from milestones.forms.text import FreeTextField
from milestones.selectors.timelines import Profile
from milestones.services.profiles import ProfileChanges

_SCALES = [(Scale.IS.value, _("Yes")), (Scale.NOT_IS.value, _("No")), (Scale.UNKNOWN.value, _("I do not know"))]
_UNITS = [(Unit.PERCENT.value, _("Percent (%)")), (Unit.RATIO.value, _("A ratio, with no % sign"))]
_REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
# Zones by a place where somebody lives; the database also names offsets and long-gone ones.
_PLACES = ["UTC", *(name for name in sorted(zoneinfo.available_timezones()) if name.startswith(_REGIONS))]
_TRANSCRIPTS = [
    (Transcript.P210.value, _("p210 (e13a2 or e14a2), or I do not know: nearly everyone has it")),
    (Transcript.OTHER.value, _("Another one, such as p190 or p230")),
]


class DiagnosisForm(DateBoxesMixin, forms.Form):
    """Month and year of the diagnosis."""

    diagnosed_month = month_box()
    diagnosed_year = year_box()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Read the month; both boxes may stay empty."""
        cleaned = super().clean() or {}
        found = self.clean_date("diagnosed", latest=self.today, required=False, unknown_day=1)
        cleaned["diagnosed_on"] = found.day if found else None
        return cleaned

    def changes(self) -> ProfileChanges:
        """Return what to save; only after ``is_valid``."""
        return {"diagnosed_on": self.cleaned_data["diagnosed_on"]}


class BaselineForm(forms.Form):
    """The own level at diagnosis, with the same care as any other result."""

    baseline_text = forms.CharField(
        label=_("Your BCR::ABL1 level at diagnosis"),
        required=False,
        max_length=60,
        help_text=_("Type it as the report prints it, for example 85 %. Leave it empty if you do not know it."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    baseline_unit = forms.ChoiceField(
        label=_("Is the number a percentage?"), required=False, choices=_UNITS, widget=forms.RadioSelect
    )
    baseline_scale = forms.ChoiceField(
        label=_("Does it say “International Scale” or “IS”?"),
        required=False,
        choices=_SCALES,
        widget=forms.RadioSelect,
    )
    baseline_laboratory = forms.CharField(label=_("Laboratory"), required=False, max_length=80)
    transcript = forms.ChoiceField(
        label=_("Type of the CML gene (transcript)"), required=False, choices=_TRANSCRIPTS, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        """Read the text by the one parser; only a measured number can be compared with."""
        cleaned = super().clean() or {}
        text = (cleaned.get("baseline_text") or "").strip()
        if not text:
            return cleaned
        unit = Unit(cleaned["baseline_unit"]) if cleaned.get("baseline_unit") else None
        reading = parse_reading(text, unit=unit)
        if isinstance(reading, Refusal):
            field = "baseline_unit" if reading in (Refusal.UNIT_UNKNOWN, Refusal.UNIT_CONFLICT) else "baseline_text"
            self.add_error(field, explain(reading, text=text).body)
        elif reading.kind is not ReadingKind.NUMBER or reading.comparator.is_upper_bound:
            self.add_error("baseline_text", _("Type the number that was measured, such as 85 %."))
        elif not cleaned.get("baseline_scale"):
            self.add_error("baseline_scale", _("Say yes, no, or that you do not know."))
        return cleaned

    def changes(self) -> ProfileChanges:
        """Return what to save; only after ``is_valid``."""
        cleaned = self.cleaned_data
        return {
            "baseline_text": (cleaned["baseline_text"] or "").strip(),
            "baseline_unit": cleaned["baseline_unit"],
            "baseline_scale": cleaned["baseline_scale"] or Scale.UNKNOWN.value,
            "baseline_laboratory": cleaned["baseline_laboratory"],
            "transcript": cleaned["transcript"] or Transcript.P210.value,
        }


class RuleSetForm(forms.Form):
    """Which guideline the results are held against."""

    rule_set = forms.ChoiceField(label=_("Which goals does your team use?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule_set"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
        field.choices = [(rules.id, f"{rules.short_name} ({rules.name})") for rules in load_rule_sets().values()]

    def changes(self) -> ProfileChanges:
        """Return what to save; only after ``is_valid``."""
        return {"rule_set": self.cleaned_data["rule_set"]}


class IntervalForm(forms.Form):
    """How often a person is tested once MMR holds."""

    test_interval_months = forms.TypedChoiceField(
        label=_("How often are you tested, once your response holds?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Every 3 months")), *[(str(n), _("Every %d months") % n) for n in (4, 5, 6)]],
    )

    def changes(self) -> ProfileChanges:
        """Return what to save; only after ``is_valid``."""
        return {"test_interval_months": self.cleaned_data["test_interval_months"]}


class WhenReadyForm(forms.Form):
    """Whether a result that the team entered waits until the person asks for it."""

    shows_when_ready = forms.BooleanField(
        label=_("A result from my team opens only when I ask for it"),
        required=False,
        help_text=_("You see that it is there. You choose the moment to look."),
    )

    def changes(self) -> ProfileChanges:
        """Return what to save; only after ``is_valid``."""
        return {"shows_when_ready": self.cleaned_data["shows_when_ready"]}


class PersonForm(forms.Form):
    """Name and time zone."""

    display_name = FreeTextField(
        label=_("Name to show"), required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name.replace("_", " ")) for name in _PLACES],
        help_text=_("It decides which day “today” is for you."),
    )


def profile_initial(profile: Profile) -> dict[str, Any]:
    """Return what the profile's forms show."""
    return {
        **date_initial("diagnosed", profile.diagnosed_on),
        "baseline_text": profile.baseline_text,
        "baseline_unit": profile.baseline_unit,
        "baseline_scale": profile.baseline_scale if profile.baseline_text else "",
        "baseline_laboratory": profile.baseline_laboratory,
        "transcript": profile.transcript,
        "rule_set": profile.rule_set,
        "test_interval_months": profile.test_interval_months or "",
        "shows_when_ready": profile.shows_when_ready,
    }
