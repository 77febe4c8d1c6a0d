"""Leaving for good: everything that a record holds is deleted, and then the account."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from accounts.models import Patient, User
from accounts.services.holding import hold_record
from accounts.services.leaving import erase_account
from milestones.models.kinds import record_models


@transaction.atomic
def erase_record(*, patient: Patient, by: User) -> None:
    """Delete a person's record with every version of every row, end all sharing, and delete the account.

    What stays is the trail: ids and times, of nobody by name.

    Raises:
        StillInTeamError: they are in a care team; nothing was done.
    """
    hold_record(patient.pk)
    for model in reversed(record_models()):
        # What names a row goes before it: the tables are in order.
        model._base_manager.filter(patient_id=patient.pk).delete()  # noqa: SLF001 - Django's documented way to a model's manager
        # The history keeps a last version of what is deleted, so that it goes afterwards.
        history: Any = getattr(model, "history", None)
        if history is not None:
            history.filter(patient_id=patient.pk).delete()
    erase_account(patient=patient, by=by)
    transaction.on_commit(_leave_nothing_in_the_file)


def _leave_nothing_in_the_file() -> None:
    """Put SQLite's log back into the file, where deleted rows are overwritten; PostgreSQL's vacuum does its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
