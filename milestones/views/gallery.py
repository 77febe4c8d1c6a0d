"""The component gallery: every part in every state, for those who build. Not linked from the site."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from milestones.charts.plotly import figure_json
from milestones.selectors.made_up import example_timeline
from milestones.selectors.pictures import chart_of
from milestones.templatetags.examples import example_chart, example_ladder


class ResultForm(forms.Form):
    """A few fields of each kind."""

    value = forms.CharField(
        label="What does the report say?",
        help_text='For example a number with a percent sign, or "not detected".',
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-value"}),
    )
    scale = forms.ChoiceField(
        label='Does it say "International Scale" or "IS"?',
        help_text="It is often printed beside the percent sign.",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")],
        widget=forms.RadioSelect,
    )
    laboratory = forms.CharField(label="Laboratory", required=False)
    gene = forms.ChoiceField(label="Control gene", required=False, choices=[("", "I do not know"), ("ABL1", "ABL1")])
    ask_first = forms.BooleanField(label="Ask me before a new result opens", required=False)


class DateForm(forms.Form):
    """Three boxes."""

    day = forms.CharField(label="Day", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    month = forms.ChoiceField(label="Month", choices=[("", "Choose"), ("8", "August")])
    year = forms.CharField(label="Year", widget=forms.TextInput(attrs={"inputmode": "numeric"}))


def _wrong_forms() -> dict[str, forms.Form]:
    form = ResultForm({"value": "1,000 %", "laboratory": "St Mary"}, auto_id="wrong_%s")
    form.is_valid()
    form.add_error("value", "We cannot tell if this is one or one thousand. Please type it without the comma.")
    day = DateForm({"day": "32"}, auto_id="wrong_%s")
    day.is_valid()
    return {"wrong_form": form, "wrong_date": day}


_PLACES = (("Home", "home"), ("Results", "chart"), ("Add", "plus"), ("Treatment", "pill"), ("Account", "user"))
_LISTS: dict[str, Any] = {
    "record_name": "Amina",
    "nav_items": [
        {"href": "#main", "label": label, "icon": icon, "active": icon == "chart"} for label, icon in _PLACES
    ],
    "crumbs": [{"href": "#main", "label": "Results"}, {"href": "#main", "label": "6 August 2026"}],
    "tabs": [{"href": "#main", "label": label, "active": label == "Chart"} for label in ("Steps", "Chart", "Table")],
    "stages": [
        {"label": label, "done": done}
        for label, done in (("Due", True), ("Booked", True), ("Blood taken", False), ("Result in", False))
    ],
    "ribbon": [*["past"] * 8, "goal reached test", "goal", "goal", "goal test"],
    "ribbon_early": ["past", "past", "past test", "past", "past", "past test", "now", "", "", "", "", ""],
    "care": ["you have missed your medicine for more than a few days", "you think you are pregnant"],
    "urgent_care": ["you have chest pain", "you are short of breath"],
    "facts": [("Blood taken", "6 August 2026"), ("Laboratory", "St Mary")],
}


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    context = {
        **_LISTS,
        **_wrong_forms(),
        "plain_form": ResultForm(auto_id="plain_%s"),
        "date_form": DateForm(auto_id="plain_%s"),
        "value": "0.042%",
        "ladder": example_ladder(),
        "charts": [{"chart": example_chart(), "figure_url": reverse("gallery_figure")}],
    }
    return render(request, "gallery.html", context)


@login_not_required
@require_safe
def gallery_figure(_request: HttpRequest) -> JsonResponse:
    """Return the made-up course as a Plotly figure."""
    return JsonResponse(figure_json(chart_of(example_timeline())))
