"""``manage.py audit_verify``: is every row of the audit trail as it was written, and is every row still there?"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.seals import NO_RECORD
from accounts.selectors.audit_trail import Anchor, Break, Fault, verify_trail

_CANNOT_TELL = 2
_FAULTS = {
    Fault.CHANGED: "row {} or its seal was changed, or a row before it was taken out",
    Fault.ROW_MISSING: "row {} is gone",
    Fault.SEAL_MISSING: "row {} has no seal, or the seal before it is gone",
    Fault.END_MISSING: "the end is cut off: row {} was there when the anchor was written",
    Fault.NOT_AS_ANCHORED: "row {} is not the one that the anchor names: the chain was written anew",
}


class Command(BaseCommand):
    """Make all seals again and compare; exit code 1 where one is wrong, 2 where the anchor file cannot be read."""

    help = "Check the seals of the audit trail. Names the first wrong row of each record, and then ends with 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE", help="what audit_anchor wrote on an earlier day")
        parser.add_argument("--patient", type=UUID, metavar="ID", help="only this record")

    def handle(self, *_args: object, anchor: Path | None, patient: UUID | None, **_options: object) -> None:
        anchors = _read(anchor) if anchor else {}
        verdict = verify_trail(anchors=anchors, patient_id=patient, progress=self._progress)
        for found in verdict.breaks:
            self.stderr.write(_describe(found))
        if verdict.breaks:
            raise CommandError(f"The audit trail is broken. Broken chains: {len(verdict.breaks):,}.", returncode=1)
        beside = f" Anchors: {len(anchors):,}." if anchor else ""
        self.stdout.write(f"The audit trail is whole. Rows: {verdict.rows:,}. Chains: {verdict.chains:,}.{beside}")

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done:,} of {total:,} rows done")


def _describe(found: Break) -> str:
    whose = "Rows of no record" if found.chain == NO_RECORD.hex else f"Record {found.chain}"
    return f"{whose}: {_FAULTS[found.fault].format(found.event_id)}."


def _read(path: Path) -> dict[UUID, Anchor]:
    """Return the anchors of a file by chain."""
    anchors: dict[UUID, Anchor] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                anchor = _parse(line, number)
                anchors[anchor.chain] = anchor
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path.name} cannot be read: {error}.", returncode=_CANNOT_TELL) from error
    if not anchors:
        raise CommandError(f"{path.name} holds no anchors.", returncode=_CANNOT_TELL)
    return anchors


def _parse(line: str, number: int) -> Anchor:
    try:
        given = json.loads(line)
        chain = NO_RECORD if given["patient"] is None else UUID(given["patient"])
        return Anchor(chain, int(given["count"]), int(given["last_id"]), str(given["hash"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"Line {number} of the anchor file is no anchor.", returncode=_CANNOT_TELL) from error
