"""With whom a record is shared, what they may do, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import canonical_address
from accounts.selectors.grants import GrantRow
from accounts.services.grants import Terms
from milestones.clinical.calendar import add_months
from milestones.forms.dates import DateBoxesMixin, date_initial, day_box, month_box, year_box
from milestones.forms.text import FreeTextField

_MONTHS_UNLESS_CHANGED = 12
_LONGEST_MONTHS = 36
_LEVELS = [
    ("view", _("Look: read and print")),
    ("add", _("Add: also add results, check-ins and questions")),
    ("manage", _("Manage: also change medicines, visits and the next test, and correct what they added")),
]
_LEVELS_OF_A_TEAM = [
    ("view", _("Look: read and print, and mark what they have seen")),
    ("add", _("Add: also add results, check-ins and questions, and write down answers")),
    ("manage", _("Manage: also change medicines, visits and the next test, and correct what you or others added")),
]


class TermsForm(DateBoxesMixin, forms.Form):
    """What somebody may do and see, and their last day. At first they may look at results and treatment only."""

    level = forms.ChoiceField(label=_("What may they do?"), choices=_LEVELS, widget=forms.RadioSelect)
    shares_side_effects = forms.BooleanField(
        label=_("Side effects and check-ins, but never what I marked as private"), required=False
    )
    shares_visits = forms.BooleanField(
        label=_("Visits, questions and goals, with my notes, but never what I marked as private"), required=False
    )
    shares_missed_doses = forms.BooleanField(label=_("Missed doses that I ticked to be seen"), required=False)
    ends_day = day_box()
    ends_month = month_box()
    ends_year = year_box()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, today: date, is_team: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if is_team:
            self.fields["level"].choices = _LEVELS_OF_A_TEAM  # type: ignore[attr-defined]  # of a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Read the last day, which lies ahead, and at most three years."""
        cleaned = super().clean() or {}
        found = self.clean_date("ends", latest=None)
        if found is None:
            return cleaned
        if not found.day_is_known:
            self.add_error("ends_day", _("Type the day too."))
        elif found.day < self.today:
            self.add_error("ends_year", _("This day is past. Choose a day to come."))
        elif found.day > add_months(self.today, _LONGEST_MONTHS):
            self.add_error("ends_year", _("Choose a day within three years. You can make it longer later."))
        else:
            cleaned["ends_on"] = found.day
        return cleaned

    def terms(self) -> Terms:
        """Return what is allowed; only after ``is_valid``."""
        given = self.cleaned_data
        return Terms(
            given["level"],
            given["shares_side_effects"],
            given["shares_visits"],
            given["shares_missed_doses"],
            given["ends_on"],
        )


class _InviteForm(TermsForm):
    """Whom to share with. Who has no name yet gives one: the other side has to know whose record it is."""

    display_name = FreeTextField(
        label=_("Your name"),
        max_length=80,
        help_text=_(
            "As the other side knows you. It stands on your record from now on; you can change it in the settings."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, has_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_name:
            del self.fields["display_name"]


class InvitePersonForm(_InviteForm):
    """Somebody the person trusts, by their address."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("They get a mail with a link. It says nothing about you or your health."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "display_name")

    def clean_email(self) -> str:
        """Refuse an address that looks like another one."""
        return readable_address(self.cleaned_data["email"])


class InviteTeamForm(_InviteForm):
    """A care team, by the code that it gives to its patients."""

    code = forms.CharField(
        label=_("The code of your team"),
        max_length=20,
        help_text=_("Your team gives it to you. It has 8 letters and digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ("code", "display_name")


def readable_address(text: str) -> str:
    """Return an address that has one canonical form.

    Raises:
        ValidationError: it has letters that look like others.
    """
    try:
        canonical_address(text)
    except ValueError as error:
        raise ValidationError(_("Type the address with plain letters.")) from error
    return text


class NameForm(forms.Form):
    """How somebody is called by those who see them on a record or in a team."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("As the other side knows you. They are asked if it is really you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def terms_initial(today: date, row: GrantRow | None = None) -> dict[str, Any]:
    """Return what the form shows: looking only, for twelve months; or what somebody has now."""
    if row is None:
        return {"level": "view", **date_initial("ends", add_months(today, _MONTHS_UNLESS_CHANGED))}
    return {
        "level": row.level,
        "shares_side_effects": row.shares_side_effects,
        "shares_visits": row.shares_visits,
        "shares_missed_doses": row.shares_missed_doses,
        "version": row.version,
        **date_initial("ends", row.ends_on),
    }
