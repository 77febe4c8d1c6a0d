"""JSON with exact numbers, both ways: ``5.10`` stays ``5.10``, and no number is ever a binary float.

What comes from outside is read with the limits of checks S49: refused by name before it can cost time or memory.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn

from milestones.clinical.quantity import plain

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_MOST_DIGITS = 30
_LARGEST_EXPONENT = 30

# A string to its end, or to the end of the text where it has none; or one bracket. It never looks at a place twice.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z|\\\Z)|[\[\]{}]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAY_HOLD_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MAGIC = {b"\x1f\x8b": "GZIP", b"PK": "ZIP", b"BZh": "ARCHIVE", b"\xfd7zXZ": "ARCHIVE", b"7z\xbc\xaf": "ARCHIVE"}


class FileRefusal(StrEnum):
    """Why a whole file is not read, in words for the person who chose it."""

    EMPTY = "The file is empty."
    TOO_LARGE = "The file is larger than 1 MB. Ask the portal for a shorter time."
    GZIP = "This is a compressed file (gzip). Unpack it, and choose the JSON file inside."
    ZIP = "This is a zip file or a spreadsheet. Unpack it, and choose the JSON file inside."
    ARCHIVE = "This is a compressed file. Unpack it, and choose the JSON file inside."
    XML = "This is an XML or web page file. Ask the portal for FHIR as JSON."
    NOT_TEXT = "The file is not plain text in UTF-8, so it was not read."
    NOT_JSON = "The file is not JSON, or it is cut off."
    TOO_DEEP = "The file is nested more than 20 levels deep, which no record is."
    REPEATED_NAME = "The file gives one name twice in the same place, so it can mean two things."
    NOT_A_NUMBER = "The file holds NaN or Infinity, which are no numbers of a report."
    HUGE_NUMBER = "The file holds a number that is too large for any report."
    BROKEN_CHARACTER = "The file holds a broken character (half of a pair)."
    NOT_FHIR = "The file holds no FHIR resource: nothing in it says what it is."
    TOO_MANY_RESULTS = "The file holds more than 5,000 results. Ask the portal for a shorter time."
    TOO_MANY_ENTRIES = "The file holds more than 10,000 entries. Ask the portal for a shorter time."


class RefusedFileError(ValueError):
    """A file that is not read at all.

    Attributes:
        refusal: why.
    """

    def __init__(self, refusal: FileRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def write_json(value: object) -> str:
    """Return a value as JSON on one line, in the order in which it was made.

    Raises:
        TypeError: it holds something else than text, whole numbers, decimals, truth values, lists and dicts; a float
            is refused, as its digits are not the printed ones.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{write_json(str(name))}:{write_json(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(write_json, value)) + "]"
    raise TypeError(f"not for JSON: {type(value).__name__}")


def decode(content: bytes) -> str:
    """Return the text of a file, after what it is has been looked at by its content.

    Raises:
        RefusedFileError: it is too large, compressed, XML, or no text.
    """
    if len(content) > MAX_BYTES:
        raise RefusedFileError(FileRefusal.TOO_LARGE)
    for magic, name in _MAGIC.items():
        if content.startswith(magic):
            raise RefusedFileError(FileRefusal[name])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedFileError(FileRefusal.NOT_TEXT) from None
    start = text[:200].lstrip()
    if not start and not text.strip():
        raise RefusedFileError(FileRefusal.EMPTY)
    if start.startswith("<"):
        raise RefusedFileError(FileRefusal.XML)
    return text


def read_json(text: str) -> Any:
    """Return what a text of JSON holds; numbers with a point are exact decimals.

    Raises:
        RefusedFileError: it is no JSON, or JSON that no honest portal writes.
    """
    _refuse_depth(text)
    try:
        value = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError:
        raise RefusedFileError(FileRefusal.NOT_JSON) from None
    if _MAY_HOLD_SURROGATE.search(text) and _has_lone_surrogate(value):
        raise RefusedFileError(FileRefusal.BROKEN_CHARACTER)
    return value


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        character = match.group()[0]
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusedFileError(FileRefusal.TOO_DEEP)
        elif character in "]}":
            depth -= 1


def _decimal(token: str) -> Decimal:
    digits, _sep, exponent = token.lower().partition("e")
    if len(digits) > _MOST_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > _LARGEST_EXPONENT:
        raise RefusedFileError(FileRefusal.HUGE_NUMBER)
    return Decimal(token)


def _integer(token: str) -> int:
    if len(token) > _MOST_DIGITS:
        raise RefusedFileError(FileRefusal.HUGE_NUMBER)
    return int(token)


def _constant(_token: str) -> NoReturn:
    raise RefusedFileError(FileRefusal.NOT_A_NUMBER)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedFileError(FileRefusal.REPEATED_NAME)
    return found


def _has_lone_surrogate(value: Any) -> bool:
    if isinstance(value, str):
        return _LONE_SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(_has_lone_surrogate(name) or _has_lone_surrogate(part) for name, part in value.items())
    return isinstance(value, list) and any(map(_has_lone_surrogate, value))
