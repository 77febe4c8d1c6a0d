"""A whole record as one JSON file: what leaves with a person, and what can be brought back. Source: checks S42 and S49.

Every value is text, a whole number, yes or no, or nothing: no number goes through a float, so that 5.10 stays 5.10.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT, VERSION = "milestones-record", 1
MOST_BYTES = 5_000_000
MOST_ROWS = 50_000
_MOST_DEPTH = 20
_LONGEST_NUMBER = 15
Row = dict[str, Any]


class RefusedFile(StrEnum):
    """Why a file is no record that can be brought back."""

    TOO_LARGE = "too large"
    NOT_JSON = "not JSON"
    NOT_OURS = "not a record of this site"
    OTHER_VERSION = "another version of the file"
    UNKNOWN_PART = "a part that is not known"
    TOO_MANY_ROWS = "too many rows"


@dataclass(frozen=True, slots=True)
class RecordFile:
    """What a file holds: the person's own choices, and rows by their kind, each with its versions under "history"."""

    person: Row
    rows: Mapping[str, tuple[Row, ...]]


def write_record(person: Row, kinds: Iterable[tuple[str, Iterable[Row]]], *, written_at: str) -> Iterator[str]:
    """Yield the file piece by piece; keys stand in the order in which they are given.

    Args:
        person: name and time zone.
        kinds: rows by their kind.
        written_at: the moment, as text.
    """
    head = {"format": FORMAT, "version": VERSION, "written_at": written_at, "person": person}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": {'
    for place, (kind, rows) in enumerate(kinds):
        yield f"{', ' if place else ''}{json.dumps(kind)}: ["
        for number, row in enumerate(rows):
            yield f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}"
        yield "]"
    yield "}}\n"


def read_record(content: bytes, columns: Mapping[str, frozenset[str]]) -> RecordFile | RefusedFile:
    """Return what a file holds, or why it is refused. It never raises on bytes.

    Args:
        content: the file.
        columns: the columns that a row of each kind may have.
    """
    if len(content) > MOST_BYTES:
        return RefusedFile.TOO_LARGE
    try:
        text = content.decode("utf-8-sig")
        if _depth(text) > _MOST_DEPTH:
            return RefusedFile.NOT_JSON
        found = json.loads(
            text, object_pairs_hook=_without_twice, parse_constant=_refuse, parse_float=_refuse, parse_int=_whole
        )
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        return RefusedFile.NOT_JSON
    return _record(found, columns)


def _record(found: Any, columns: Mapping[str, frozenset[str]]) -> RecordFile | RefusedFile:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return RefusedFile.NOT_OURS
    if found.get("version") != VERSION:
        return RefusedFile.OTHER_VERSION
    person, kinds = found.get("person"), found.get("rows")
    if not isinstance(person, dict) or not isinstance(kinds, dict):
        return RefusedFile.NOT_OURS
    if not set(kinds) <= set(columns):
        return RefusedFile.UNKNOWN_PART
    rows: dict[str, tuple[Row, ...]] = {}
    for kind, given in kinds.items():
        if not isinstance(given, list) or not all(_is_row(row, columns[kind]) for row in given):
            return RefusedFile.UNKNOWN_PART
        rows[kind] = tuple(given)
    if sum(1 + len(row.get("history", ())) for given in rows.values() for row in given) > MOST_ROWS:
        return RefusedFile.TOO_MANY_ROWS
    return RecordFile(person, rows)


def _is_row(row: Any, columns: frozenset[str]) -> bool:
    if not isinstance(row, dict):
        return False
    history = row.get("history", [])
    plain = {name: value for name, value in row.items() if name != "history"}
    versions = history if isinstance(history, list) else [None]
    return _is_plain(plain, columns) and all(_is_plain(version, columns) for version in versions)


def _is_plain(row: Any, columns: frozenset[str]) -> bool:
    """Whether each column is known, and holds no list and nothing within."""
    return isinstance(row, dict) and set(row) <= columns and all(_is_value(value) for value in row.values())


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool)


def _depth(text: str) -> int:
    """Return how deep brackets stand within each other, texts left out."""
    deepest = depth = 0
    in_text = is_escaped = False
    for sign in text:
        if in_text:
            if is_escaped:
                is_escaped = False
            elif sign == "\\":
                is_escaped = True
            elif sign == '"':
                in_text = False
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _without_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(text: str) -> Any:
    raise ValueError(text[:_LONGEST_NUMBER])


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number that is too long")
    return int(text)
