"""A file of any length, classified patient by patient in bounded memory, its rows kept in their order.

Rows of one patient may stand anywhere. They are brought together by spreading the file over small temporary parts by
patient, each part is classified alone, and the parts are merged back by row number.
"""

from __future__ import annotations

import csv
import heapq
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import IO
from zlib import crc32

from milestones.clinical.guidelines.loader import RuleSet
from milestones.interchange.classify_rows import (
    REQUIRED_COLUMNS,
    RowReader,
    added_columns,
    classify_patient,
)

Progress = Callable[[int, int], None]

# A part of about this size holds some 40,000 rows, which is 60 MB or so while it is classified.
_PART_BYTES = 4_000_000
_MOST_PARTS = 256
_REPORT_EVERY = 20_000


class UnreadableFileError(ValueError):
    """A file that cannot be read as a table of results; the message says why in one sentence."""


class TemporaryFilesError(Exception):
    """The temporary parts cannot be kept; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the header tells: its columns, and the mark between cells."""

    header: list[str]
    delimiter: str


def classify_file(source: Path, target: IO[str], rule_sets: Sequence[RuleSet], progress: Progress | None = None) -> int:
    """Classify every row of ``source`` into ``target``; return the number of rows.

    Args:
        source: a UTF-8 file with a header, its cells parted by commas or semicolons. It is read twice.
        target: an open text file, written with the same mark between cells; opened with ``newline=""``.
        rule_sets: the rule sets to ask.
        progress: told the bytes done and the bytes in all, over reading and classifying.

    Raises:
        UnreadableFileError: the file is missing, no regular file, empty, not UTF-8, lacks a column, names one twice or
            already has one of the added columns, or breaks off within a quoted cell.
        TemporaryFilesError: the temporary parts cannot be kept.
        OSError: ``target`` cannot be written.
    """
    with _reading(source):
        status = source.stat()
        if not S_ISREG(status.st_mode):
            raise UnreadableFileError(f"{source.name or source} is not a regular file.")
        layout = _read_layout(source, rule_sets)
    parts = min(_MOST_PARTS, status.st_size // _PART_BYTES + 1)
    with ExitStack() as stack:
        with _keeping_parts():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="classify-")))
            rows = _classify_in(folder, source, status.st_size, layout, parts, rule_sets, progress)
        writer = csv.writer(target, delimiter=layout.delimiter, lineterminator="\n")
        writer.writerow([*layout.header, *added_columns(rule_sets)])
        _merge(folder, parts, target)
    return rows


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    """Blame the faults within on the input."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{source.name} is not a UTF-8 text file.") from error
    except csv.Error as error:
        raise UnreadableFileError(f"{source.name} is not a readable table: {error}.") from error
    except OSError as error:
        raise UnreadableFileError(f"{source.name} cannot be read: {error.strerror}.") from error


@contextmanager
def _keeping_parts() -> Iterator[None]:
    """Blame the faults within on the temporary parts."""
    try:
        yield
    except OSError as error:
        raise TemporaryFilesError(f"The temporary files cannot be written: {error.strerror}.") from error


def _open(path: Path) -> IO[str]:
    return path.open(encoding="utf-8-sig", newline="")


def _read_layout(source: Path, rule_sets: Sequence[RuleSet]) -> _Layout:
    delimiter = max(",;", key=lambda mark: len(_read_header(source, mark, strict=False)))
    header = _read_header(source, delimiter, strict=True)
    if not header:
        raise UnreadableFileError(f"{source.name} is empty: it needs a header.")
    for name in REQUIRED_COLUMNS:
        if name not in header:
            raise UnreadableFileError(f"{source.name} has no column {name}.")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise UnreadableFileError(f"{source.name} has the column {repeated[0]} twice.")
    taken = [name for name in added_columns(rule_sets) if name in header]
    if taken:
        raise UnreadableFileError(f"{source.name} already has the column {taken[0]}, which would be added.")
    return _Layout(header, delimiter)


def _read_header(source: Path, delimiter: str, *, strict: bool) -> list[str]:
    """Return the names of the columns, without the blank ones behind the last; none if all lines are blank."""
    with _open(source) as lines:
        names = _first_filled(csv.reader(lines, delimiter=delimiter, strict=strict))
    return _cut([name.strip() for name in names], 0)


def _first_filled(rows: Iterator[list[str]]) -> list[str]:
    """Pass over blank rows, and return the first that is not."""
    return next((row for row in rows if any(cell.strip() for cell in row)), [])


def _cut(row: list[str], width: int) -> list[str]:
    """Take the blank cells beyond ``width`` off the end of the row, which spreadsheets add."""
    while len(row) > width and not row[-1].strip():
        row.pop()
    return row


def _patient(row: Sequence[str], position: int) -> str:
    return row[position].strip() if len(row) > position else ""


def _classify_in(
    folder: Path,
    source: Path,
    size: int,
    layout: _Layout,
    parts: int,
    rule_sets: Sequence[RuleSet],
    progress: Progress | None,
) -> int:
    """Leave each part's rows classified in the folder; return the number of rows."""
    reader = RowReader(layout.header)
    rows = _spread(folder, source, size, layout, reader.patient, parts, progress)
    for part in range(parts):
        _classify_part(folder, part, layout, reader, rule_sets)
        if progress is not None:
            progress(size + size * (part + 1) // parts, 2 * size)
    return rows


def _spread(
    folder: Path, source: Path, size: int, layout: _Layout, patient: int, parts: int, progress: Progress | None
) -> int:
    """Write each row with its number to the part of its patient; return the number of rows.

    Rows without a patient belong to nobody: they are dealt out by their number, so that no part grows with them.
    """
    number = 0
    width = len(layout.header)
    with ExitStack() as stack:
        with _reading(source):
            lines = stack.enter_context(_open(source))
        files = [
            stack.enter_context((folder / f"{part}.in").open("w", encoding="utf-8", newline=""))
            for part in range(parts)
        ]
        writers = [csv.writer(file) for file in files]
        for row in _rows(source, lines, layout.delimiter):
            if not row:
                continue
            name = _patient(row, patient)
            part = (crc32(name.encode()) if name else number) % parts
            writers[part].writerow([number, *_cut(row, width)])
            number += 1
            if progress is not None and number % _REPORT_EVERY == 0:
                progress(os.lseek(lines.fileno(), 0, os.SEEK_CUR), 2 * size)
    return number


def _rows(source: Path, lines: IO[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the rows below the header; faults of reading them are the input's, faults of the caller are not."""
    with _reading(source):
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        _first_filled(rows)
        yield from rows


def _classify_part(folder: Path, part: int, layout: _Layout, reader: RowReader, rule_sets: Sequence[RuleSet]) -> None:
    """Classify one part, and write its rows as numbered records in order of their number."""
    # A row without a patient stands alone, under its number.
    patients: dict[str | int, tuple[list[int], list[list[str]]]] = {}
    path = folder / f"{part}.in"
    with path.open(encoding="utf-8", newline="") as lines:
        for cells in csv.reader(lines):
            number, row = int(cells[0]), cells[1:]
            numbers, rows = patients.setdefault(_patient(row, reader.patient) or number, ([], []))
            numbers.append(number)
            rows.append(row)
    path.unlink()
    records: list[tuple[int, str]] = []
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=layout.delimiter, lineterminator="\n")
    for name in list(patients):
        numbers, rows = patients.pop(name)
        for number, row, answer in zip(numbers, rows, classify_patient(rows, reader, rule_sets), strict=True):
            writer.writerow((*_fitted(row, reader.width), *answer))
            records.append((number, buffer.getvalue()))
            buffer.seek(0)
            buffer.truncate()
    records.sort()
    with (folder / f"{part}.out").open("wb") as out:
        for number, text in records:
            encoded = text.encode()
            out.write(b"%d %d\n" % (number, len(encoded)))
            out.write(encoded)


def _fitted(row: list[str], width: int) -> list[str]:
    """Return the row in the header's width, so that the added cells stand under their names."""
    return row if len(row) == width else [*row[:width], *[""] * (width - len(row))]


def _merge(folder: Path, parts: int, target: IO[str]) -> None:
    """Write the records of all parts in order of their number."""
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"{part}.out").open("rb")) for part in range(parts)]
        for _, text in heapq.merge(*[_records(file) for file in files]):
            target.write(text.decode())


def _records(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for head in file:
        number, length = head.split()
        yield int(number), file.read(int(length))
