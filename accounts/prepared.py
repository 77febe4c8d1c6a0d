"""Statements that Django puts together once, and not on every page.

To turn a query into a statement costs more than to run it, and every page asks the same few. The statement is the one
that Django wrote; only a few values differ. docs/decisions/0009-statements-are-put-together-once.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Manager, Model, QuerySet, UUIDField
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

_ANYBODY, _SOMEBODY, _KEY = UUID(int=0), UUID(int=1), UUIDField()
Row = TypeVar("Row", bound=Model)
_Converter = tuple[int, list[Callable[[Any, Any, Any], Any]], Any]


class Ask(NamedTuple):
    """A statement with its values, and what Django does to columns that the database gives in another shape."""

    statement: str
    parameters: list[Any]
    converters: list[_Converter]

    @classmethod
    def of(cls, query: QuerySet[Any, Any]) -> Ask:
        """Return a query that is put together anew, to be run with others."""
        compiler: Any = query.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        return cls(statement, list(parameters), _converters_of(compiler))

    def converted(self, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """Return the rows, each as a list of its columns, as the query itself would.

        What stands in a column more than once, as its author does, is converted once and shared by its rows.
        """
        found = [list(row) for row in rows]
        for place, convert, expression in self.converters:
            known: dict[Any, Any] = {}
            for row in found:
                stored = row[place]
                if stored not in known:
                    value = stored
                    for one in convert:
                        value = one(value, expression, connection)
                    known[stored] = value
                row[place] = known[stored]
        return found


def _converters_of(compiler: Any) -> list[_Converter]:
    found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    return [(place, convert, expression) for place, (convert, expression) in found.items()]


class PreparedQuery:
    """A query with several values that differ from time to time, put together once.

    ``build`` returns the query, as rows of columns, for the values of ``places``, which has two values for each name
    that are nobody's: the statement is put together with either, and where the two differ stands that value.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **places: tuple[Any, Any]) -> None:
        self._build, self._values = build, places
        self._columns: list[str] = []
        self._parameters: list[Any] = []
        self._places: list[tuple[int, str]] = []
        self._converters: list[_Converter] = []
        self._statement = ""

    def __call__(self, **values: Any) -> list[list[Any]]:
        """Return the rows for these values, each as a list of its columns, as the query itself would."""
        rows: list[list[Any]] = run_one(self.ask(**values))
        return rows

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        if not self._statement:
            self._prepare()
        return self._columns

    def ask(self, **values: Any) -> Ask:
        """Return the query for these values, to be read with others."""
        if not self._statement:
            self._prepare()
        parameters = list(self._parameters)
        for number, name in self._places:
            parameters[number] = prepared(values[name])
        return Ask(self._statement, parameters, self._converters)

    def _prepare(self) -> None:
        first, second = ({name: pair[number] for name, pair in self._values.items()} for number in (0, 1))
        compiler: Any = self._build(**first).query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        changed_statement, changed = self._build(**second).query.get_compiler(connection=connection).as_sql()
        if changed_statement != statement:
            raise ValueError("a prepared query has one statement, whatever its values")
        names = {prepared(value): name for name, value in first.items()}
        self._places = [
            (number, names[before])
            for number, (before, after) in enumerate(zip(parameters, changed, strict=True))
            if before != after
        ]
        self._parameters = list(parameters)
        self._columns = [alias or column.target.name for column, _sql, alias in compiler.select]
        self._converters = _converters_of(compiler)
        self._statement = statement


class PreparedRows:
    """The columns of a record's rows: ``PreparedRows(lambda: Result.objects.values_list(...))(patient_id)``."""

    def __init__(self, query: Callable[[], QuerySet[Any, Any]]) -> None:
        self._query = PreparedQuery(
            lambda patient_id: query().filter(patient_id=patient_id), patient_id=(_ANYBODY, _SOMEBODY)
        )

    def __call__(self, patient_id: UUID) -> list[list[Any]]:
        """Return the rows of one record, each as a list of its columns, as the query itself would."""
        rows: list[list[Any]] = run_one(self.ask(patient_id))
        return rows

    def ask(self, patient_id: UUID) -> Ask:
        """Return the query for one record, to be read with others."""
        return self._query.ask(patient_id=patient_id)


class PreparedRow(Generic[Row]):
    """One row by its key: ``PreparedRow(User.objects)(user_id)`` is ``User.objects.filter(pk=user_id).first()``."""

    def __init__(self, rows: Manager[Row]) -> None:
        self._model: type[Row] = rows.model
        columns = [field.attname for field in self._model._meta.concrete_fields]  # noqa: SLF001 - as documented
        self._columns = columns
        self._query = PreparedQuery(lambda key: rows.filter(pk=key).values_list(*columns), key=(_ANYBODY, _SOMEBODY))

    def __call__(self, key: UUID) -> Row | None:
        """Return the row with this key, or None."""
        rows = self._query(key=key)
        return self._model.from_db(connection.alias, self._columns, rows[0]) if rows else None


class PreparedInsert:
    """The statement that inserts rows of a model: Django's own, with the values in the order of the fields."""

    def __init__(self, model: type[Model], *, conflicts: OnConflict | None = None) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        # A key that the database counts up is left to it.
        self._fields: list[Any] = [one for one in meta.concrete_fields if one is not meta.auto_field]
        self._places = f"({', '.join(['%s'] * len(self._fields))})"
        self._conflicts = conflicts
        self._statement = ""

    def __call__(self, *rows: Model) -> int:
        """Insert the rows and return how many were; fewer only where a conflict is passed over."""
        count: int = run_one(self.ask(*rows))
        return count

    def ask(self, *rows: Model) -> Ask:
        """Return the statement for these rows, to be run with others."""
        statement = self._of(rows[0])
        if len(rows) > 1:
            statement = statement.replace(self._places, ", ".join([self._places] * len(rows)))
        return Ask(statement, [value for row in rows for value in self._values(row)], [])

    def _values(self, row: Model) -> list[Any]:
        database = connections[DEFAULT_DB_ALIAS]  # itself: each field asks it, and the way to it is long
        row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 - as Model.save leaves it
        return [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in self._fields]

    def _of(self, row: Model) -> str:
        if not self._statement:
            self._prepare(row)
        return self._statement

    def _prepare(self, row: Model) -> None:
        query = InsertQuery(type(row), on_conflict=self._conflicts)
        query.insert_values(self._fields, [row])
        [(statement, parameters)] = query.get_compiler(connection=connection).as_sql()
        if len(parameters) != len(self._fields):
            raise ValueError("each field of a prepared insert is one value")
        self._statement = statement


def run_one(ask: Ask) -> Any:
    """Run a statement; return the rows of a query, and of another statement how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(ask.statement, ask.parameters)
        return _found(cursor, ask)


def run_together(asks: Sequence[Ask]) -> list[Any]:
    """Run several statements one after the other; return what ``run_one`` does of each.

    PostgreSQL takes them in one go, so that there is one way to it and back, and not one for each.
    """
    if connection.vendor != "postgresql" or not asks:
        return [run_one(ask) for ask in asks]
    found = []
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(ask.statement for ask in asks), [value for ask in asks for value in ask.parameters])
        for ask in asks:
            found.append(_found(cursor, ask))
            cursor.nextset()
    return found


def _found(cursor: Any, ask: Ask) -> Any:
    return ask.converted(cursor.fetchall()) if cursor.description else cursor.rowcount


def prepared(value: Any) -> Any:
    """Return a value as the database takes it."""
    if isinstance(value, UUID):
        return _KEY.get_db_prep_value(value, connection)
    if isinstance(value, datetime):  # which is a date too
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
