"""Who looked at a record, changed it, or tried to: what the person whose record it is may read, newest first.

A look at a team's list of patients is among it, for the time in which the record stood there. What was changed is
counted as that, and not as one more opening of the form that it was typed in; the file still has every row.
Actors are told by id; who shows the log finds their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import AuditEvent, AuditOutcome, Patient
from accounts.place import tells_of_opening
from accounts.selectors.list_views import LIST_VIEW, views_of_lists

_ROWS_AT_ONCE = 2_000
_COLUMNS = ("pk", "at", "actor_id", "verb", "object_type", "object_id", "object_version", "outcome", "acting_as")


@dataclass(frozen=True)
class AccessRow:
    """One row of the trail."""

    id: int
    at: datetime
    actor_id: UUID | None
    verb: str
    object_type: str
    object_id: str
    object_version: int | None
    outcome: str
    acting_as: str | None = None


@dataclass(frozen=True)
class AccessGroup:
    """What one person did on one day in one way: "On 3 May 2026, Bob looked at your results, 4 times"."""

    on: date
    actor_id: UUID | None
    verb: str
    outcome: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class AccessLogPage:
    """One page of the log, and whether there is another."""

    number: int
    groups: tuple[AccessGroup, ...] = ()
    has_next: bool = False


def get_access_log(*, patient_id: UUID, page: int, per_page: int) -> AccessLogPage:
    """Return a page of the log, grouped by day, person, verb and outcome.

    Days are the person's own, in the time zone of the record. Three queries, five where a team has the record, however
    long the log is: rows are read from the newest on, and no further than the page needs.

    Args:
        patient_id: whose record.
        page: from 1 on; a page after the last is empty.
        per_page: how many groups a page has.
    """
    names = Patient.objects.filter(pk=patient_id).values_list("time_zone", flat=True)
    zone = ZoneInfo(names.first() or "UTC")
    rows = _newest_first(patient_id, "at", "actor_id", "verb", "outcome", "object_type", "request_id")
    groups = _iterate_groups(_once_each(rows), zone)
    start = (page - 1) * per_page
    found = tuple(islice(groups, start, start + per_page + 1))
    return AccessLogPage(page, groups=found[:per_page], has_next=len(found) > per_page)


def iterate_access_log(*, patient_id: UUID) -> Iterator[AccessRow]:
    """Yield every row of the log, newest first, without holding them all: for a file that is streamed."""
    return (AccessRow(*row) for row in _newest_first(patient_id, *_COLUMNS))


def _newest_first(patient_id: UUID, *columns: str) -> Iterator[tuple[Any, ...]]:
    parts = (AuditEvent.objects.filter(patient_id=patient_id), views_of_lists(patient_id))
    ordered = [part.order_by("-at", "-pk").values_list("at", "pk", *columns) for part in parts]
    rows = merge(*(one.iterator(chunk_size=_ROWS_AT_ONCE) for one in ordered), key=itemgetter(0, 1), reverse=True)
    return (row[2:] for row in rows)


def _once_each(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield time, person, verb and outcome of each row but the openings that are told by what was changed in them.

    To save a form is one request with two rows: that the record was opened for it, and what was changed. The change is
    written last, so here it comes first. A form that could not be saved changed nothing, was shown again, and is told.
    """
    changed: set[tuple[UUID | None, str]] = set()
    for at, actor_id, verb, outcome, kind, request_id in rows:
        if request_id and outcome == AuditOutcome.ALLOWED:  # rows from outside of a page have no request
            if not tells_of_opening(kind):
                if verb != LIST_VIEW:
                    changed.add((actor_id, request_id))
            elif (actor_id, request_id) in changed:
                continue
        yield at, actor_id, verb, outcome


def _iterate_groups(rows: Iterable[tuple[Any, ...]], zone: ZoneInfo) -> Iterator[AccessGroup]:
    """Yield the groups of one day after the other; within a day the one with the newest row comes first.

    A row is time, person, verb and outcome: of a long log most of the time goes into making values of its columns.
    """
    for on, rows_of_day in groupby(rows, key=lambda row: row[0].astimezone(zone).date()):
        moments: dict[tuple[UUID | None, str, str], list[datetime]] = {}
        for at, *key in rows_of_day:
            moments.setdefault((key[0], key[1], key[2]), []).append(at)
        for (actor_id, verb, outcome), times in moments.items():
            yield AccessGroup(on, actor_id, verb, outcome, len(times), first_at=times[-1], last_at=times[0])
