"""On PostgreSQL a web process sees the rows of the record that is open, and no others, whatever a query asks for.

docs/decisions/0017-second-wall.md. Whoever owns the tables is not held up, so that migrations, commands and backups go
on as before; the role that docs/self-hosting tells to make is. Each ``(SELECT ...)`` is looked at once a statement, not
once a row.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KINDS = [
    *("checkin", "clinicalprofile", "labresult", "misseddoses", "othermedicine", "otherresult", "personalgoal"),
    *("plannedtest", "sideeffect", "treatment", "treatmentchange", "visit", "visitquestion"),
]
TABLES = [f"milestones_{prefix}{kind}" for kind in KINDS for prefix in ("", "historical")] + ["milestones_worklistentry"]
#: What a team's own pages read of all who share with it now, without opening a record.
OF_A_TEAM = {
    "milestones_worklistentry": " OR team_id = (SELECT wall_team())",
    "milestones_labresult": " OR patient_id IN (SELECT wall_team_patients())",
}


def add_policies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"""CREATE POLICY second_wall ON {table} USING (
            (SELECT COALESCE(current_setting('app.subject', true), '') = '')
            OR patient_id = (SELECT wall_subject()){OF_A_TEAM.get(table, "")})""",
            None,
        )
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", None)


def drop_policies(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", None)
        schema_editor.execute(f"DROP POLICY second_wall ON {table}", None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_name_the_subject"), ("milestones", "0007_same_record")]
    operations = [migrations.RunPython(add_policies, drop_policies)]
