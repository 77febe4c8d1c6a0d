"""Make a care team, and invite whoever is to lead it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.services.teams import create_team


class Command(BaseCommand):
    """An operator's act: a team's name is what patients trust, so nobody names a team for themselves."""

    help = "Make a care team and invite its first lead by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what patients see, for example: CML clinic, Town Hospital")
        parser.add_argument("lead", help="e-mail address of the one who is to lead it")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        try:
            validate_email(options["lead"])
            team, link = create_team(name=options["name"], lead_email=options["lead"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Made the team {team.name}. Its code for patients: {team.code}")
        self.stdout.write(f"The lead has a mail with this link, which works for 7 days: {link}")
