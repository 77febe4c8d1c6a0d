"""A query of one record that Django puts together once, and not on every page.

To turn a query into a statement costs more than to run it, and every page asks the same three. The statement is the one
that Django wrote; only the record's id differs. docs/decisions/0009-statements-are-put-together-once.md
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

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
