"""The role that docs/self-hosting tells to make: the site serves with it, and it cannot touch the trail (S33)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, AuditSeal, Patient, User
from accounts.services.audit import record_audit_event
from tests.audit_trail import EVENTS, SEALS, seal_now
from tests.cast import dated, months_ago, record
from tests.wall import limited_role

pytestmark = pytest.mark.django_db


def test_the_site_serves_and_is_audited_with_it(alice: User, alices_record: Patient) -> None:
    if connection.vendor == "sqlite":
        return  # it has no roles
    record(alices_record)
    client = Client()
    client.force_login(alice)
    seal_now()
    before = AuditSeal.objects.count()
    with limited_role():
        ids = {"patient_id": alices_record.pk}
        assert client.get(reverse("milestones:home", kwargs=ids)).status_code == 200
        answer = client.post(
            reverse("milestones:visit_add", kwargs=ids), {**dated("on", months_ago(0)), "idempotency_key": str(uuid4())}
        )
        assert answer.status_code == 302
        seal_now()
        assert AuditSeal.objects.count() == AuditEvent.objects.count() == before + 3


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {EVENTS} SET verb = 'x'",
        f"DELETE FROM {EVENTS}",
        f"TRUNCATE {EVENTS}",
        f"ALTER TABLE {EVENTS} DISABLE TRIGGER USER",
        f"DROP TRIGGER audit_seal ON {EVENTS}",
        f"DROP TABLE {EVENTS}",
        f"UPDATE {SEALS} SET hash = 'x'",
        f"DELETE FROM {SEALS}",
        f"TRUNCATE {SEALS}",
        f"INSERT INTO {SEALS} SELECT event_id + 1, chain, position + 1, hash FROM {SEALS}",
        f"ALTER TABLE {SEALS} DISABLE TRIGGER USER",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ],
)
def test_it_can_do_nothing_to_the_trail(statement: str) -> None:
    if connection.vendor == "sqlite":
        return  # it has no roles
    record_audit_event(actor_id=None, patient_id=uuid4(), verb="looked", object_type="thing")
    seal_now()
    with limited_role():
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            run(statement)
        record_audit_event(actor_id=None, patient_id=uuid4(), verb="looked", object_type="thing")
        seal_now()
    assert AuditSeal.objects.count() == AuditEvent.objects.filter(verb="looked").count() == 2


def test_a_table_of_its_own_does_not_stand_in_for_the_seals() -> None:
    """The function looks in the one schema, whatever stands before it on the role's search path."""
    if connection.vendor == "sqlite":
        return  # it has no schemas
    with limited_role():
        run(f"CREATE TEMPORARY TABLE {SEALS} (LIKE public.{SEALS})")
        record_audit_event(actor_id=None, patient_id=uuid4(), verb="looked", object_type="thing")
        seal_now()
        run(f"DROP TABLE pg_temp.{SEALS}")
    assert AuditSeal.objects.count() == 1


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
