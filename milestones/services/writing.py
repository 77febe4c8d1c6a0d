"""Writing rows with statements that Django puts together once.

docs/decisions/0009-statements-are-put-together-once.md
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, Q
from django.db.models.constants import OnConflict
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from accounts.models import User
from accounts.prepared import Ask, PreparedInsert, prepared, run_one, run_together
from accounts.services.holding import ask_to_hold
from milestones.models.versioned import RecordRow


def insert_once(row: RecordRow, *, by: User) -> bool:
    """Insert a new row with its first version, and return whether it was inserted.

    Where it breaks a unique constraint nothing is written, and the transaction goes on: the same key may have written
    the row before. Whatever else the database refuses, it raises.
    """
    return insert_and_ask(row, by=by) is not None


def insert_and_ask(row: RecordRow, *, by: User, ask: Ask | None = None) -> list[list[Any]] | None:
    """Insert as ``insert_once`` does, in one go with a query; return its rows, or None where nothing was inserted."""
    hold = ask_to_hold(row.patient_id)
    asks = [*hold, _insert_of(type(row)).ask(row), _first_version_of(type(row)).ask(row, by=by)]
    count, _count, *found = run_together([*asks, ask] if ask else asks)[len(hold) :]
    return (found[0] if found else []) if count else None


class _FirstVersion:
    """The statement that copies a row, as it is stored by then, into its history; a row that is not there has none."""

    def __init__(self, model: type[RecordRow]) -> None:
        history: Any = model.history.model  # type: ignore[attr-defined]  # each kind of row has one
        versions, rows = history._meta, model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        self._said = [versions.get_field(name) for name in ("history_date", "history_type", "history_user")]
        quote = connection.ops.quote_name
        copied = ", ".join(quote(field.column) for field in history.tracked_fields)
        said = ", ".join(quote(field.column) for field in self._said)
        self._statement = (
            f"INSERT INTO {quote(versions.db_table)} ({copied}, {said})"  # noqa: S608  # nosec B608 - names of our own tables
            f" SELECT {copied}, %s, %s, %s FROM {quote(rows.db_table)} WHERE {quote('id')} = %s"
        )

    def ask(self, row: RecordRow, *, by: User) -> Ask:
        given = zip(self._said, (timezone.now(), "+", by.pk), strict=True)
        values = [field.get_db_prep_save(value, connection) for field, value in given]
        return Ask(self._statement, [*values, prepared(row.pk)], [])


class PreparedUpdate:
    """An update of the rows that belong to a key: ``PreparedUpdate(Model, "patient_id")({"a": 1}, patient_id)``.

    ``others`` are conditions that always hold, by the columns' names. What is set to nothing stands in the statement
    itself, so there is one for each set of columns that are nothing.
    """

    def __init__(self, model: type[Model], key: str, **others: Any) -> None:
        self._model, self._key, self._others = model, key, others
        self._prepared: dict[tuple[tuple[str, bool], ...], tuple[str, list[Any]]] = {}

    def __call__(self, values: Mapping[str, Any], key: Any) -> None:
        """Set the columns of the rows that belong to the key."""
        run_one(self.ask(values, key))

    def ask(self, values: Mapping[str, Any], key: Any) -> Ask:
        """Return the statement that sets the columns of the rows that belong to the key, to be run with others."""
        shape = tuple((name, value is None) for name, value in values.items())
        if shape not in self._prepared:
            self._prepared[shape] = self._prepare(values, key)
        statement, fields = self._prepared[shape]
        database = connections[DEFAULT_DB_ALIAS]  # itself: each field asks it, and the way to it is long
        given = [value for value in values.values() if value is not None]
        prepared_values = [
            field.get_db_prep_save(value, database)
            for field, value in zip(fields, [*given, key, *self._others.values()], strict=True)
        ]
        return Ask(statement, prepared_values, [])

    def _prepare(self, values: Mapping[str, Any], key: Any) -> tuple[str, list[Any]]:
        meta = self._model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        fields = [meta.get_field(name) for name, value in values.items() if value is not None]
        fields += [meta.get_field(name.removesuffix("_id")) for name in (self._key, *self._others)]
        query = UpdateQuery(self._model)
        query.add_update_values(dict(values))
        for name, value in {self._key: key, **self._others}.items():
            query.add_q(Q(**{name: value}))
        statement, parameters = query.get_compiler(connection=connection).as_sql()
        if len(parameters) != len(fields):
            raise ValueError("each column of a prepared update is one value")
        return str(statement), fields


@cache
def _insert_of(model: type[RecordRow]) -> PreparedInsert:
    return PreparedInsert(model, conflicts=OnConflict.IGNORE)


@cache
def _first_version_of(model: type[RecordRow]) -> _FirstVersion:
    return _FirstVersion(model)
