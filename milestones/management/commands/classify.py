"""``manage.py classify``: a table of results in, the same table with levels, verdicts and changes out."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from milestones.clinical.guidelines.loader import MalformedRuleSetError, load_rule_sets
from milestones.interchange.classify_file import UnreadableFileError, classify_file

_EXIT_CODE_UNREADABLE = 2


class Command(BaseCommand):
    """Classify a CSV file of BCR::ABL1 results; progress is told on the terminal's error channel."""

    help = "Classify every row of a CSV file of BCR::ABL1 results."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("input", type=Path, metavar="INPUT.csv", help="columns patient, collected_on, reported ...")
        parser.add_argument(
            "--output", type=Path, metavar="OUT.csv", help="the file to write; standard output if absent"
        )

    def handle(self, *_args: object, **options: object) -> None:
        source, output = options["input"], options["output"]
        assert isinstance(source, Path)  # noqa: S101 - argparse made it so
        try:
            rows = self._classify(source, output if isinstance(output, Path) else None)
        except (UnreadableFileError, MalformedRuleSetError) as error:
            raise CommandError(str(error), returncode=_EXIT_CODE_UNREADABLE) from error
        self._tell(f"{rows:,} rows classified.", end="\n")

    def _classify(self, source: Path, output: Path | None) -> int:
        rule_sets = list(load_rule_sets().values())
        if output is None:
            return classify_file(source, sys.stdout, rule_sets, self._progress)
        draft = output.with_name(f".{output.name}.part")
        try:
            with draft.open("w", encoding="utf-8", newline="") as target:
                rows = classify_file(source, target, rule_sets, self._progress)
            draft.replace(output)
        except OSError as error:
            raise UnreadableFileError(f"{output.name} cannot be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
        return rows

    def _progress(self, done: int, total: int) -> None:
        if total:
            self._tell(f"{100 * done // total:3d} % done", end="")

    def _tell(self, text: str, *, end: str) -> None:
        """Write to the error channel, over the line before it on a terminal; standard output holds rows alone."""
        start = "\r" if sys.stderr.isatty() else ""
        if start or end:
            sys.stderr.write(f"{start}{text}{end}")
            sys.stderr.flush()
