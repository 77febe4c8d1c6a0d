"""What only tests may do to the audit trail: switch its triggers off, and look at its seals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import AuditEvent, AuditSeal

EVENTS, SEALS = AuditEvent._meta.db_table, AuditSeal._meta.db_table


@contextmanager
def triggers_off(on: BaseDatabaseWrapper = connection) -> Iterator[None]:
    """Let anything be done to both tables, as somebody could who owns the database."""
    if on.vendor == "sqlite":
        found = _run(
            on, f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('{EVENTS}', '{SEALS}')"
        )
        off, back = [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
    else:
        _run(on, "SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end of the transaction is sealed first
        _run(on, "SET CONSTRAINTS ALL DEFERRED")
        off, back = (
            [f"ALTER TABLE {table} {switch} TRIGGER USER" for table in (EVENTS, SEALS)]
            for switch in ("DISABLE", "ENABLE")
        )
    for statement in off:
        _run(on, statement)
    try:
        yield
    finally:
        for statement in back:
            _run(on, statement)


@contextmanager
def seals_that_fail() -> Iterator[None]:
    """Let no seal be made, as a full disk would; on PostgreSQL that shows when the transaction is committed."""
    if connection.vendor == "sqlite":
        make = [f"CREATE TRIGGER full_disk BEFORE INSERT ON {SEALS} BEGIN SELECT RAISE(ABORT, 'disk full'); END"]
        drop = ["DROP TRIGGER full_disk"]
    else:
        make = [
            """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = 'disk_full'; END $$""",
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {SEALS} FOR EACH ROW EXECUTE FUNCTION full_disk()",
        ]
        drop = [f"DROP TRIGGER full_disk ON {SEALS}", "DROP FUNCTION full_disk()"]
    for statement in make:
        _run(connection, statement)
    try:
        yield
    finally:
        for statement in drop:
            _run(connection, statement)


def seal_now() -> None:
    """Make the seals that PostgreSQL would make when the transaction is committed, which the one of a test never is."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def tamper(statement: str, parameters: list[Any] | None = None) -> None:
    """Change one row or more behind the back of the triggers."""
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount, "nothing was tampered with"


def _run(on: BaseDatabaseWrapper, statement: str) -> list[Any]:
    with on.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if statement.startswith("SELECT") else []
