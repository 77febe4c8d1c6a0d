"""What can stand in the way of a change."""

from __future__ import annotations


class VersionConflictError(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


class TakenBackError(VersionConflictError):
    """The row was marked as entered by mistake. It is changed only after somebody has let it count again."""


class CheckedByOthersError(Exception):
    """Another team has checked this version of a result: that stands, and is not this team's to take back."""


class NotInRecordError(Exception):
    """The row is not in this person's record; to the asker it does not exist."""
