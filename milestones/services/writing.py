"""Writing rows with statements that Django puts together once.

docs/decisions/0009-statements-are-put-together-once.md
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, Q
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery
from django.utils import timezone

from accounts.models import User
from milestones.models.versioned import RecordRow


def insert_once(row: RecordRow, *, by: User) -> bool:
    """Insert a new row with its first version, and return whether it was inserted.

    Where it breaks a unique constraint nothing is written, and the transaction goes on: the same key may have written
    the row before. Whatever else the database refuses, it raises.
    """
    if not _insert_of(type(row))(row):
        return False
    history: Any = type(row).history.model  # type: ignore[attr-defined]  # each kind of row has one
    tracked = {field.attname: getattr(row, field.attname) for field in history.tracked_fields}
    version = history(history_date=timezone.now(), history_type="+", history_user=by, **tracked)
    _insert_of(history)(version)
    return True


class _Insert:
    """The statement that inserts one row of a model: Django's own, with the values in the order of the fields."""

    def __init__(self, model: type[Model]) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        # A key that the database counts up is left to it.
        self._fields: list[Any] = [one for one in meta.concrete_fields if one is not meta.auto_field]
        self._conflict = OnConflict.IGNORE if issubclass(model, RecordRow) else None
        self._statement = ""

    def __call__(self, row: Model) -> bool:
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self._fields]
        if not self._statement:
            self._prepare(row)
        with connection.cursor() as cursor:
            cursor.execute(self._statement, values)
            is_new: bool = cursor.rowcount == 1
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as Model.save leaves it
        return is_new

    def _prepare(self, row: Model) -> None:
        query = InsertQuery(type(row), on_conflict=self._conflict)
        query.insert_values(self._fields, [row])
        [(statement, parameters)] = query.get_compiler(connection=connection).as_sql()
        if len(parameters) != len(self._fields):
            raise ValueError("each field of a prepared insert is one value")
        self._statement = statement


class PreparedUpdate:
    """An update of the rows that belong to a key: ``PreparedUpdate(Model, "patient_id")({"a": 1}, patient_id)``.

    What is set to nothing stands in the statement itself, so there is one for each set of columns that are nothing.
    """

    def __init__(self, model: type[Model], key: str) -> None:
        self._model, self._key = model, key
        self._statements: dict[tuple[tuple[str, bool], ...], str] = {}

    def __call__(self, values: Mapping[str, Any], key: Any) -> None:
        """Set the columns of the rows that belong to the key."""
        meta = self._model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        given = [(meta.get_field(name), value) for name, value in values.items() if value is not None]
        given.append((meta.get_field(self._key.removesuffix("_id")), key))
        parameters = [field.get_db_prep_save(value, connection) for field, value in given]  # type: ignore[union-attr]  # columns, no relations back
        shape = tuple((name, value is None) for name, value in values.items())
        if shape not in self._statements:
            self._statements[shape] = self._prepare(values, key, len(parameters))
        with connection.cursor() as cursor:
            cursor.execute(self._statements[shape], parameters)

    def _prepare(self, values: Mapping[str, Any], key: Any, count: int) -> str:
        query = UpdateQuery(self._model)
        query.add_update_values(dict(values))
        query.add_q(Q(**{self._key: key}))
        statement, parameters = query.get_compiler(connection=connection).as_sql()
        if len(parameters) != count:
            raise ValueError("each column of a prepared update is one value")
        return str(statement)


@cache
def _insert_of(model: type[Model]) -> _Insert:
    return _Insert(model)
