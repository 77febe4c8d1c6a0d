"""What a lead types about a team: who is invited, and what the team says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, TeamRole
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.forms.sharing import readable_address


class InviteMemberForm(forms.Form):
    """Somebody who is to join the team."""

    email = forms.EmailField(label=_("Their e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("What do they do?"), choices=TeamRole.choices, initial=TeamRole.MEMBER.value, widget=forms.RadioSelect
    )

    def clean_email(self) -> str:
        """Refuse an address that looks like another one."""
        return readable_address(self.cleaned_data["email"])


class TeamForm(forms.Form):
    """What the team says of itself; patients see the name and the telephone."""

    name = forms.CharField(label=_("Name of the team"), max_length=80)
    telephone = forms.CharField(
        label=_("Telephone of the clinic"),
        required=False,
        max_length=40,
        help_text=_("Patients see it wherever a page tells them to call."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    days_to_result = forms.IntegerField(
        label=_("Usual days from sample to result"), required=False, min_value=1, max_value=60
    )
    rule_set = forms.ChoiceField(label=_("Goals that the team uses"), required=False)
    test_interval_months = forms.IntegerField(
        label=_("Usual months between tests"), required=False, min_value=1, max_value=12
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule_sets = [(key, one.name) for key, one in load_rule_sets().items()]
        self.fields["rule_set"].choices = [("", _("Those that each patient has chosen")), *rule_sets]  # type: ignore[attr-defined]  # it is the choice field above


def team_initial(team: CareTeam) -> dict[str, Any]:
    """Return what the form shows of a team."""
    return {
        "name": team.name,
        "telephone": team.telephone,
        "days_to_result": team.days_to_result,
        "rule_set": team.rule_set,
        "test_interval_months": team.test_interval_months,
        "version": team.version,
    }


def role_of(text: str) -> TeamRole:
    """Return the role that a form names.

    Raises:
        Http404: there is no such role, so that the form was not drawn here.
    """
    try:
        return TeamRole(text)
    except ValueError as error:
        raise Http404 from error
