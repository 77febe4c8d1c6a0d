"""What is on the discussion guide, and on which paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient
from milestones.selectors.guide import SECTION_NAMES, USUAL_SECTIONS, GuideSection, sections_open_to

PAPERS = (("a4", _("A4")), ("letter", _("US Letter")))


class GuideForm(forms.Form):
    """It is sent by GET, so that the preview and the PDF have the same address but for their names."""

    part = forms.MultipleChoiceField(
        label=_("What is on it"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one part."),
            "invalid_choice": _("Choose from the parts that are listed."),
        },
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=PAPERS, widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, patient: Patient) -> None:
        # Who comes without having chosen finds the usual choice.
        is_chosen = bool(data)
        super().__init__(data if is_chosen else None)
        sections = sections_open_to(patient)
        self.fields["part"].choices = [(one.value, SECTION_NAMES[one]) for one in sections]  # type: ignore[attr-defined]  # a field with choices
        self.initial = {"part": [one.value for one in USUAL_SECTIONS if one in sections], "paper": "a4"}

    def choice(self) -> tuple[frozenset[GuideSection], str] | None:
        """Return the parts and the paper: as chosen, or the usual ones; None where what was sent is no choice."""
        if not self.is_bound:
            return frozenset(GuideSection(part) for part in self.initial["part"]), self.initial["paper"]
        if not self.is_valid():
            return None
        return frozenset(GuideSection(part) for part in self.cleaned_data["part"]), self.cleaned_data["paper"]
