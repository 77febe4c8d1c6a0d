"""On PostgreSQL the audit row of an opening names whose record is open, for the second wall of the tables behind it.

docs/decisions/0017-second-wall.md. A connection of a web process begins as "nobody" (config/wall.py). The row that says
that somebody came in says to the database who is looked at, in the same statement: no row, no key. Where nothing is
named, in a command or a migration, it stays so.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EVENTS = "accounts_auditevent"

FORWARDS = [
    # None for a record that is not named, so that nothing equals it; an error where nobody has opened anything.
    """CREATE FUNCTION wall_subject() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    DECLARE
        subject text := COALESCE(current_setting('app.subject', true), '');
    BEGIN
        IF subject = 'nobody' AND COALESCE(current_setting('app.team', true), '') = '' THEN
            RAISE EXCEPTION 'no record is open' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NULLIF(NULLIF(subject, 'nobody'), '')::uuid;
    END $$""",
    """CREATE FUNCTION wall_team() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NULLIF(current_setting('app.team', true), '')::uuid $$""",
    """CREATE FUNCTION wall_team_patients() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT patient_id FROM accounts_grant
    WHERE team_id = wall_team() AND state = 'confirmed' AND ends_on >= CURRENT_DATE - 1 $$""",
    # For the rest of the connection's request, also where each statement is a transaction of its own; undone with the row.
    """CREATE FUNCTION wall_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF COALESCE(current_setting('app.subject', true), '') <> '' THEN
            PERFORM set_config('app.subject', COALESCE(NEW.patient_id::text, 'nobody'), false),
                set_config('app.team', CASE NEW.object_type WHEN 'care_team' THEN NEW.object_id ELSE '' END, false);
        END IF;
        RETURN NULL;
    END $$""",
    f"""CREATE TRIGGER wall_open AFTER INSERT ON {EVENTS} FOR EACH ROW
    WHEN (NEW.outcome = 'allowed' AND NEW.object_type IN ('record', 'care_team')) EXECUTE FUNCTION wall_open()""",
]
BACKWARDS = [
    f"DROP TRIGGER wall_open ON {EVENTS}",
    "DROP FUNCTION wall_open()",
    "DROP FUNCTION wall_team_patients()",
    "DROP FUNCTION wall_team()",
    "DROP FUNCTION wall_subject()",
]


def add_functions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARDS:
            schema_editor.execute(statement, None)


def drop_functions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in BACKWARDS:
            schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_grant_of_record")]
    operations = [migrations.RunPython(add_functions, drop_functions)]
