"""The rows of a team's worklist as HTML: drawn in one go, as a template's loop costs ten times as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class WorklistLine:
    """One row: texts as they are shown. ``action`` is what its button says, "" for none; ``undoes`` that it undoes."""

    href: str
    name: str
    on_treatment: str
    reasons: tuple[str, ...]
    tags: str
    value: str
    level: str
    change: str
    due: str
    reviewed: str
    action: str
    action_href: str
    undoes: bool


def render_worklist(lines: Sequence[WorklistLine], columns: Sequence[str], *, form_id: str) -> str:
    """Return the rows as HTML; every text is escaped.

    Args:
        lines: the rows in their order.
        columns: the five names of the columns; each cell carries its own, for windows where the table is cards.
        form_id: the one form of the page that every button sends, each to an address of its own.
    """
    who, result, change, due, seen = (f' data-label="{escape(name)}"' for name in columns)
    return "\n".join(
        f'<tr><th scope="row"{who}><span><a href="{escape(line.href)}">{escape(line.name)}</a>'
        f"{_small(line.on_treatment)}{''.join(map(_badge, line.reasons))}{_small(line.tags)}</span></th>"
        f"<td{result}><span><b>{escape(line.value)}</b>{_small(line.level)}</span></td>"
        f"<td{change}><span>{escape(line.change)}</span></td><td{due}><span>{escape(line.due)}</span></td>"
        f"<td{seen}><span>{escape(line.reviewed)}{_button(line, form_id)}</span></td></tr>"
        for line in lines
    )


def _small(text: str) -> str:
    return f" <small>{escape(text)}</small>" if text else ""


def _badge(text: str) -> str:
    icon = '<svg class="icon" aria-hidden="true"><use href="#i-talk"/></svg>'
    return f' <span class="badge badge-talk badge-small">{icon} {escape(text)}</span>'


def _button(line: WorklistLine, form_id: str) -> str:
    if not line.action:
        return ""
    undo = ' name="undo" value="1"' if line.undoes else ""
    return (
        f' <button class="btn btn-quiet" type="submit" form="{escape(form_id)}"'
        f' formaction="{escape(line.action_href)}"{undo}>'
        f'{escape(line.action)} <span class="visually-hidden">{escape(line.name)}</span></button>'
    )
