"""The check-in: how much each side effect got in the way in the last 7 days, in one page of touches."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.clinical.side_effects import Interference, Symptom
from milestones.forms.choices import FixedChoices
from milestones.forms.dates import PartialDate, date_initial, day_box, month_box, year_box
from milestones.forms.entry import EntryForm, entry_initial
from milestones.forms.text import FreeTextField
from milestones.interchange.draft import CheckInDraft, SideEffectDraft
from milestones.models.check_in import InterferenceChoice, MoodChoice, SymptomChoice, UrgentSignChoice
from milestones.selectors.check_ins import CheckInRow, SideEffectRow

_DEGREES = FixedChoices(*InterferenceChoice.choices)
_NOTE = 500


class SymptomFields(NamedTuple):
    """The boxes of one symptom, for the template; ``key`` names them."""

    key: str
    degree: forms.BoundField
    since_day: forms.BoundField
    since_month: forms.BoundField
    since_year: forms.BoundField
    note: forms.BoundField
    private: forms.BoundField
    name: forms.BoundField | None


def _degree(label: Any, *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        choices=_DEGREES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how much it got in the way.")},
    )


def _note() -> forms.CharField:
    return FreeTextField(label=_("Note"), required=False, max_length=_NOTE, tells_room=False)


def _private() -> forms.BooleanField:
    return forms.BooleanField(label=_("Keep this private"), required=False)


class CheckInForm(EntryForm):
    """Every symptom of the list with four degrees, the urgent signs, and the mood where it is asked."""

    urgent = forms.MultipleChoiceField(
        label=_("Do you have any of these now?"),
        required=False,
        choices=UrgentSignChoice.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    other_name = FreeTextField(label=_("What is it?"), required=False, max_length=60, tells_room=False)
    mood = forms.ChoiceField(
        label=_("How have you been feeling in yourself?"),
        required=False,
        choices=MoodChoice.choices,
        widget=forms.RadioSelect,
    )
    mood_private = _private()

    def __init__(self, *args: Any, today: date, asks_mood: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        for symptom in Symptom:
            name = symptom.name.lower()
            self.fields[f"how_{name}"] = _degree(SymptomChoice(symptom.value).label)
            self.fields[f"since_{name}_day"] = day_box()
            self.fields[f"since_{name}_month"] = month_box()
            self.fields[f"since_{name}_year"] = year_box()
            self.fields[f"note_{name}"] = _note()
            self.fields[f"private_{name}"] = _private()
        if not asks_mood:
            del self.fields["mood"], self.fields["mood_private"]

    @property
    def symptoms(self) -> list[SymptomFields]:
        """The boxes of each symptom, in the order of the list."""
        return [
            SymptomFields(
                name,
                self[f"how_{name}"],
                self[f"since_{name}_day"],
                self[f"since_{name}_month"],
                self[f"since_{name}_year"],
                self[f"note_{name}"],
                self[f"private_{name}"],
                self["other_name"] if symptom is Symptom.OTHER else None,
            )
            for symptom in Symptom
            for name in [symptom.name.lower()]
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for one answer at least, and for a name of what is none of the list; since when may stay empty."""
        cleaned = super().clean() or {}
        for name in [symptom.name.lower() for symptom in Symptom]:
            since = self.clean_date(f"since_{name}", latest=self.today, required=False, unknown_day=1)
            cleaned[f"since_{name}"] = since
            is_said = since is not None or cleaned.get(f"note_{name}") or cleaned.get(f"private_{name}")
            if is_said and not cleaned.get(f"how_{name}") and f"how_{name}" not in self.errors:
                self.add_error(f"how_{name}", _("Choose how much it got in the way."))
        answered = any(cleaned.get(f"how_{symptom.name.lower()}") for symptom in Symptom)
        if not self.errors and not answered and not cleaned.get("urgent") and not cleaned.get("mood"):
            first = f"how_{Symptom.TIREDNESS.name.lower()}"
            self.add_error(first, _("Choose one answer at least, or press “Nothing got in my way”."))
        other = cleaned.get(f"how_{Symptom.OTHER.name.lower()}")
        if other and other != Interference.NOT_AT_ALL.value and not cleaned.get("other_name"):
            self.add_error("other_name", _("Type what it is."))
        return cleaned

    def to_draft(self, latest: CheckInRow | None) -> CheckInDraft:
        """Return what was understood; where nobody says since when, it is carried on from the ``latest`` check-in."""
        cleaned = self.cleaned_data
        before = {effect.symptom: effect for effect in latest.in_the_way} if latest else {}
        return CheckInDraft(
            self.today,
            tuple(
                self._effect(symptom, before.get(symptom.value))
                for symptom in Symptom
                if cleaned[f"how_{symptom.name.lower()}"]
            ),
            tuple(cleaned["urgent"]),
            cleaned.get("mood", ""),
            cleaned.get("mood_private", False),
        )

    def _effect(self, symptom: Symptom, was: SideEffectRow | None) -> SideEffectDraft:
        """Return one symptom as it was typed; ``was`` is what the latest check-in says of it, if it was in the way."""
        name, cleaned = symptom.name.lower(), self.cleaned_data
        degree = cleaned[f"how_{name}"]
        other = cleaned["other_name"] if symptom is Symptom.OTHER else ""
        since: PartialDate | None = cleaned[f"since_{name}"]
        goes_on = was is not None and was.other_name == other and degree != Interference.NOT_AT_ALL.value
        if since is None and was is not None and goes_on and was.since_on is not None:
            since = PartialDate(was.since_on, was.since_day_is_known)
        return SideEffectDraft(
            symptom.value,
            degree,
            other,
            since.day if since else None,
            since.day_is_known if since else True,
            cleaned[f"note_{name}"],
            cleaned[f"private_{name}"],
        )


class QuickCheckInForm(EntryForm):
    """One touch: the same as last time, or nothing."""

    SAME, NOTHING = "same", "nothing"
    quick = forms.ChoiceField(choices=[(SAME, SAME), (NOTHING, NOTHING)])

    def to_draft(self, latest: CheckInRow | None) -> CheckInDraft:
        """Return the side effects of the ``latest`` check-in once more, without their notes; or an empty check-in."""
        if self.cleaned_data["quick"] == self.NOTHING or latest is None:
            return CheckInDraft(self.today)
        return CheckInDraft(
            self.today,
            tuple(
                SideEffectDraft(
                    effect.symptom,
                    effect.interference,
                    effect.other_name,
                    effect.since_on,
                    effect.since_day_is_known,
                    is_private=effect.is_private,
                )
                for effect in latest.counted
            ),
        )


class SideEffectForm(EntryForm):
    """One side effect of a check-in, to be corrected or said more of."""

    other_name = FreeTextField(
        label=_("What is it?"), max_length=60, error_messages={"required": _("Type what it is.")}
    )
    interference = _degree(_("How much did it get in the way in the 7 days before?"), required=True)
    since_day = day_box()
    since_month = month_box()
    since_year = year_box()
    note = FreeTextField(label=_("Note"), required=False, max_length=_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    private = _private()

    def __init__(self, *args: Any, today: date, row: SideEffectRow, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.row = row
        if row.symptom != Symptom.OTHER.value:
            del self.fields["other_name"]

    def clean(self) -> dict[str, Any]:
        """Read since when; all three boxes may stay empty."""
        cleaned = super().clean() or {}
        since = self.clean_date("since", latest=self.today, required=False, unknown_day=1)
        if not self.errors:
            cleaned["draft"] = SideEffectDraft(
                self.row.symptom,
                cleaned["interference"],
                cleaned.get("other_name", ""),
                since.day if since else None,
                since.day_is_known if since else True,
                cleaned["note"],
                cleaned["private"],
            )
        return cleaned

    def to_draft(self) -> SideEffectDraft:
        """Return what was understood; only after ``is_valid``."""
        draft: SideEffectDraft = self.cleaned_data["draft"]
        return draft


def side_effect_initial(row: SideEffectRow) -> dict[str, Any]:
    """Return what the form shows of a side effect."""
    return {
        **entry_initial(row.version),
        "other_name": row.other_name,
        "interference": row.interference,
        "note": row.note,
        "private": row.is_private,
        **date_initial("since", row.since_on, day_is_known=row.since_day_is_known),
    }
