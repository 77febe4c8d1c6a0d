"""The manager of a model's history."""

from __future__ import annotations

from functools import cache
from typing import Any

from simple_history.manager import HistoryManager


class RowHistoryManager(HistoryManager):  # type: ignore[misc]  # the package carries no types
    """Its class is made once; the package makes one whenever a history is named, and so for each change."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[Any]:
        """Return the manager with the methods of the query set."""
        made: type[Any] = super().from_queryset(queryset_class, class_name)
        return made
