"""The table of results as HTML rows: drawn in one go, as a template's loop costs ten times as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The names of the columns; each cell carries its own, for windows where the table is a list of cards."""

    taken: str
    result: str
    level: str
    says: str


@dataclass(frozen=True, slots=True)
class TableRow:
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
    return "\n".join(
        [
            f'<tr><th scope="row"{taken}<a class="nowrap" href="{escape(row.href)}">{escape(row.date_text)}</a></th>'
            f"<td{result}<b>{escape(row.value_text)}</b>{_small(row.detail)}{_small(row.mark)}</td>"
            f"<td{level}{escape(row.level)}</td><td{says}<span>{escape(row.says)}</span></td></tr>"
            for row in rows
        ]
    )


def _small(text: str) -> str:
    return f" <small>{escape(text)}</small>" if text else ""
