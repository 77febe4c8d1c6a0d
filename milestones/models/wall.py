"""The second wall around a new table of a record, for its migration (docs/decisions/0017-second-wall.md)."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


def wall_around(*tables: str) -> RunPython:
    """Return the step of a migration after which a web process sees only the open record's rows of these tables.

    Each has a column ``patient_id``. On SQLite it does nothing.
    """

    def add(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for table in tables:
            schema_editor.execute(
                f"""CREATE POLICY second_wall ON {table} USING (
                (SELECT COALESCE(current_setting('app.subject', true), '') = '')
                OR patient_id = (SELECT wall_subject()))""",
                None,
            )
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", None)

    def drop(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for table in tables:
            schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", None)
            schema_editor.execute(f"DROP POLICY second_wall ON {table}", None)

    return RunPython(add, drop)
