"""A file's bytes to a table of texts: CSV in its many kinds, and XLSX. What is no table is refused by its content.

Source: checks S49. A workbook is a zip of XML: its parts are counted, measured and searched before it is opened.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from milestones.clinical.quantity import plain
from milestones.interchange.columns import match_columns
from milestones.interchange.csv_cells import as_written
from milestones.interchange.file_dates import DateFault, read_date
from milestones.interchange.incoming import FileProblem, UnreadableFileError

MOST_BYTES = 1_048_576
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 1_000
# Blank rows are passed over, up to here: a lone cell at the foot of a sheet is no reason to read a million rows.
_MOST_LINES = 20_000
_HEADER_WITHIN = 20
_MOST_PARTS = 200
_MOST_UNPACKED = 24_000_000
_MARKS = ";\t,|"
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = (b"\x1f\x8b", b"%PDF", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECIMALS = re.compile(r"0(?:\.(0+))?(%)?\Z")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as texts: its headings, and its rows with the number that each has in the file."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    has_headings: bool = True


def read_table(content: bytes) -> Table:
    """Return the table that a file holds.

    Args:
        content: the file; CSV with commas, semicolons, tabs or bars in UTF-8, UTF-16 or Windows-1252, or XLSX.

    Raises:
        UnreadableFileError: it is none of these, or too large.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFileError(FileProblem.TOO_LARGE)
    if not content.strip():
        raise UnreadableFileError(FileProblem.EMPTY)
    if content.startswith(_ZIP):
        return _table(_rows_of_workbook(content))
    if content.startswith(_OLD_OFFICE):
        raise UnreadableFileError(FileProblem.ENCRYPTED)
    if content.startswith(_OTHER_KINDS):
        raise UnreadableFileError(FileProblem.NOT_A_TABLE)
    return _table(_rows_of_text(decode(content)))


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises:
        UnreadableFileError: it is no text.
    """
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError(FileProblem.NOT_TEXT)


def _rows_of_text(text: str) -> Iterator[list[str]]:
    if text.lstrip()[:1] in ("{", "[", "<"):
        raise UnreadableFileError(FileProblem.NOT_A_TABLE)
    # A first line such as "sep=;" is Excel's own way to say it.
    said = re.match(r"sep=([;,\t|])\r?\n", text)
    mark = said[1] if said else _mark_of(text)
    reader = csv.reader(io.StringIO(text[said.end() :] if said else text, newline=""), delimiter=mark, strict=True)
    if said:
        yield []
    try:
        for row in reader:
            yield [as_written(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableFileError(FileProblem.DAMAGED) from error


def _mark_of(text: str) -> str:
    """Return the mark between cells: the one under which the first lines have most headings that are known."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_HEADER_WITHIN]

    def fits(mark: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(lines, delimiter=mark))
        except csv.Error:
            return (0, 0)
        known = max((len(match_columns(row[:MOST_COLUMNS])) for row in rows), default=0)
        return known, sum(len(row) > 1 for row in rows)

    return max(_MARKS, key=fits)


def _table(lines: Iterable[Sequence[str]]) -> Table:
    """Return the rows under the headings; lines above them, such as a title, are passed over."""
    filled: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(lines, start=1):
        if number > _MOST_LINES:
            raise UnreadableFileError(FileProblem.TOO_MANY_ROWS)
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFileError(FileProblem.TOO_MANY_COLUMNS)
        filled.append((number, tuple(cell[:LONGEST_CELL] for cell in cells)))
        if len(filled) > MOST_ROWS + _HEADER_WITHIN:
            raise UnreadableFileError(FileProblem.TOO_MANY_ROWS)
    if not filled:
        raise UnreadableFileError(FileProblem.EMPTY)
    place = _place_of_headings([cells for _number, cells in filled[:_HEADER_WITHIN]])
    rows = filled[place + 1 :] if place is not None else filled
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(FileProblem.TOO_MANY_ROWS)
    if place is None:
        return Table(("",) * max(len(cells) for _number, cells in rows), tuple(rows), has_headings=False)
    return Table(filled[place][1], tuple(rows))


def _place_of_headings(rows: Sequence[tuple[str, ...]]) -> int | None:
    """Return which row holds the headings; None where the first row is already a result."""
    best = max(range(len(rows)), key=lambda place: (len(match_columns(rows[place])), -place))
    if len(match_columns(rows[best])) > 1 or (best == 0 and match_columns(rows[0])):
        return best
    begins_with_a_date = any(read_date(cell) is not DateFault.UNREADABLE for cell in rows[0])
    return None if begins_with_a_date else 0


# --- A workbook -------------------------------------------------------------------------------------------------------


def _rows_of_workbook(content: bytes) -> Iterator[list[str]]:
    _refuse_hostile(content)
    # Imported where it is used: most requests read no workbook.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    faults = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError)
    # What the parser of XML raises for a broken part is a SyntaxError.
    archives = (zipfile.BadZipFile, SyntaxError, EOFError, OSError, zlib.error)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it does not keep
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets[:1]:
                sheet.reset_dimensions()
                for cells in sheet.iter_rows(max_col=MOST_COLUMNS + 1):
                    yield [as_written(_text_of(cell)) for cell in cells]
    except (*faults, *archives) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(FileProblem.DAMAGED) from error


def _refuse_hostile(content: bytes) -> None:
    """Refuse a bomb, macros, declarations of entities, and what is no workbook, before anything of it is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            fault = _fault_of(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableFileError(FileProblem.DAMAGED) from error
    if fault is not None:
        raise UnreadableFileError(fault)


def _fault_of(archive: zipfile.ZipFile) -> FileProblem | None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        return FileProblem.ENCRYPTED
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        return FileProblem.MACROS
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return FileProblem.NOT_A_TABLE
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return FileProblem.TOO_LARGE
    xml = (archive.read(part) for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    return FileProblem.DAMAGED if any(_declares(part) for part in xml) else None


def _declares(xml: bytes) -> bool:
    """Whether a part declares entities, or is in an encoding in which a search would miss them."""
    is_plain = xml.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and b"\0" not in xml[:200]
    return not is_plain or bool(_DECLARATION.search(xml))


def _text_of(cell: Any) -> str:
    """Return a cell as a person sees it: a number to its printed digits, a percentage with its sign, a date as ISO."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number_as_seen(value, str(cell.number_format or ""))
    return str(value)


def _number_as_seen(value: float, number_format: str) -> str:
    """Return a number's digits. A cell that shows 0.1% holds 0.001: its format says so, and so the sign is given.

    Zeros that the format shows are kept, as 5.10; digits that it hides are not lost.
    """
    number = Decimal(repr(value))
    if not number.is_finite():
        return str(value)
    shown = _DECIMALS.match(number_format)
    sign = "%" if "%" in number_format else ""
    if sign:
        number = number.scaleb(2)
    text = plain(number.normalize()) if number else "0"
    places = len(shown[1] or "") if shown else 0
    whole, _point, fraction = text.partition(".")
    if len(fraction) < places:
        text = f"{whole}.{fraction.ljust(places, '0')}"
    return text + sign
