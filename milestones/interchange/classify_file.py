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
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the header tells: its columns, and the mark between cells."""

    header: list[str]
    delimiter: str


def classify_file(source: Path, target: IO[str], rule_sets: Sequence[RuleSet], progress: Progress | None = None) -> int:
    """Classify every row of ``source`` into ``target``; return the number of rows.

    Args:
        source: a UTF-8 file with a header, its cells parted by commas or semicolons.
        target: an open text file, written with the same mark between cells; opened with ``newline=""``.
        rule_sets: the rule sets to ask.
        progress: told the bytes done and the bytes in all, over reading and classifying.

    Raises:
        UnreadableFileError: the file is missing, empty, not UTF-8, lacks a column, names one twice or already has one
            of the added columns, or breaks off within a quoted cell.
    """
    try:
        size = source.stat().st_size
        layout = _read_layout(source, rule_sets)
        with tempfile.TemporaryDirectory(prefix="classify-") as folder:
            return _classify_in(Path(folder), source, size, layout, target, rule_sets, progress)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{source.name} is not a UTF-8 text file.") from error
    except csv.Error as error:
        raise UnreadableFileError(f"{source.name} is not a readable table: {error}.") from error
    except OSError as error:
        raise UnreadableFileError(f"{source.name} cannot be read: {error.strerror}.") from error


def _open(path: Path) -> IO[str]:
    return path.open(encoding="utf-8-sig", newline="")


def _read_layout(source: Path, rule_sets: Sequence[RuleSet]) -> _Layout:
    with _open(source) as lines:
        first = lines.readline()
    if not first.strip():
        raise UnreadableFileError(f"{source.name} is empty: it needs a header.")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter, strict=True))]
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


def _classify_in(
    folder: Path,
    source: Path,
    size: int,
    layout: _Layout,
    target: IO[str],
    rule_sets: Sequence[RuleSet],
    progress: Progress | None,
) -> int:
    reader = RowReader(layout.header)
    parts = min(_MOST_PARTS, size // _PART_BYTES + 1)
    rows = _spread(folder, source, size, layout, reader.patient, parts, progress)
    for part in range(parts):
        _classify_part(folder, part, layout, reader, rule_sets)
        if progress is not None:
            progress(size + size * (part + 1) // parts, 2 * size)
    writer = csv.writer(target, delimiter=layout.delimiter, lineterminator="\n")
    writer.writerow([*layout.header, *added_columns(rule_sets)])
    _merge(folder, parts, target)
    return rows


def _spread(
    folder: Path, source: Path, size: int, layout: _Layout, patient: int, parts: int, progress: Progress | None
) -> int:
    """Write each row with its number to the part of its patient; return the number of rows."""
    number = 0
    with ExitStack() as stack:
        lines = stack.enter_context(_open(source))
        files = [
            stack.enter_context((folder / f"{part}.in").open("w", encoding="utf-8", newline=""))
            for part in range(parts)
        ]
        writers = [csv.writer(file) for file in files]
        rows = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        next(rows)
        for row in rows:
            if not row:
                continue
            name = row[patient] if len(row) > patient else ""
            writers[crc32(name.encode()) % parts].writerow([number, *row])
            number += 1
            if progress is not None and number % _REPORT_EVERY == 0:
                progress(os.lseek(lines.fileno(), 0, os.SEEK_CUR), 2 * size)
    return number


def _classify_part(folder: Path, part: int, layout: _Layout, reader: RowReader, rule_sets: Sequence[RuleSet]) -> None:
    """Classify one part, and write its rows as numbered records in order of their number."""
    patients: dict[str, tuple[list[int], list[list[str]]]] = {}
    path = folder / f"{part}.in"
    with path.open(encoding="utf-8", newline="") as lines:
        for cells in csv.reader(lines):
            row = cells[1:]
            name = row[reader.patient].strip() if len(row) > reader.patient else ""
            numbers, rows = patients.setdefault(name, ([], []))
            numbers.append(int(cells[0]))
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
