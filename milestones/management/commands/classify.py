"""``manage.py classify``: a table of results in, the same table with levels, verdicts and changes out."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from stat import S_ISREG
from typing import IO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from milestones.clinical.guidelines.loader import MalformedRuleSetError, load_rule_sets
from milestones.interchange.classify_file import TemporaryFilesError, UnreadableFileError, classify_file

_EXIT_CODE = 2


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
        assert output is None or isinstance(output, Path)  # noqa: S101
        try:
            rows = self._print(source) if output is None else self._write(source, output)
        except (UnreadableFileError, TemporaryFilesError, MalformedRuleSetError) as error:
            raise CommandError(str(error), returncode=_EXIT_CODE) from error
        except OSError as error:
            name = "The output" if output is None else output.name or output
            raise CommandError(f"{name} cannot be written: {error.strerror}.", returncode=_EXIT_CODE) from error
        if rows is not None:
            self._tell(f"{rows:,} rows classified.", end="\n")

    def _print(self, source: Path) -> int | None:
        """Write to standard output; None if whoever read it has seen enough."""
        try:
            rows = self._classify(source, sys.stdout)
            sys.stdout.flush()
        except OSError as error:
            # What is left in the buffer would be tried, and fail, once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                return None
            raise
        return rows

    def _write(self, source: Path, output: Path) -> int:
        if _is_same(source, output):
            raise CommandError(f"{output.name} is the input: choose another file.", returncode=_EXIT_CODE)
        if _is_special(output):
            with output.open("w", encoding="utf-8", newline="") as target:
                return self._classify(source, target)
        output = output.resolve()
        draft = output.with_name(f".{output.name}.part")
        try:
            with draft.open("w", encoding="utf-8", newline="") as target:
                rows = self._classify(source, target)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
        return rows

    def _classify(self, source: Path, target: IO[str]) -> int:
        return classify_file(source, target, list(load_rule_sets().values()), self._progress)

    def _progress(self, done: int, total: int) -> None:
        if total:
            self._tell(f"{100 * done // total:3d} % done", end="")

    def _tell(self, text: str, *, end: str) -> None:
        """Write to the error channel, over the line before it on a terminal; standard output holds rows alone."""
        start = "\r" if sys.stderr.isatty() else ""
        if start or end:
            sys.stderr.write(f"{start}{text}{end}")
            sys.stderr.flush()


def _is_same(source: Path, output: Path) -> bool:
    try:
        return output.samefile(source)
    except OSError:
        return False  # one of the two is not there, and is told of where it is opened


def _is_special(output: Path) -> bool:
    """Whether the output is there and no regular file, so that it is written to and never replaced."""
    try:
        return not S_ISREG(output.stat().st_mode)
    except FileNotFoundError:
        return False
