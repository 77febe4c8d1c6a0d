"""The component gallery: every part in every state, for those who build. Not linked from the site."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from milestones.charts.ladder import render_ladder
from milestones.charts.lanes import Lane, LaneMark, LanesSpec, render_lanes
from milestones.charts.plotly import figure_json
from milestones.charts.small import SmallChart, SmallPoint, render_small
from milestones.charts.spec import StepState, TreatmentBar
from milestones.selectors.made_up import example_timeline
from milestones.selectors.markup import drawn
from milestones.selectors.pictures import chart_of
from milestones.selectors.steps import ladder_of
from milestones.templatetags.examples import example_chart


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


class DegreeForm(forms.Form):
    """How much something got in the way."""

    tiredness = forms.ChoiceField(
        label="Tiredness",
        choices=[(word, word) for word in ("Not at all", "A little", "Quite a bit", "Very much")],
        widget=forms.RadioSelect,
    )
    sleep = forms.ChoiceField(
        label="Sleep",
        initial="Quite a bit",
        choices=[(word, word) for word in ("Not at all", "A little", "Quite a bit", "Very much")],
        widget=forms.RadioSelect,
    )


def _wrong_forms() -> dict[str, forms.Form]:
    form = ResultForm({"value": "1,000 %", "laboratory": "St Mary"}, auto_id="wrong_%s")
    form.is_valid()
    form.add_error("value", "We cannot tell if this is one or one thousand. Please type it without the comma.")
    day = DateForm({"day": "32"}, auto_id="wrong_%s")
    day.is_valid()
    degree = DegreeForm({}, auto_id="wrong_%s")
    degree.is_valid()
    return {"wrong_form": form, "wrong_date": day, "wrong_degree": degree}


_PLACES = (("Home", "home"), ("Results", "chart"), ("Add", "plus"), ("Treatment", "pill"), ("Account", "user"))
_LONG = "Universitätsklinikum Großhadern-Überlingen Haematology Reference Laboratory for Molecular Diagnostics"
_LISTS: dict[str, Any] = {
    "record_name": "Amina",
    "nav_items": [
        {"href": "#main", "label": label, "icon": icon, "active": icon == "chart"} for label, icon in _PLACES
    ],
    "long_words": _LONG,
    "crumbs": [{"href": "#main", "label": "Results"}, {"href": "#main", "label": "6 August 2026"}],
    "tabs": [{"href": "#main", "label": label, "active": label == "Chart"} for label in ("Steps", "Chart", "Table")],
    "stages": [
        {"label": label, "done": done}
        for label, done in (("Due", True), ("Booked", True), ("Blood taken", False), ("Result in", False))
    ],
    "ribbons": [
        {"summary": "Month 7 of 12", "months": ["past", "past", "past test", *["past"] * 3, "now test", *[""] * 5]},
        {"summary": "Reached in month 9", "months": [*["past"] * 8, "goal reached test", "goal", "goal", "goal test"]},
        {"summary": "Not reached in the first year", "months": ["past"] * 12},
    ],
    "care": ["you have missed your medicine for more than a few days", "you think you are pregnant"],
    "urgent_care": ["you have chest pain", "you are short of breath"],
    "facts": [("Blood taken", "6 August 2026"), ("Laboratory", _LONG)],
    "changes": [
        {
            "icon": "down",
            "title": "Going down",
            "body": "Your result before this was 0.18%.",
        },
        {"icon": "same", "title": "About the same", "body": "Small ups and downs are part of the test."},
        {"icon": "up", "title": "One rise", "body": "Wait for the next test. A repeat is usual."},
        {"icon": "info", "title": "Cannot be compared", "body": "This result comes from another laboratory."},
    ],
    "columns": ("Blood taken", "Result", "Level", "What it says"),
    "rows": [
        ("4 Nov 2026", "Not detected", "could see 0.0031%", "MR4.5", "At the goal. Going down."),
        ("6 Aug 2026", "0.042%", "", "MMR", "At the goal. Going down."),
        ("6 Apr 2026", "0.11%", _LONG, "–", "Cannot be compared."),
    ],
    "glance": [
        {"href": "#main", "label": "How am I doing?", "text": "0.042%. At the goal for this time"},
        {"href": "#main", "label": "What is next?", "text": "Due on 14 November 2026"},
    ],
    "places": [
        {"href": "#main", "icon": "feel", "title": "Side effects", "text": "How you have been, day to day."},
        {"href": "#main", "icon": "talk", "title": "Visits and questions", "text": _LONG},
    ],
    "paginations": [
        {"label": "First page", "number": 1, "of": 5, "previous": "", "next": "#main"},
        {"label": "A page between", "number": 3, "of": 5, "previous": "#main", "next": "#main"},
        {"label": "Last page", "number": 5, "of": 5, "previous": "#main", "next": ""},
    ],
    "empties": [
        {"picture": picture, "title": title, "text": "What will be here, and how it gets here.", "label": label}
        for picture, title, label in (
            ("results", "No results yet", "Add a result"),
            ("medicine", "No medicine yet", "Add a medicine"),
            ("nothing", "No result fits this choice", "Show all results"),
            ("lost", "We cannot find this page", "Go to the first page"),
        )
    ],
    "timeline": [
        {
            "date": "6 August 2026",
            "icon": "chart",
            "title": "0.042%",
            "text": "About the same.",
            "href": "#main",
            "badge": {"kind": "goal", "text": "MMR"},
        },
        {"date": "20 July 2026", "icon": "calendar", "title": "Visit", "text": "Dr Example, clinic room 4."},
        {"date": "10 June 2026", "icon": "pill", "title": "Imatinib 400 mg", "text": _LONG},
    ],
}


def _ladders() -> list[SafeString]:
    """Return the ladder at the goal, above it, and where the test found none."""
    timeline = example_timeline()
    ladder = ladder_of(timeline)
    unseen = replace(
        ladder,
        steps=tuple(
            replace(step, state=StepState.HERE_NOT_DETECTED, label="Not detected") if step.state == "here" else step
            for step in ladder.steps
        ),
    )
    here = replace(next(step for step in ladder.steps if step.state == "here"), label="22%")
    others = [step for step in ladder.steps if step.state not in ("here", "was")]
    above = replace(ladder, steps=(others[0], here, *others[1:]), sentences="You are at 22%.")
    return [drawn(render_ladder(spec)) for spec in (ladder, above, unseen)]


def _lanes() -> SafeString:
    """Return two side effects above a dose that became smaller."""
    days = [date(2026, month, 4) for month in (2, 3, 4, 5, 6)]
    lanes = (
        Lane(
            "Tiredness",
            tuple(LaneMark(day, "Tiredness", rank) for day, rank in zip(days, (3, 3, 2, 2, 1), strict=True)),
        ),
        Lane(
            "Muscle aches or cramps",
            tuple(LaneMark(day, "Cramps", rank) for day, rank in zip(days, (1, 0, 0, 2, 0), strict=True)),
        ),
    )
    bars = (
        TreatmentBar("imatinib 400 mg a day", date(2026, 1, 10), date(2026, 4, 20)),
        TreatmentBar("imatinib 300 mg a day", date(2026, 4, 20)),
    )
    return drawn(render_lanes(LanesSpec("Side effects", "Less in the way.", date(2026, 6, 20), lanes, bars)))


def _small_charts() -> list[dict[str, Any]]:
    """Return a falling count with the edge of a range, one with a single value, and one with a long unit."""
    first, last = date(2025, 8, 6), date(2026, 8, 6)
    samples = (
        (
            "White cells",
            "10⁹/L",
            ("88", "24", "9.1", "6.2"),
            "10",
            "Straight line: the CHR range.",
        ),
        ("Haemoglobin", "g/dL", ("13.9",), None, ""),
        ("Platelets", "10⁹/L", ("640", "455", "212", "208"), "450", ""),
    )
    parts = []
    for name, unit, values, limit, note in samples:
        days = [first + (last - first) * place / max(1, len(values) - 1) for place in range(len(values))]
        points = tuple(SmallPoint(day, Decimal(value)) for day, value in zip(days, values, strict=True))
        said = f"{values[-1]} × {unit}" if unit.startswith("10") else f"{values[-1]} {unit}"
        story = f"{name}: the last value is {said}."
        edge = Decimal(limit) if limit else None
        chart = SmallChart(name, unit, story, points, said, first, last, "Aug 2025", "Aug 2026", edge)
        svg = drawn(render_small(chart, element_id=f"small-{name.split()[0].lower()}"))
        parts.append({"name": name, "last": f"{said} on 6 August 2026", "svg": svg, "note": note})
    return parts


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    context = {
        **_LISTS,
        **_wrong_forms(),
        "degree_form": DegreeForm(),
        "lanes": _lanes(),
        "plain_form": ResultForm(auto_id="plain_%s"),
        "chosen_form": ResultForm({"scale": "yes"}, auto_id="chosen_%s"),
        "date_form": DateForm(auto_id="plain_%s"),
        "ladders": _ladders(),
        "small_charts": _small_charts(),
        "chart": example_chart(),
        "figure_url": reverse("gallery_figure"),
    }
    return render(request, "gallery.html", context)


@login_not_required
@require_safe
def gallery_dialog(request: HttpRequest) -> HttpResponse:
    """Show a page that asks one thing."""
    return render(request, "gallery_dialog.html", _LISTS)


@login_not_required
@require_safe
def gallery_figure(_request: HttpRequest) -> JsonResponse:
    """Return the made-up course as a Plotly figure."""
    return JsonResponse(figure_json(chart_of(example_timeline())))
