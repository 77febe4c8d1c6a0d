"""One writer at a time in a record."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from accounts.models import Patient
from accounts.prepared import Ask, PreparedQuery, run_together

_held = PreparedQuery(
    lambda patient_id: Patient.objects.select_for_update(no_key=True).filter(pk=patient_id).values_list("pk"),
    patient_id=(UUID(int=0), UUID(int=1)),
)


def ask_to_hold(patient_id: UUID) -> list[Ask]:
    """Return what lets nobody else write in a record until the transaction ends, to be run before all else in it.

    Whoever writes in a record or changes who shares it asks this first. So no two wait for each other, and each reads
    what the one before has written. On SQLite the transaction itself holds the lock, as it begins immediately.
    """
    return [_held.ask(patient_id=patient_id)] if connection.vendor == "postgresql" else []


def hold_record(patient_id: UUID) -> None:
    """Let nobody else write in a record until the transaction ends; to be called before all else in it."""
    run_together(ask_to_hold(patient_id))
