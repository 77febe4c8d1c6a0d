"""Counts, over the whole suite, answers that show a record beside the audit rows of their requests (S32).

It stands outside all of the site's middleware (tests/settings.py) and knows nothing of the door: what it goes by is
that a request read a table of a record, or that a planted text is in the answer. ``conftest`` fails the test in which
the two differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: What does not fit together, in words; a test that makes some on purpose takes them out.
differences: list[str] = []
#: Texts that stand in a record and nowhere else.
planted: set[str] = set()
#: The names of the requests whose answers showed a record, in this process.
counted: Counter[str] = Counter()
_READS = re.compile(r'\s*SELECT\b.*\b(?:FROM|JOIN)\s+"?milestones_', re.IGNORECASE | re.DOTALL)
_SHOWN = (200, 204, 206, 302, 409, 422)
_OPENINGS = """SELECT COUNT(*) FROM accounts_auditevent WHERE request_id = '{}' AND outcome = 'allowed'
    AND (object_type IN ('record', 'care_team') OR object_type LIKE 'page %')"""


@dataclass
class Request:
    """What one request did."""

    name: str
    reads: bool = False
    texts: list[bytes] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        # What is run together stands in one text.
        self.reads = self.reads or any(_READS.match(one) for one in sql.split(";\n"))
        return execute(sql, params, many, context)


class AuditWatchMiddleware:
    """Looks at every request of the suite, and at what is left when its answer has been read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seen = Request(f"{request.method} {request.path}")
        with connection.execute_wrapper(seen):
            answer: Any = self.get_response(request)
        if answer.streaming:
            answer.streaming_content = _to_the_end(seen, answer, iter(answer.streaming_content))
        else:
            seen.texts.append(answer.content)
            compare(seen, answer)
        watched: HttpResponseBase = answer
        return watched


def _to_the_end(seen: Request, answer: HttpResponseBase, parts: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with connection.execute_wrapper(seen):
            part = next(parts, None)
        if part is None:
            break
        seen.texts.append(part)
        yield part
    compare(seen, answer)


def compare(seen: Request, answer: HttpResponseBase) -> None:
    """Hold one answer against the rows of its request: one where a record is shown, and never more."""
    shows = answer.status_code in _SHOWN and (seen.reads or has_planted(seen.texts))
    if not shows:
        return
    counted[seen.name] += 1
    connection.ensure_connection()
    # Beneath Django, so that a test which counts queries does not count this one.
    [rows] = connection.connection.execute(_OPENINGS.format(answer.headers["X-Request-ID"])).fetchone()
    if rows != 1:
        differences.append(f"{seen.name}, {answer.status_code}: shows a record, and {rows} rows say so")


def has_planted(texts: Iterable[bytes]) -> bool:
    """Tell whether a text of a record is in an answer."""
    if not planted:
        return False
    whole = b"".join(texts).decode(errors="replace")
    return any(text in whole for text in planted)


@contextmanager
def expected_differences() -> Iterator[list[str]]:
    """Give what differs within to a test that makes it on purpose."""
    before = list(differences)
    found: list[str] = []
    try:
        yield found
    finally:
        found += differences[len(before) :]
        differences[:] = before
