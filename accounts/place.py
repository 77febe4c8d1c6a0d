"""Which page is asked for and which row its address names: the audit row of a look at a record keeps both (S32)."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

#: What the kind of thing begins with in an audit row that tells of a page.
_PAGE = "page "
_RECORD = "record"
_WHOSE = frozenset(("patient_id", "team_id"))


@dataclass(frozen=True, slots=True)
class Place:
    """A page by the name of its route, and the row that its address names, if any."""

    page: str
    row_id: UUID | None

    @classmethod
    def of(cls, name: str, given: Mapping[str, Any]) -> Place:
        """Return the place for a route and what its address gave; of several rows the last, which is the innermost."""
        rows = [value for key, value in given.items() if isinstance(value, UUID) and key not in _WHOSE]
        return cls(name, rows[-1] if rows else None)


current_place: ContextVar[Place | None] = ContextVar("current_place", default=None)


def what_was_opened(patient_id: UUID | None) -> tuple[str, str]:
    """Return what the audit row of a look names: the kind of thing and its id. Outside of a page it is the record."""
    place = current_place.get()
    if place is None:
        return _RECORD, str(patient_id or "")
    return f"{_PAGE}{place.page}", str(place.row_id or patient_id or "")


def is_opening() -> Q:
    """Return which audit rows tell that a record was opened, or that somebody tried; older rows have no page."""
    return Q(object_type=_RECORD) | Q(object_type__startswith=_PAGE)


def tells_of_opening(object_type: str) -> bool:
    """Whether the audit row with this kind of thing is one of those."""
    return object_type == _RECORD or object_type.startswith(_PAGE)
