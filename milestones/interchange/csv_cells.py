"""One line of a CSV file, with nothing in it that a spreadsheet takes for a formula. Source: checks S47."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

_BEGINS_A_FORMULA = frozenset("=+-@\t\r\0＝＋－＠")
_MARK = "'"


def csv_line(cells: Sequence[str]) -> str:
    """Return cells as one line of RFC 4180; one that would begin a formula begins with ``'``."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([inert(cell) for cell in cells])
    return buffer.getvalue()


def inert(cell: str) -> str:
    """Return a cell as plain text for a spreadsheet; ``as_written`` gives back what it was."""
    return f"{_MARK}{cell}" if cell and (cell[0] in _BEGINS_A_FORMULA or _is_marked(cell)) else cell


def as_written(cell: str) -> str:
    """Return a cell without the mark that ``inert`` put before it."""
    return cell[1:] if _is_marked(cell) else cell


def _is_marked(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == _MARK and (cell[1] in _BEGINS_A_FORMULA or cell[1] == _MARK)
