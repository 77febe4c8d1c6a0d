"""The table of results as HTML rows: drawn in one go, as a template's loop costs ten times as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import NamedTuple

from milestones.charts.escaping import escape_all


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The names of the columns; each cell carries its own, for windows where the table is a list of cards."""

    taken: str
    result: str
    level: str
    says: str


class TableRow(NamedTuple):
    """One row: texts as they are shown, ``mark`` a word such as "corrected"."""

    href: str
    date_text: str
    value_text: str
    detail: str
    level: str
    says: str
    mark: str


def render_rows(rows: Sequence[TableRow], columns: TableColumns) -> str:
    """Return the rows as HTML; every text is escaped."""
    taken, result, level, says = (
        f' data-label="{escape(name)}">' for name in (columns.taken, columns.result, columns.level, columns.says)
    )
    cells = iter(escape_all(list(chain.from_iterable(rows))))
    return "\n".join(
        [
            f'<tr><th scope="row"{taken}<a class="nowrap" href="{href}">{date_text}</a></th>'
            f"<td{result}<b>{value}</b>{_small(detail)}{_small(mark)}</td>"
            f"<td{level}{name}</td><td{says}<span>{said}</span></td></tr>"
            for href, date_text, value, detail, name, said, mark in zip(*[cells] * 7, strict=True)
        ]
    )


def _small(escaped: str) -> str:
    return f" <small>{escaped}</small>" if escaped else ""
