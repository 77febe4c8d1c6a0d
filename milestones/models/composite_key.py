"""A foreign key over more than one column, as the database itself keeps it beside those that Django makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models


class CompositeKey(models.BaseConstraint):
    """What the keys over several columns have in common: how they are written, added and taken away.

    As Django's own keys one is checked when the transaction is committed. It is part of the table's definition, so
    that it stays when SQLite's tables are made anew. ``field`` is the foreign key of the model that it stands beside;
    the other table needs a unique constraint over the columns that are named.
    """

    on_update = ""

    def __init__(self, *, field: str, name: str, **messages: Any) -> None:
        super().__init__(name=name, **messages)
        self._field = field

    def pairs(self) -> Sequence[tuple[str, str]]:
        """Return the names of this model's fields, each with that of the other model's field that it is equal to."""
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the constraint as it stands in a table's definition."""
        quote, fields = schema_editor.quote_name, fields_of(model)
        others = fields_of(fields.get_field(self._field).related_model)
        own, theirs = zip(*self.pairs(), strict=True)
        columns = ", ".join(quote(fields.get_field(name).column) for name in own)
        targets = ", ".join(quote(others.get_field(name).column) for name in theirs)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {quote(others.db_table)} ({targets}){self.on_update} DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statement that adds it to a table of PostgreSQL; SQLite makes the table anew."""
        table = schema_editor.quote_name(fields_of(model).db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statements that take it away: what is still to be checked is checked first."""
        name, table = (schema_editor.quote_name(one) for one in (self.name, fields_of(model).db_table))
        return f"SET CONSTRAINTS {name} IMMEDIATE; ALTER TABLE {table} DROP CONSTRAINT {name}"

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same constraint; by it Django sees what a migration has to change."""
        return isinstance(other, CompositeKey) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        """Agree with ``__eq__``."""
        return hash((self.name, self._field))


def fields_of(model: type[models.Model]) -> Any:
    """Return what Django keeps of a model's fields."""
    return model._meta  # noqa: SLF001 - Django's documented name for it
