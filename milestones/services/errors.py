"""What can stand in the way of a change."""

from __future__ import annotations


class VersionConflictError(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


class NotInRecordError(Exception):
    """The row is not in this person's record; to the asker it does not exist."""
