"""Compare every kept entry of the worklists with the record: `manage.py summaries_check [--fix] [--changed-rules]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from milestones.services.worklist import check_entries


class Command(BaseCommand):
    """To be run daily with --fix, as days pass without a write; with --changed-rules too where a new version starts."""

    help = "Compare what the teams' worklists say with what the records give; with --fix, write what is right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="write what is right")
        parser.add_argument(
            "--changed-rules", action="store_true", help="only entries that were made by other rules than those of now"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        count = 0
        for grant_id, columns in check_entries(fix=options["fix"], only_of_other_rules=options["changed_rules"]):
            count += 1
            self.stdout.write(f"{grant_id}: {', '.join(columns)}")
        if count and not options["fix"]:
            raise CommandError(f"{count} not right. Run it with --fix.")
        self.stdout.write(f"{count} put right." if count else "All are right.")
