"""On PostgreSQL the audit row of a page opens the second wall, as that of a record did: it now names the page (S32).

docs/decisions/0017-second-wall.md and accounts/place.py. Rows that say "record" are still written outside of pages.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EVENTS = "accounts_auditevent"
BEFORE = "NEW.object_type IN ('record', 'care_team')"
NOW = f"({BEFORE} OR NEW.object_type LIKE 'page %')"


def _set(schema_editor: BaseDatabaseSchemaEditor, is_opening: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER wall_open ON {EVENTS}", None)
        schema_editor.execute(
            f"""CREATE TRIGGER wall_open AFTER INSERT ON {EVENTS} FOR EACH ROW
            WHEN (NEW.outcome = 'allowed' AND {is_opening}) EXECUTE FUNCTION wall_open()""",
            None,
        )


def open_by_pages(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, NOW)


def open_by_records(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, BEFORE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_list_views_by_team")]
    operations = [migrations.RunPython(open_by_pages, open_by_records)]
