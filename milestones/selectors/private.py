"""Single entries that a person keeps to themselves, a question, a visit, a goal: there for nobody else (S29)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from accounts.models import Patient


class CanBePrivate(Protocol):
    """A stored row that says whether it is kept private."""

    @property
    def is_private(self) -> bool:
        """Whether the person keeps it to themselves."""


Row = TypeVar("Row", bound=CanBePrivate)


def seen_by_reader(patient: Patient, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows that whoever has opened the record sees: all for the person, the others' without private ones."""
    return tuple(rows) if patient.viewing.is_own else open_to_others(rows)


def open_to_others(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows that anybody may see with whom they are shared, as on paper and in a team's list."""
    return tuple(row for row in rows if not row.is_private)
