"""The file of a whole record: what it takes, and every way in which it is refused. It never raises (S49)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.interchange.record_file import (
    MOST_BYTES,
    RecordFile,
    RefusedFile,
    read_record,
    write_record,
)

COLUMNS = {"labresult": frozenset({"id", "value", "number", "history_date"}), "visit": frozenset({"id"})}
VALUES = st.none() | st.booleans() | st.integers(-(10**13), 10**13) | st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.dictionaries(st.sampled_from(["id", "value", "number"]), VALUES)


def made(**changes: Any) -> bytes:
    whole = {"format": "milestones-record", "version": 1, "person": {}, "rows": {"labresult": [{"id": "a"}]}}
    return json.dumps({**whole, **changes}).encode()


@given(st.lists(ROWS, max_size=5), st.lists(ROWS, max_size=3), VALUES)
def test_what_is_written_is_what_is_read(rows: list[dict[str, Any]], versions: list[dict[str, Any]], name: Any) -> None:
    rows = [{**row, "history": versions} for row in rows]
    pieces = write_record({"display_name": name}, [("labresult", rows), ("visit", [])], written_at="now")
    found = read_record("".join(pieces).encode(), COLUMNS)
    assert found == RecordFile({"display_name": name}, {"labresult": tuple(rows), "visit": ()})


def test_digits_stay_as_they_are() -> None:
    text = "".join(write_record({}, [("labresult", [{"value": "5.10"}])], written_at="now"))
    assert '"5.10"' in text
    found = read_record(text.encode(), COLUMNS)
    assert isinstance(found, RecordFile)
    assert found.rows["labresult"][0]["value"] == "5.10"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", RefusedFile.NOT_JSON),
        (b"\x1f\x8b\x08\x00gzip", RefusedFile.NOT_JSON),
        (b"PK\x03\x04zip", RefusedFile.NOT_JSON),
        (b"<!DOCTYPE html><record/>", RefusedFile.NOT_JSON),
        (b"\xff\xfe{\x00}\x00", RefusedFile.NOT_JSON),
        (b"[" * 100_000, RefusedFile.NOT_JSON),
        (b'{"a":' * 21 + b"1" + b"}" * 21, RefusedFile.NOT_JSON),
        (b'{"format": "milestones-record", "format": "milestones-record"}', RefusedFile.NOT_JSON),
        (made(person={"a": 1.5}), RefusedFile.NOT_JSON),
        (made().replace(b'"a"', b"NaN"), RefusedFile.NOT_JSON),
        (made().replace(b'"a"', b"Infinity"), RefusedFile.NOT_JSON),
        (made().replace(b'"a"', b"1e999999"), RefusedFile.NOT_JSON),
        (made().replace(b'"a"', b"9" * 5_000), RefusedFile.NOT_JSON),
        (made().replace(b'"a"', rb'"\ud800"'), RefusedFile.NOT_JSON),
        (b" " * (MOST_BYTES + 1), RefusedFile.TOO_LARGE),
        (b"[]", RefusedFile.NOT_OURS),
        (b'{"resourceType": "Bundle"}', RefusedFile.NOT_OURS),
        (made(rows=[]), RefusedFile.NOT_OURS),
        (made(version=2), RefusedFile.OTHER_VERSION),
        (made(rows={"user": []}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": {}}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": [1]}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": [{"patient": "x"}]}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": [{"id": ["x"]}]}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": [{"history": "x"}]}), RefusedFile.UNKNOWN_PART),
        (made(rows={"labresult": [{"history": [{"history": []}]}]}), RefusedFile.UNKNOWN_PART),
        (made(rows={"visit": [{}] * 50_001}), RefusedFile.TOO_MANY_ROWS),
    ],
)
def test_refused_by_name(content: bytes, why: RefusedFile) -> None:
    assert read_record(content, COLUMNS) is why


def test_as_deep_as_it_may_be() -> None:
    """Brackets in a text are no depth."""
    assert isinstance(read_record(made(person={"display_name": '[{"' * 50}), COLUMNS), RecordFile)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_it_never_raises(content: bytes) -> None:
    assert isinstance(read_record(content, COLUMNS), RecordFile | RefusedFile)


@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=8))
def test_it_never_raises_on_json(value: Any) -> None:
    for content in (json.dumps(value), json.dumps({"format": "milestones-record", "version": 1, "rows": value})):
        assert isinstance(read_record(content.encode(), COLUMNS), RecordFile | RefusedFile)
