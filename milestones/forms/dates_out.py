"""What dates are called in a calendar, and what somebody wants to be reminded of."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TitlesForm(forms.Form):
    """The names of tests and visits. Blank is the neutral one."""

    test_title = forms.CharField(
        label=_("What a test is called"),
        required=False,
        max_length=60,
        help_text=_("Leave it empty for “Appointment”. Others may see your calendar."),
    )
    visit_title = forms.CharField(label=_("What a visit is called"), required=False, max_length=60)


class RemindersForm(forms.Form):
    """What a mail is sent for. It says that there is something to look at, and no more."""

    test_due = forms.BooleanField(label=_("When a test is due"), required=False)
    test_overdue = forms.BooleanField(label=_("When a test is two weeks late"), required=False)
    visit = forms.BooleanField(label=_("Three days before a visit"), required=False)
    sharing_ends = forms.BooleanField(label=_("Two weeks before a sharing ends"), required=False)
