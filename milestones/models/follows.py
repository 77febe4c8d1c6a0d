"""Columns that say what another row says, at every moment: the database itself carries each change over.

docs/decisions/0013-the-worklist-is-kept.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from milestones.models.composite_key import CompositeKey


class Follows(CompositeKey):
    """A foreign key over columns that repeat those of the row it names, with ``ON UPDATE CASCADE``.

    Whoever changes the other row changes these columns with the same statement; nobody can write them otherwise.
    """

    on_update = " ON UPDATE CASCADE"

    def __init__(self, *, row: str, columns: Mapping[str, str], name: str, **messages: Any) -> None:
        super().__init__(field=row, name=name, **messages)
        self.row, self.columns = row, dict(columns)

    def pairs(self) -> Sequence[tuple[str, str]]:
        """Return the row with its id, and each column with the one that it follows."""
        return ((self.row, "id"), *self.columns.items())

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Leave it to the database: no form holds these columns."""

    def deconstruct(self) -> Any:
        """Return how to make it again, for a migration."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "row": self.row, "columns": self.columns}
