"""As who somebody acts in the request being served: the door that let them in says it, and audit rows keep it (S32)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

#: Somebody who showed a key of a team's system, and somebody who knew a secret address.
SYSTEM, BY_SECRET = "system", "by secret"
_acting: ContextVar[tuple[UUID | None, str] | None] = ContextVar("acting", default=None)


@contextmanager
def nobody_yet() -> Iterator[None]:
    """Begin a request: nobody has come through a door, and what was said in it is forgotten at its end."""
    token = _acting.set(None)
    try:
        yield
    finally:
        _acting.reset(token)


def act_as(role: str, *, patient_id: UUID | None = None) -> None:
    """Keep as who somebody has come: to one record, or with None to a team and whatever is done there for it."""
    _acting.set((patient_id, role))


def acting_as(patient_id: UUID | None) -> str | None:
    """Return as who whoever is served acts on a record (None: on none), or None where no door has said so."""
    acting = _acting.get()
    return acting[1] if acting is not None and acting[0] in (None, patient_id) else None
