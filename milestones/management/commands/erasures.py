"""``manage.py erasures``: who has left, by id; and, after an old backup was restored, the same erasures once more."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEvent, Patient
from milestones.services.leaving import erase_record


class Command(BaseCommand):
    """List the records that were erased, or erase those of such a list again."""

    help = "List erased records (one id a line, for a file outside the backup); --again reads such a list and erases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="read ids from standard input, and erase what is there"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if not options["again"]:
            erased = AuditEvent.objects.filter(verb="record_erased").order_by("at", "pk")
            for patient_id in erased.values_list("patient_id", flat=True):
                self.stdout.write(str(patient_id))
            return
        try:
            ids = [UUID(line.strip()) for line in sys.stdin if line.strip()]
        except ValueError as error:
            raise CommandError("A line is no id. Nothing was erased.") from error
        found = list(Patient.objects.select_related("user").filter(pk__in=ids, user__isnull=False))
        for patient in found:
            assert patient.user is not None  # noqa: S101 - asked for above
            erase_record(patient=patient, by=patient.user)
        self.stdout.write(f"{len(found)} of {len(ids)} were there, and are erased again.")
