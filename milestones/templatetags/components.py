"""Components that hold other markup: what stands between the tags is their content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from milestones.selectors.authors import said_of

register = template.Library()

_PICTURE = '<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>'
_FOR_THE_EAR = ' <span class="visually-hidden">{}</span>'


@register.simple_block_tag
def card(
    content: SafeString, *, title: str = "", eyebrow: str = "", css: str = "", anchor: str = "", labelledby: str = ""
) -> SafeString:
    """Return a card: ``eyebrow`` and ``title`` are optional, ``anchor`` is its id."""
    parts = {"content": content, "title": title, "eyebrow": eyebrow, "css": css, "anchor": anchor}
    return render_to_string("components/card.html", {**parts, "labelledby": labelledby})


@register.simple_block_tag
def table(content: SafeString, *, columns: Sequence[str], labelledby: str = "", caption: str = "") -> SafeString:
    """Return a table with a head of ``columns``; the content is its rows, each cell carrying its own ``data-label``."""
    parts = {"content": content, "columns": columns, "labelledby": labelledby, "caption": caption}
    return render_to_string("components/table.html", parts)


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


@register.filter
def author(authors: Mapping[UUID, str], user_id: UUID | None) -> str:
    """Return who added something, where it was not the person themselves: ``{{ authors|author:row.entered_by }}``."""
    return said_of(authors or {}, user_id)
