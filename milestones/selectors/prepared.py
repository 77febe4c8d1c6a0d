"""A query of one record that Django puts together once, and not on every page.

To turn a query into a statement costs more than to run it, and every page asks the same three. The statement is the one
that Django wrote; only the record's id differs. docs/decisions/0009-statements-are-put-together-once.md
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet, UUIDField

_ANYBODY = UUID(int=0)
_Converter = tuple[int, list[Callable[[Any, Any, Any], Any]], Any]


class PreparedRows:
    """The columns of a record's rows: ``PreparedRows(lambda: Result.objects.values_list(...))(patient_id)``."""

    def __init__(self, query: Callable[[], QuerySet[Any, Any]]) -> None:
        self._query = query
        self._statement = ""
        self._converters: list[_Converter] = []
        self._model: type[Model] | None = None

    def __call__(self, patient_id: UUID) -> list[list[Any]]:
        """Return the rows of one record, each as a list of its columns, as the query itself would."""
        if self._model is None:
            self._prepare()
        model: Any = self._model
        key = model._meta.get_field("patient").get_db_prep_value(patient_id, connection)  # noqa: SLF001 - Django's documented way to a field
        with connection.cursor() as cursor:
            cursor.execute(self._statement, [key])
            rows = [list(row) for row in cursor.fetchall()]
        for place, convert, expression in self._converters:
            for row in rows:
                for one in convert:
                    row[place] = one(row[place], expression, connection)
        return rows

    def _prepare(self) -> None:
        query = self._query().filter(patient_id=_ANYBODY)
        compiler: Any = query.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        if len(parameters) != 1:
            raise ValueError("a prepared query asks for one record and nothing else")
        found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self._converters = [(place, convert, expression) for place, (convert, expression) in found.items()]
        self._statement, self._model = statement, query.model


class PreparedQuery:
    """A query with several values that differ from time to time, put together once.

    ``build`` returns the query, as rows of columns, for the values of ``places``, which has two values for each name
    that are nobody's: the statement is put together with either, and where the two differ stands that value.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **places: tuple[Any, Any]) -> None:
        first, second = ({name: pair[number] for name, pair in places.items()} for number in (0, 1))
        compiler: Any = build(**first).query.get_compiler(connection=connection)
        self._statement, parameters = compiler.as_sql()
        other: Any = build(**second).query.get_compiler(connection=connection)
        statement, changed = other.as_sql()
        if statement != self._statement:
            raise ValueError("a prepared query has one statement, whatever its values")
        self._parameters = list(parameters)
        names = {_prepared(value): name for name, value in first.items()}
        self._places = [
            (number, names[before])
            for number, (before, after) in enumerate(zip(parameters, changed, strict=True))
            if before != after
        ]
        self.columns = [alias or column.target.name for column, _sql, alias in compiler.select]
        found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        self._converters: list[_Converter] = [(place, convert, one) for place, (convert, one) in found.items()]

    def __call__(self, **values: Any) -> list[list[Any]]:
        """Return the rows for these values, each as a list of its columns, as the query itself would."""
        parameters = list(self._parameters)
        for number, name in self._places:
            parameters[number] = _prepared(values[name])
        with connection.cursor() as cursor:
            cursor.execute(self._statement, parameters)
            rows = [list(row) for row in cursor.fetchall()]
        for place, convert, expression in self._converters:
            for row in rows:
                for one in convert:
                    row[place] = one(row[place], expression, connection)
        return rows


def _prepared(value: Any) -> Any:
    """Return a value as the database takes it."""
    if isinstance(value, UUID):
        return UUIDField().get_db_prep_value(value, connection)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
