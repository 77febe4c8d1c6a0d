"""The rows of a team's worklist as HTML: drawn in one go, as a template's loop costs ten times as much."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from milestones.charts.escaping import escape_all


class WorklistLine(NamedTuple):
    """One row: texts as they are shown. ``action`` is what its button says, "" for none; ``undoes`` that it undoes.

    ``newest`` is what the button sends back of what the row tells; an address that ends with ``anchor`` leads here.
    """

    anchor: str
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
    newest: str
    undoes: bool


def render_worklist(lines: Sequence[WorklistLine], columns: Sequence[str], *, form_id: str) -> str:
    """Return the rows as HTML; every text is escaped.

    Args:
        lines: the rows in their order.
        columns: the five names of the columns; each cell carries its own, for windows where the table is cards.
        form_id: the one form of the page that every button sends, each to an address of its own.
    """
    who, result, change, due, seen = (f' data-label="{escape(name)}"' for name in columns)
    form = escape(form_id)
    cells = iter(escape_all([text for line in lines for text in _texts(line)]))
    badges = iter(escape_all([reason for line in lines for reason in line.reasons]))
    return "\n".join(
        [
            f'<tr><th scope="row"{who}><span><a id="{anchor}" href="{href}">{name}</a>'
            f"{_small(on_treatment)}{''.join([_badge(next(badges)) for _ in line.reasons])}{_small(tags)}</span></th>"
            f"<td{result}><span><b>{value}</b>{_small(level)}</span></td>"
            f"<td{change}><span>{moved}</span></td><td{due}><span>{due_on}</span></td>"
            f"<td{seen}><span>{reviewed}"
            f"{_button(action, action_href, newest, name, form, undoes=line.undoes)}</span></td></tr>"
            for line, (
                anchor,
                href,
                name,
                on_treatment,
                tags,
                value,
                level,
                moved,
                due_on,
                reviewed,
                action,
                action_href,
                newest,
            ) in zip(lines, zip(*[cells] * 13, strict=True), strict=True)
        ]
    )


def _texts(line: WorklistLine) -> tuple[str, ...]:
    """Return the texts of a row that each stands there once."""
    return (
        line.anchor,
        line.href,
        line.name,
        line.on_treatment,
        line.tags,
        line.value,
        line.level,
        line.change,
        line.due,
        line.reviewed,
        line.action,
        line.action_href,
        line.newest,
    )


def _small(escaped: str) -> str:
    return f" <small>{escaped}</small>" if escaped else ""


def _badge(escaped: str) -> str:
    icon = '<svg class="icon" aria-hidden="true"><use href="#i-talk"/></svg>'
    return f' <span class="badge badge-talk badge-small">{icon} {escaped}</span>'


def _button(action: str, href: str, newest: str, name: str, form: str, *, undoes: bool) -> str:
    """Return the button of a row from texts that are escaped."""
    if not action:
        return ""
    sends = ' name="undo" value="1"' if undoes else f' name="newest" value="{newest}"'
    return (
        f' <button class="btn btn-quiet" type="submit" form="{form}" formaction="{href}"{sends}>'
        f'{action} <span class="visually-hidden">{name}</span></button>'
    )
