"""Every audit row gets a seal over itself and the seal before it, made by the database as the row is added.

SQLite writes one transaction at a time, so a plain trigger cannot fork a chain. PostgreSQL makes the seal as the
transaction is committed: the lock on a chain is the last that is taken and held for a moment only, so that it deadlocks
with no lock on rows, and each query of the function sees what was committed by whoever held the lock before. There the
function runs with the rights of the tables' owner: the site's role needs none to write seals.
"""

# ruff: noqa: S608 - the names that are put into these statements are constants of this file

from hashlib import sha256

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EVENTS, SEALS = "accounts_auditevent", "accounts_auditseal"
NO_RECORD, NO_SEAL = "0" * 32, "0" * 64
ROWS_AT_ONCE = 1_000


def _canonical(vendor: str, row: str) -> str:
    """Return the SQL of a row's one text; accounts/seals.py says how it is made."""
    if vendor == "sqlite":
        length = "length(CAST({} AS BLOB))"
        at = f"{row}.at || CASE length({row}.at) WHEN 19 THEN '.000000' ELSE '' END"
        number, key = "CAST({} AS TEXT)", "{}"
    else:
        length = "octet_length(convert_to({}, 'UTF8'))"
        at = f"to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        number, key = "{}::text", "replace({}::text, '-', '')"
    values = {
        "id": number.format(f"{row}.id"),
        "at": at,
        "actor_id": key.format(f"{row}.actor_id"),
        "patient_id": key.format(f"{row}.patient_id"),
        "verb": f"{row}.verb",
        "object_type": f"{row}.object_type",
        "object_id": f"{row}.object_id",
        "object_version": number.format(f"{row}.object_version"),
        "outcome": f"{row}.outcome",
        "request_id": f"{row}.request_id",
    }
    return " || ".join(f"COALESCE({length.format(value)} || ':' || ({value}) || ',', '-,')" for value in values.values())


def forwards(vendor: str, schema: str = "public") -> list[str]:
    """Return the statements that make the triggers."""
    if vendor == "sqlite":
        chain = f"COALESCE(NEW.patient_id, '{NO_RECORD}')"
        return [
            *(
                f"""CREATE TRIGGER audit_seal_no_{verb.lower()} BEFORE {verb} ON {SEALS}
                BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"""
                for verb in ("UPDATE", "DELETE")
            ),
            # INSERT OR REPLACE takes a row away without asking the triggers above.
            f"""CREATE TRIGGER audit_no_replace BEFORE INSERT ON {EVENTS}
            WHEN EXISTS (SELECT 1 FROM {EVENTS} WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
            f"""CREATE TRIGGER audit_seal_no_replace BEFORE INSERT ON {SEALS}
            WHEN EXISTS (SELECT 1 FROM {SEALS} WHERE event_id = NEW.event_id)
            OR EXISTS (SELECT 1 FROM {SEALS} WHERE chain = NEW.chain AND position = NEW.position)
            BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
            f"""CREATE TRIGGER audit_seal AFTER INSERT ON {EVENTS} BEGIN
            INSERT INTO {SEALS} (event_id, chain, position, hash)
            SELECT NEW.id, {chain}, COALESCE(last.position, 0) + 1,
            SHA256(COALESCE(last.hash, '{NO_SEAL}') || {_canonical(vendor, "NEW")})
            FROM (SELECT 1) LEFT JOIN
            (SELECT position, hash FROM {SEALS} WHERE chain = {chain} ORDER BY position DESC LIMIT 1) AS last;
            END""",
        ]
    return [
        f"""CREATE TRIGGER audit_seal_no_change BEFORE UPDATE OR DELETE ON {SEALS}
        FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
        f"""CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON {SEALS}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
        f"""CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            own_chain uuid := COALESCE(NEW.patient_id, '{NO_RECORD}');
            last_position bigint;
            last_hash text;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('audit ' || own_chain, 0));
            SELECT position, hash INTO last_position, last_hash
            FROM "{schema}".{SEALS} AS seals WHERE seals.chain = own_chain ORDER BY seals.position DESC LIMIT 1;
            INSERT INTO "{schema}".{SEALS} (event_id, chain, position, hash) VALUES (
                NEW.id, own_chain, COALESCE(last_position, 0) + 1,
                encode(sha256(convert_to(COALESCE(last_hash, '{NO_SEAL}') || {_canonical(vendor, "NEW")}, 'UTF8')), 'hex')
            );
            RETURN NULL;
        END $$""",
        f"""CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON {EVENTS} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_seal()""",
    ]


BACKWARDS = {
    "sqlite": [
        f"DROP TRIGGER {name}"
        for name in ("audit_seal", "audit_seal_no_replace", "audit_no_replace", "audit_seal_no_delete", "audit_seal_no_update")
    ],
    "postgresql": [
        f"DROP TRIGGER audit_seal ON {EVENTS}",
        "DROP FUNCTION audit_seal()",
        f"DROP TRIGGER audit_seal_no_truncate ON {SEALS}",
        f"DROP TRIGGER audit_seal_no_change ON {SEALS}",
    ],
}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    connection = schema_editor.connection
    schema = "public"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            schema = cursor.fetchone()[0]
    for statement in forwards(connection.vendor, schema):
        schema_editor.execute(statement, None)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, None)


def seal_what_is_there(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal the rows that were written before; the new trigger holds a lock by which no other is added meanwhile."""
    connection = schema_editor.connection
    seals: dict[object, tuple[int, str]] = {}
    last_id = -(2**63)
    select = f"""SELECT e.id, COALESCE(e.patient_id, '{NO_RECORD}'), {_canonical(connection.vendor, "e")}
        FROM {EVENTS} AS e WHERE e.id > %s ORDER BY e.id LIMIT {ROWS_AT_ONCE}"""
    insert = f"INSERT INTO {SEALS} (event_id, chain, position, hash) VALUES (%s, %s, %s, %s)"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(select, [last_id])
            rows = cursor.fetchall()
            if not rows:
                return
            sealed = []
            for event_id, chain, canonical in rows:
                position, previous = seals.get(chain, (0, NO_SEAL))
                seals[chain] = (position + 1, sha256(f"{previous}{canonical}".encode()).hexdigest())
                sealed.append((event_id, chain, *seals[chain]))
            cursor.executemany(insert, sealed)
            last_id = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]
    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="audit event")),
                ("chain", models.UUIDField(verbose_name="whose record, or zeros")),
                ("position", models.BigIntegerField(verbose_name="place in the chain")),
                ("hash", models.CharField(max_length=64, verbose_name="seal")),
            ],
            options={
                "verbose_name": "audit seal",
                "verbose_name_plural": "audit seals",
                "constraints": [models.UniqueConstraint(fields=("chain", "position"), name="audit_seal_place")],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
    ]
