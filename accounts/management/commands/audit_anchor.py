"""``manage.py audit_anchor``: how far each chain of the audit trail has come, to be kept somewhere else."""

from __future__ import annotations

import json

from django.core.management.base import BaseCommand

from accounts.seals import NO_RECORD
from accounts.selectors.audit_trail import iterate_anchors


class Command(BaseCommand):
    """Write one line of JSON a record to standard output."""

    help = "Write the head of each chain of the audit trail as JSON lines. Keep them elsewhere, once a day."
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        for anchor in iterate_anchors():
            patient = None if anchor.chain == NO_RECORD else str(anchor.chain)
            line = {"patient": patient, "count": anchor.count, "last_id": anchor.last_id, "hash": anchor.hash}
            self.stdout.write(json.dumps(line))
