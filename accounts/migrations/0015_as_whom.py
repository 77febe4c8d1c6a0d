"""An audit row keeps as whom somebody came, and its seal covers it.

A row from before has nothing there and keeps the seal that it was given: where the new column is empty, the text that is
sealed ends before it. On the way back the column goes, so all rows are sealed anew; anchors of the time since are then
of no use.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SEALS = import_module("accounts.migrations.0003_audit_seals")
DROP_SEAL = {
    "sqlite": ["DROP TRIGGER audit_seal"],
    "postgresql": [f"DROP TRIGGER audit_seal ON {SEALS.EVENTS}", "DROP FUNCTION audit_seal()"],
}


def _schema_of(schema_editor: BaseDatabaseSchemaEditor) -> str:
    if schema_editor.connection.vendor != "postgresql":
        return "public"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def _with_whom(vendor: str, statement: str) -> str:
    """Return a statement of the first seals that seals the new column as well."""
    length = "length(CAST({} AS BLOB))" if vendor == "sqlite" else "octet_length(convert_to({}, 'UTF8'))"
    whom = "NEW.acting_as"
    before = SEALS._canonical(vendor, "NEW")  # noqa: SLF001 - what the seals before were made of
    return statement.replace(before, f"{before} || COALESCE({length.format(whom)} || ':' || {whom} || ',', '')")


def seal_whom(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in DROP_SEAL[vendor]:
        schema_editor.execute(statement, None)
    for statement in SEALS.forwards(vendor, _schema_of(schema_editor)):
        if "audit_seal " in statement or "audit_seal()" in statement:
            schema_editor.execute(_with_whom(vendor, statement), None)


def forget_seals(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    SEALS.drop_triggers(apps, schema_editor)
    schema_editor.execute(f"DELETE FROM {SEALS.SEALS}", None)  # noqa: S608 - the name of our own table


def seal_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    SEALS.add_triggers(apps, schema_editor)
    SEALS.seal_what_is_there(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_end_of_a_sharing_is_known")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, seal_as_before),
        migrations.AddField(
            model_name="auditevent",
            name="acting_as",
            field=models.CharField(max_length=12, null=True, verbose_name="as whom"),
        ),
        migrations.RunPython(seal_whom, forget_seals),
    ]
