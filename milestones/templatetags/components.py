"""Components that are drawn by a function and not by a template: they hold other markup, or a page has many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_urlconf
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milestones.charts.escaping import escape_all
from milestones.selectors.authors import said_of
from milestones.selectors.parts import ChartPart

register = template.Library()


class Downloads(Protocol):
    """Where what can be taken along lies; the links of a record's pages have it."""

    @property
    def results_csv(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def results_xlsx(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def record_fhir(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def chart_file(self) -> str: ...  # noqa: D102 - its name says it


_FILTER = '<div><label for="{}">{}</label>{}</div>'
_PICTURE = '<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>'
_FOR_THE_EAR = ' <span class="visually-hidden">{}</span>'


@register.simple_block_tag
def card(
    content: SafeString, *, title: str = "", eyebrow: str = "", css: str = "", anchor: str = "", labelledby: str = ""
) -> SafeString:
    """Return a card: ``eyebrow`` and ``title`` are optional, ``anchor`` is its id."""
    attributes = _attributes(("id", anchor), ("aria-labelledby", labelledby))
    above = format_html('<p class="eyebrow">{}</p>', eyebrow) if eyebrow else ""
    head = format_html("<h2>{}</h2>", title) if title else ""
    name = format_html("card {}", css) if css else "card"
    return format_html('<section class="{}"{}>{}{}{}</section>', name, attributes, above, head, content)


@register.simple_block_tag
def table(content: SafeString, *, columns: Sequence[str], labelledby: str = "", caption: str = "") -> SafeString:
    """Return a table with a head of ``columns``; the content is its rows, each cell carrying its own ``data-label``."""
    heads = "".join([f'<th scope="col">{name}</th>' for name in _escaped(columns)])
    return format_html(
        '<table class="table table-cards"{}>{}<thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>',
        _attributes(("aria-labelledby", labelledby)),
        format_html("<caption>{}</caption>", caption) if caption else "",
        SafeString(heads),
        content,
    )


@register.simple_tag
def chart(*, part: ChartPart, figure_url: str = "", query: str = "") -> SafeString:
    """Return a chart; a page that gives its figure loads ``js/chart.js``.

    Args:
        part: the drawing, its key, and the sentences around it.
        figure_url: where the script finds the figure that takes the drawing's place; without it the drawing stays.
        query: what the address of the page asks for, which that of the figure asks for too.
    """
    own, tools = SafeString(), SafeString()
    if figure_url:
        own = format_html(' data-figure-url="{}"', _asked(figure_url, query)) + fixed("components/chart_words.html")
        tools = fixed("components/chart_tools.html")
    return format_html(
        '<figure class="chart"{}>\n<p class="chart-story" id="chart-story">{}</p>\n<div class="chart-box">{}</div>\n'
        '{}\n{}\n<p class="chart-help">{}</p></figure>',
        own,
        part.story,
        part.svg,
        tools,
        part.key,
        part.help_line,
    )


@register.simple_tag
def downloads(links: Downloads, *, query: str = "") -> SafeString:
    """Return the ways to take results along, those to the results themselves with what the page is asked for."""
    return link_row(
        links=(
            (_asked(links.results_csv, query), _("Download as a table (CSV)")),
            (_asked(links.results_xlsx, query), _("Download for a spreadsheet (XLSX)")),
            (links.record_fhir, _("Download for other systems (FHIR)")),
            (_asked(links.chart_file, query), _("Download the chart (HTML)")),
        )
    )


@register.simple_tag
def link_row(*, links: Sequence[tuple[str, str]], across: bool = False) -> SafeString:
    """Return ways to go, as address and words: one under the other, or ``across`` the page."""
    texts = iter(_escaped(text for pair in links for text in pair))
    rows = "".join([f'<li><a href="{href}">{words}</a></li>' for href, words in zip(texts, texts, strict=True)])
    return SafeString(f'<ul class="link-row{" across" if across else ""}">{rows}</ul>')


def _asked(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


@register.simple_tag
def main_places(items: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the navigation: each item has ``href``, ``label``, ``icon`` and whether it is ``active``."""
    name, *texts = _escaped((_("Main"), *(item[key] for item in items for key in ("href", "icon", "label"))))
    rows = ""
    for item, href, icon, label in zip(items, texts[::3], texts[1::3], texts[2::3], strict=True):
        css = ' class="add"' if item["icon"] == "plus" else ""
        rows += f'<li><a href="{href}"{css}{_here(item)}>{_PICTURE.format(icon)} {label}</a></li>'
    return SafeString(f'<nav class="tabs-main" aria-label="{name}"><ul>{rows}</ul></nav>')


@register.simple_tag
def tabs(*, label: str, items: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return ways to look at one thing: each item has ``href``, ``label`` and whether it is ``active``."""
    name, *texts = _escaped((label, *(item[key] for item in items for key in ("href", "label"))))
    rows = ""
    for item, href, words in zip(items, texts[::2], texts[1::2], strict=True):
        rows += f'<li><a href="{href}"{_here(item)}>{words}</a></li>'
    return SafeString(f'<nav aria-label="{name}"><ul class="tabs">{rows}</ul></nav>')


def _here(item: Mapping[str, Any]) -> str:
    return ' aria-current="page"' if item["active"] else ""


@register.simple_tag
def fixed(name: str) -> SafeString:
    """Return a template that knows nothing of a page, rendered once for each language and set of addresses."""
    return (_render if settings.DEBUG else _render_once)(name, get_language(), get_urlconf() or settings.ROOT_URLCONF)


def _render(name: str, _language: str | None, _urlconf: str) -> SafeString:
    return render_to_string(name)


_render_once = lru_cache(maxsize=64)(_render)


def _escaped(texts: Iterable[object]) -> list[str]:
    """Return texts as HTML takes them; a word that waits for its language is looked up now."""
    return escape_all([str(text) for text in texts])


def _attributes(*given: tuple[str, object]) -> SafeString:
    """Return the attributes that have a value."""
    return format_html_join("", ' {}="{}"', (one for one in given if one[1]))


@register.simple_tag
def button(
    *,
    label: str,
    href: str | None = None,
    kind: str = "",
    icon: str = "",
    more: str = "",
    name: str = "",
    value: object = "",
    type: str = "submit",  # noqa: A002 - the attribute's name
    formaction: str = "",
    disabled: bool = False,
) -> SafeString:
    """Return a button, drawn here and not by a template as a page has many.

    Args:
        label: what it says.
        href: where it leads; without it the button sends its form, and where it is empty there is nothing.
        kind: ``primary``, ``quiet``, ``danger`` or nothing.
        icon: the name of a picture before the words.
        more: words for the ear, after those that are seen.
        name: the name under which it sends ``value``.
        value: what it sends.
        type: the kind of a button that leads nowhere.
        formaction: where it sends its form, other than the form says.
        disabled: whether it is drawn as out of use; it still takes the keyboard.
    """
    if href == "":
        return SafeString()
    css = format_html("btn btn-{}", kind) if kind else "btn"
    picture = format_html(_PICTURE, icon) if icon else ""
    words = format_html(_FOR_THE_EAR, more) if more else ""
    if href is not None:
        return format_html('<a class="{}" href="{}">{}{}{}</a>', css, href, picture, label, words)
    given = (
        ("name", name),
        ("value", value),
        ("formaction", formaction),
        ("aria-disabled", "true" if disabled else ""),
    )
    attributes = format_html_join("", ' {}="{}"', (one for one in given if one[1]))
    return format_html(
        '<button class="{}" type="{}"{}>{}{}{}</button>', css, type or "submit", attributes, picture, label, words
    )


@register.simple_tag
def filter_text(*, name: str, label: str, value: str, most: int) -> SafeString:
    """Return a box for words that filter a page, of ``most`` letters: such a form is drawn and never refused."""
    given = _attributes(("id", name), ("name", name), ("maxlength", most), ("value", value))
    return format_html(_FILTER, name, label, format_html('<input class="form-control" type="text"{}>', given))


@register.simple_tag
def filter_choice(*, name: str, label: str, options: Sequence[tuple[str, str]], chosen: str | None) -> SafeString:
    """Return a list of choices that filters a page: ``options`` as value and words."""
    given = _attributes(("id", name), ("name", name))
    texts = _escaped(text for pair in options for text in pair)
    rows = ""
    for (value, _words), key, words in zip(options, texts[::2], texts[1::2], strict=True):
        rows += f'<option value="{key}"{" selected" if value == chosen else ""}>{words}</option>'
    return format_html(_FILTER, name, label, SafeString(f'<select class="form-select"{given}>{rows}</select>'))


@register.filter
def author(authors: Mapping[UUID, str], user_id: UUID | None) -> str:
    """Return who added something, where it was not the person themselves: ``{{ authors|author:row.entered_by }}``."""
    return said_of(authors or {}, user_id)
