"""One component, one drawing, one place in the styles, one place in the gallery; and pages are composed of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from milestones.selectors.parts import ChartPart
from milestones.templatetags import components

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "static" / "css" / "src" / "components"
GALLERY = (TEMPLATES / "gallery.html").read_text(encoding="utf-8")
#: Each component by the name of its files, and the class that its markup begins with.
COMPONENTS = {
    "badge": "badge",
    "breadcrumb": "crumbs",
    "button": "btn",
    "card": "card",
    "care_card": "care",
    "change": "change",
    "chart": "chart",
    "choice": "form-check",
    "date": "date",
    "degree": "degree",
    "empty_state": "empty",
    "facts": "facts",
    "field": "form-control",
    "glance": "glance",
    "ladder": "ladder",
    "lanes": "lanes",
    "notice": "notice",
    "pagination": "pagination",
    "places": "places",
    "report_help": "help",
    "ribbon": "ribbon",
    "small_chart": "small-chart",
    "stages": "stages",
    "table": "table",
    "tabs": "tabs",
    "timeline_item": "timeline-item",
    "value": "value",
}
#: The page that asks one thing is a whole page: it has a template and no class of its own.
PAGES = {"dialog_page"}
#: Parts of the frame, which stand once in base.html or inside another component.
FRAME = {
    "mark",
    "sprite",
    "picture",
    "errors",
    "foot_limits",
    "foot_out",
    "chart_words",
    "chart_tools",
    "head_links",
    "foot_words",
}
#: Drawn by a function, not by a template: milestones/templatetags/components.py.
DRAWN = {"button", "card", "chart", "table", "tabs"}
# Crispy's and allauth's own names for our parts: what they draw is what the components are made of.
LIBRARIES = ("components/", "bootstrap5/", "allauth/elements/")
EXCEPTIONS = {
    # Month and year only, without the day of the three boxes.
    "milestones/set_up_diagnosis.html": {"date"},
    "milestones/settings.html": {"date"},
    # allauth hands over addresses, and no form field that could draw them.
    "account/email.html": {"form-check"},
    # A sheet of paper with a style sheet of its own.
    "reports/guide.html": {"<table", "chart"},
    # A file that stands alone.
    "reports/chart.html": {"<table", "chart", "table"},
}


def pages() -> list[Path]:
    """Return every template that is no component."""
    return [
        path for path in sorted(TEMPLATES.rglob("*.html")) if not str(path.relative_to(TEMPLATES)).startswith(LIBRARIES)
    ]


def classes(markup: str) -> set[str]:
    """Return the first word of every class attribute, with what the template language writes left out."""
    found = re.findall(r'class="([^"]*)"', re.sub(r"\{[{%].*?[%}]\}", " ", markup))
    return {words.split()[0] for words in found if words.split()}


def test_every_template_of_a_component_is_known() -> None:
    names = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    assert names == (set(COMPONENTS) | PAGES | FRAME) - DRAWN
    assert set(components.register.tags) >= DRAWN


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_each_has_one_place_in_the_style_sheet(name: str) -> None:
    """Its class is ruled in its own file and in no other one's."""
    assert (STYLES / f"_{name}.scss").exists()
    rule = re.compile(rf"^\.{COMPONENTS[name]}(?![\w-])[^,{{]*[,{{]", re.MULTILINE)
    ruled = {path.stem.removeprefix("_") for path in STYLES.glob("*.scss") if rule.search(path.read_text("utf-8"))}
    assert ruled <= {name}, ruled


def test_every_style_file_is_used() -> None:
    sheet = (STYLES.parent / "app.scss").read_text(encoding="utf-8")
    assert set(re.findall(r'"components/(\w+)"', sheet)) == {path.stem[1:] for path in STYLES.glob("*.scss")}


@pytest.mark.parametrize("name", sorted(set(COMPONENTS) | PAGES))
def test_each_stands_in_the_gallery(name: str) -> None:
    assert f'id="{name}"' in GALLERY


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_writes_a_component_again(path: Path) -> None:
    """A page says which component it wants; how that looks stands in one place."""
    allowed = EXCEPTIONS.get(str(path.relative_to(TEMPLATES)), set())
    markup = path.read_text(encoding="utf-8")
    again = (classes(markup) & set(COMPONENTS.values())) - allowed
    if "<table" in markup and "<table" not in allowed:
        again.add("<table")
    assert not again, f"{path.name} writes again: {sorted(again)}"


HOSTILE = """<b>"'&"""
INERT = "&lt;b&gt;&quot;&#x27;&amp;"


@pytest.mark.parametrize(
    ("tag", "context"),
    [
        ("{% filter_text name='n' label=bad value=bad most=9 %}", {}),
        ("{% filter_choice name='n' label=bad options=pairs chosen=bad %}", {}),
        ("{% link_row links=pairs %}", {}),
        ("{% link_row links=pairs across=True %}", {}),
        ("{% tabs label=bad items=items %}", {}),
        ("{% main_places items %}", {}),
        ("{% table columns=bads labelledby=bad caption=bad %}{% endtable %}", {}),
        ("{% card title=bad eyebrow=bad %}{% endcard %}", {}),
        ("{% button label=bad href=bad more=bad %}", {}),
        ("{% chart part=part figure_url=bad query=bad %}", {"part": ChartPart("", "", HOSTILE, HOSTILE)}),
    ],
)
def test_what_somebody_typed_is_inert_in_each(tag: str, context: dict[str, object]) -> None:
    item = {"href": HOSTILE, "label": HOSTILE, "icon": HOSTILE, "active": False}
    given = {"bad": HOSTILE, "bads": (HOSTILE,), "pairs": ((HOSTILE, HOSTILE),), "items": [item], **context}
    drawn = Template(tag).render(Context(given))
    assert HOSTILE not in drawn
    assert "<b>" not in drawn.replace("<b>Close</b>", "")
    assert drawn.count(INERT) >= 2
    assert "&amp;lt;" not in drawn, "escaped once"


def test_the_search_finds_what_it_looks_for() -> None:
    assert classes('<a class="btn btn-primary{% if x %} y{% endif %}">') == {"btn"}
