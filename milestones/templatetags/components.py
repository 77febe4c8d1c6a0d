"""Components that hold other markup: what stands between the tags is their content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milestones.selectors.authors import said_of

register = template.Library()


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


@register.filter
def author(authors: Mapping[UUID, str], user_id: UUID | None) -> str:
    """Return who added something, where it was not the person themselves: ``{{ authors|author:row.entered_by }}``."""
    return said_of(authors or {}, user_id)
