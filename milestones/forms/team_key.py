"""What a lead says of a system that is to read for the team."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_SCOPES = [
    ("Patient", _("Who shares with the team, by the name they gave")),
    ("Observation", _("Test results")),
    ("MedicationStatement", _("CML medicines")),
]
_MONTHS = [("30", _("30 days")), ("90", _("90 days")), ("183", _("6 months")), ("365", _("12 months"))]


class TeamKeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=_("Name of the system"),
        max_length=60,
        help_text=_("Patients read this name in the list of who has looked."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it read?"), choices=_SCOPES, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=_("For how long?"), choices=_MONTHS, initial="183", widget=forms.RadioSelect)


SCOPE_WORDS = dict(_SCOPES)
