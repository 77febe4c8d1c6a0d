"""Reading the whole audit trail in order, to see whether each row still has the seal that it was given."""

# ruff: noqa: S608 - the names that are put into these statements are constants of this file

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from accounts.models import AuditEvent, AuditSeal
from accounts.seals import COLUMNS, NO_RECORD, NO_SEAL, make_seal, sealed_text

ROWS_AT_ONCE = 2_000
_EVENTS, _SEALS = AuditEvent._meta.db_table, AuditSeal._meta.db_table  # noqa: SLF001 - Django's documented name
_BEFORE_ALL = -(2**63)
#: How each database tells a column as the text that was sealed. SQLite keeps ids and times as texts already, and bytes
#: that are no text where somebody put them: they are read as they are.
_AS_TEXT = {
    "sqlite": {
        "text": "CAST({} AS BLOB)",
        "key": "{}",
        "number": "CAST({} AS TEXT)",
        "time": "{0} || CASE length({0}) WHEN 19 THEN '.000000' ELSE '' END",
        "first chain": "",
    },
    "postgresql": {
        "text": "{}",
        "key": "replace({}::text, '-', '')",
        "number": "{}::text",
        "time": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        "first chain": NO_RECORD.hex,
    },
}
_KINDS = {"id": "number", "at": "time", "actor_id": "key", "patient_id": "key", "object_version": "number"}


class Fault(StrEnum):
    """What is wrong with a row of the trail."""

    CHANGED = "changed"
    ROW_MISSING = "row missing"
    SEAL_MISSING = "seal missing"
    END_MISSING = "end missing"
    NOT_AS_ANCHORED = "not as anchored"


@dataclass(frozen=True)
class Anchor:
    """How far a chain had come on a day: its number of rows, its last row and that row's seal."""

    chain: UUID
    count: int
    last_id: int
    hash: str


@dataclass(frozen=True)
class Break:
    """The first row of a chain that is not as it was written."""

    chain: str
    event_id: int
    fault: Fault


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and what is wrong, in the order of the rows."""

    rows: int
    chains: int
    breaks: tuple[Break, ...]


def iterate_anchors() -> Iterator[Anchor]:
    """Yield the head of each chain, by the id of its record; reads in pages."""
    last = _text("first chain")
    is_first = True
    while True:
        heads = _run(
            f"""SELECT {_text("key").format("s.chain")}, s.position, s.event_id, s.hash FROM {_SEALS} AS s JOIN (
            SELECT chain, MAX(position) AS position FROM {_SEALS} WHERE chain {">=" if is_first else ">"} %s
            GROUP BY chain ORDER BY chain LIMIT {ROWS_AT_ONCE}
            ) AS heads ON s.chain = heads.chain AND s.position = heads.position ORDER BY s.chain""",
            [last],
        )
        for chain, position, event_id, seal in heads:
            yield Anchor(UUID(chain), position, event_id, seal)
        if not heads:
            return
        last, is_first = heads[-1][0], False


def verify_trail(
    *,
    anchors: Mapping[UUID, Anchor] | None = None,
    patient_id: UUID | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verdict:
    """Make every seal again, chain by chain, and name the first row of each chain where something is wrong.

    It reads in pages and keeps one line a broken or anchored chain, however long the trail is.

    Args:
        anchors: what chains were on an earlier day, from ``iterate_anchors``; without it a cut end cannot be seen.
        patient_id: only this record's chain.
        progress: told the number of rows done and the number of all, the latter counted once at the beginning.
    """
    wanted = {chain: anchor for chain, anchor in (anchors or {}).items() if patient_id in (None, chain)}
    total = _count(patient_id)
    breaks: dict[str, Break] = {}

    def note(found: Break | None) -> None:
        if found and (found.chain not in breaks or found.event_id < breaks[found.chain].event_id):
            breaks[found.chain] = found

    rows = chains = 0
    for chain, seals in groupby(_iterate_seals(patient_id), key=itemgetter(0)):
        check = _Chain(chain, wanted.pop(_id_of(chain), None))
        for seal in seals:
            check.take(*seal[1:])
            rows += 1
            if rows % ROWS_AT_ONCE == 0:
                progress(rows, total)
        note(check.end())
        chains += 1
    for anchor in wanted.values():
        note(Break(anchor.chain.hex, anchor.last_id, Fault.END_MISSING))
    for event_id, chain in _iterate_unsealed(patient_id):
        note(Break(chain, event_id, Fault.SEAL_MISSING))
    return Verdict(rows, chains, tuple(sorted(breaks.values(), key=lambda found: found.event_id)))


class _Chain:
    """One chain while it is read: what the next seal has to follow, and the first thing that was wrong."""

    def __init__(self, chain: str, anchor: Anchor | None) -> None:
        self.chain, self.anchor = chain, anchor
        self.position, self.seal = 0, NO_SEAL
        self.found: Break | None = None

    def take(self, position: int, event_id: int, seal: str, values: tuple[str | None, ...]) -> None:
        """Check the next seal, and the row that it is for."""
        if self.found:
            return
        fault = self._fault(position, event_id, seal, values)
        if fault:
            self.found = Break(self.chain, event_id, fault)
        self.position, self.seal = position, seal

    def end(self) -> Break | None:
        """Return the first thing that was wrong, now that the chain is at its end."""
        if not self.found and self.anchor and self.position < self.anchor.count:
            self.found = Break(self.chain, self.anchor.last_id, Fault.END_MISSING)
        return self.found

    def _fault(self, position: int, event_id: int, seal: str, values: tuple[str | None, ...]) -> Fault | None:
        if values[0] is None:
            return Fault.ROW_MISSING
        if position != self.position + 1:
            return Fault.SEAL_MISSING
        is_of_chain = (values[COLUMNS.index("patient_id")] or NO_RECORD.hex) == self.chain
        if not is_of_chain or seal != make_seal(self.seal, sealed_text(values)):
            return Fault.CHANGED
        if (
            self.anchor
            and position == self.anchor.count
            and (event_id, seal) != (self.anchor.last_id, self.anchor.hash)
        ):
            return Fault.NOT_AS_ANCHORED
        return None


def _iterate_seals(patient_id: UUID | None) -> Iterator[tuple[Any, ...]]:
    """Yield chain, position, row id, seal and the row's texts, by chain and position."""
    key, seal = _text("key").format("s.chain"), _text("text").format("s.hash")
    texts = ", ".join(_text("text").format(_text(_KINDS.get(name, "text")).format(f"e.{name}")) for name in COLUMNS)
    where, only = ("AND s.chain = %s", [patient_id.hex]) if patient_id else ("", [])
    after: tuple[str, int] = (_text("first chain"), _BEFORE_ALL)
    while True:
        page = _run(
            f"""SELECT {key}, s.position, s.event_id, {seal}, {texts}
            FROM {_SEALS} AS s LEFT JOIN {_EVENTS} AS e ON e.id = s.event_id
            WHERE (s.chain, s.position) > (%s, %s) {where} ORDER BY s.chain, s.position LIMIT {ROWS_AT_ONCE}""",
            [*after, *only],
        )
        for row in page:
            yield (*row[:3], _decode(row[3]), tuple(_decode(value) for value in row[4:]))
        if len(page) < ROWS_AT_ONCE:
            return
        after = page[-1][:2]


def _iterate_unsealed(patient_id: UUID | None) -> Iterator[tuple[int, str]]:
    """Yield the id and the chain of each row without a seal, by id."""
    key = _text("text").format(f"COALESCE({_text('key').format('e.patient_id')}, '{NO_RECORD.hex}')")
    where, only = ("AND e.patient_id = %s", [patient_id.hex]) if patient_id else ("", [])
    after = _BEFORE_ALL
    while True:
        page = _run(
            f"""SELECT e.id, {key}, s.event_id FROM {_EVENTS} AS e LEFT JOIN {_SEALS} AS s ON s.event_id = e.id
            WHERE e.id > %s {where} ORDER BY e.id LIMIT {ROWS_AT_ONCE}""",
            [after, *only],
        )
        yield from ((event_id, _decode(chain) or "") for event_id, chain, sealed in page if sealed is None)
        if len(page) < ROWS_AT_ONCE:
            return
        after = page[-1][0]


def _decode(value: str | bytes | None) -> str | None:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


def _count(patient_id: UUID | None) -> int:
    seals = AuditSeal.objects.filter(chain=patient_id) if patient_id else AuditSeal.objects.all()
    return seals.count()


def _id_of(chain: str) -> UUID:
    """Return the id that a chain is named by; a new one, that has no anchor, where somebody wrote something else."""
    try:
        return UUID(chain)
    except ValueError:
        return uuid4()


def _text(kind: str) -> str:
    return _AS_TEXT[connection.vendor][kind]


def _run(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
