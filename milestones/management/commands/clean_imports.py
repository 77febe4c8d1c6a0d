"""Delete the files that waited for more than a day to be confirmed: for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from milestones.services.imports import clean_held_imports


class Command(BaseCommand):
    """Run it once a day, or more often."""

    help = "Delete files of results that were chosen and not brought in within a day. Safe to run at any time."

    def handle(self, *_args: Any, **options: Any) -> None:
        count = clean_held_imports()
        if options["verbosity"] > 1:
            self.stdout.write(f"{count} deleted")
