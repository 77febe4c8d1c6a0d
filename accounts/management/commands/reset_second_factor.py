"""Take away a second factor that somebody has lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.addresses import canonical_address
from accounts.models import User
from accounts.services.second_factor import RESET_REASONS, NothingToResetError, reset_second_factor


class Command(BaseCommand):
    """An operator's act, for who has neither their second factor nor a recovery code. See docs/self-hosting.

    The reason is one of a few words: the trail holds no text, so that nothing of anybody's health gets into it.
    """

    help = "Remove somebody's authenticator app, passkeys and recovery codes, and sign them out. They are told by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="e-mail address of the account")
        parser.add_argument("--reason", required=True, choices=RESET_REASONS, help="why, as the audit trail keeps it")

    def handle(self, *_args: Any, address: str, reason: str, **_options: Any) -> None:
        try:
            user = User.objects.filter(email=canonical_address(address)).first()
        except ValueError as error:
            raise CommandError("This is no address.") from error
        if user is None:
            raise CommandError("Nobody has this address.")
        try:
            removed = reset_second_factor(user=user, reason=reason)
        except NothingToResetError as error:
            raise CommandError("They have no second factor. Nothing was changed.") from error
        self.stdout.write(f"Removed: {removed}. Their sessions are ended, and they have a mail.")
