"""A row that names another row of a record belongs to the same record: the database itself refuses anything else.

docs/decisions/0017-second-wall.md
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext_lazy as _


class SameRecord(models.BaseConstraint):
    """A foreign key over (patient, parent), beside the one over the parent that Django makes.

    The parent needs a unique constraint over (patient, id). As Django's own keys it is checked when the transaction
    is committed. It is part of the table's definition, so that it stays when SQLite's tables are made anew.
    """

    default_violation_error_message = _("This belongs to another record.")

    def __init__(self, *, parent: str, name: str, **messages: Any) -> None:
        super().__init__(name=name, **messages)
        self.parent = parent

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the constraint as it stands in a table's definition."""
        quote, fields = schema_editor.quote_name, _fields(model)
        parent = fields.get_field(self.parent)
        others = _fields(parent.related_model)
        columns = f"{quote(fields.get_field('patient').column)}, {quote(parent.column)}"
        targets = f"{quote(others.get_field('patient').column)}, {quote(others.pk.column)}"
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {quote(others.db_table)} ({targets}) DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statement that adds it to a table of PostgreSQL; SQLite makes the table anew."""
        table = schema_editor.quote_name(_fields(model).db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statements that take it away: what is still to be checked is checked first."""
        name, table = (schema_editor.quote_name(one) for one in (self.name, _fields(model).db_table))
        return f"SET CONSTRAINTS {name} IMMEDIATE; ALTER TABLE {table} DROP CONSTRAINT {name}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Refuse a row whose parent is of another record, for a form or ``full_clean``.

        Raises:
            ValidationError: it is.
        """
        field = _fields(model).get_field(self.parent)
        parent_id = getattr(instance, field.attname)
        if parent_id is None or {"patient", self.parent} & set(exclude or ()):
            return
        parents = field.related_model._default_manager.using(using)  # noqa: SLF001 - Django's documented way to a model's manager
        if not parents.filter(pk=parent_id, patient_id=getattr(instance, "patient_id", None)).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        """Return how to make it again, for a migration."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "parent": self.parent}

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same constraint; by it Django sees what a migration has to change."""
        return isinstance(other, SameRecord) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        """Agree with ``__eq__``."""
        return hash((self.name, self.parent))


def _fields(model: type[models.Model]) -> Any:
    return model._meta  # noqa: SLF001 - Django's documented name for it
