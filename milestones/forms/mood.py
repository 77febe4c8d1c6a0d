"""The one question about mood, asked on the page after a stop; the check-in takes its answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.forms.entry import EntryForm
from milestones.models.check_in import MoodChoice


class MoodForm(EntryForm):
    """How somebody has been feeling in themselves."""

    mood = forms.ChoiceField(
        label=_("How have you been feeling in yourself?"),
        choices=MoodChoice.choices,
        widget=forms.RadioSelect,
        help_text=_("The time after a stop can weigh on people. A low mood is worth a talk with your team."),
    )
    mood_private = forms.BooleanField(label=_("Keep this private"), required=False)
