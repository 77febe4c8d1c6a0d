"""A person's results as a workbook: numbers as numbers, dates as texts, and nothing that runs.

Source: checks S47 and H30. The rows are written one by one: a long record needs no more memory than a short one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from milestones.clinical.course import CourseEntry
from milestones.clinical.quantity import plain
from milestones.interchange.columns import cells_of_template, headings
from milestones.interchange.csv_results import cells_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What XML has no way to write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WIDTH = 18


def results_workbook(entries: Iterable[tuple[CourseEntry, bool]], rule_set: str) -> bytes:
    """Return a workbook with the same columns and rows as the CSV file.

    Args:
        entries: each result with whether the day of its sample is known, in order of collection.
        rule_set: the short name of the rule set whose verdict stands in it.
    """
    rows = (cells_of(entry, day_is_known=known, rule_set=rule_set) for entry, known in entries)
    names = tuple(headings())
    return workbook(names, ([cells[name] for name in names] for cells in rows))


def template_workbook() -> bytes:
    """Return the template to fill in."""
    names, *rows = cells_of_template()
    return workbook(names, rows)


def workbook(names: Sequence[str], rows: Iterable[Sequence[str | Decimal]]) -> bytes:
    """Return one sheet with these headings; no text in it is a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - most requests write no workbook
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    sheet.freeze_panes = "A2"
    for place in range(1, len(names) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH

    def cell(value: str | Decimal) -> Any:
        number, number_format = _number(value) if isinstance(value, Decimal) else (None, "")
        made = WriteOnlyCell(sheet, value=number if number is not None else _UNWRITABLE.sub("\ufffd", _text(value)))
        if number is None:
            made.data_type = "s"  # a text, whatever stands first in it
            made.number_format = "@"
        else:
            made.number_format = number_format
        return made

    sheet.append([cell(name) for name in names])
    for row in rows:
        sheet.append([cell(value) if value != "" else None for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _number(value: Decimal) -> tuple[float | int | None, str]:
    """Return a number for a cell and the format that shows its very digits; None where the cell would change it."""
    places = max(0, -int(value.as_tuple().exponent))
    number = int(value) if not places else float(value)
    # A spreadsheet keeps fifteen digits.
    if Decimal(repr(number)) != value or len(value.as_tuple().digits) > 15:
        return None, ""
    return number, f"0.{'0' * places}" if places else "0"


def _text(value: str | Decimal) -> str:
    return plain(value) if isinstance(value, Decimal) else value
