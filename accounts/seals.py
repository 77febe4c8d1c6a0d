"""The seal of an audit row: a hash over the row and over the seal before it, so that no row can change unseen.

The database makes each seal as the row is added (accounts/migrations/0003_audit_seals.py). This is the same sum in
Python, for whoever checks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

#: The chain of the rows that belong to no record.
NO_RECORD = UUID(int=0)
#: What the first seal of a chain follows.
NO_SEAL = "0" * 64
#: The columns that a seal covers, in this order: all of them.
COLUMNS = (
    "id",
    "at",
    "actor_id",
    "patient_id",
    "verb",
    "object_type",
    "object_id",
    "object_version",
    "outcome",
    "request_id",
    "acting_as",
)


def canonical_text(values: Iterable[str | None]) -> str:
    """Return one text for a row that no other row has.

    Each value is written as its length in bytes of UTF-8, a colon and itself; a missing one is a hyphen, so that it is
    told from an empty text. A comma ends each.

    Args:
        values: the row's columns in the order of ``COLUMNS``, as texts: a whole number in digits, an id as 32 hex
            digits, the time in UTC as ``2026-05-03 09:05:00.000000``.

    Source: netstrings, D. J. Bernstein 1997, with the hyphen added.
    """
    return "".join("-," if value is None else f"{len(value.encode())}:{value}," for value in values)


def sealed_text(values: Sequence[str | None]) -> str:
    """Return the text of a row that is sealed, from its columns in the order of ``COLUMNS``.

    The last column came later: the text of a row that has nothing there ends before it, as it did then.
    """
    return canonical_text(values[:-1] if values[-1] is None else values)


def make_seal(previous: str, canonical: str) -> str:
    """Return the seal of a row: the SHA-256, in hex digits, of the seal before it and the row's canonical text.

    Args:
        previous: the seal before it in the same chain, or ``NO_SEAL``.
        canonical: what ``canonical_text`` says of the row.

    Source: FIPS 180-4.
    """
    return sha256(f"{previous}{canonical}".encode()).hexdigest()
