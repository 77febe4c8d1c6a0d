"""Signs people out: one person, or everybody."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services.sessions import end_all_sessions, end_sessions


class Command(BaseCommand):
    """End all sessions of one person (--email) or of everybody (--everybody)."""

    help = "Sign people out: --email somebody@example.org, or --everybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--email")
        whom.add_argument("--everybody", action="store_true")

    def handle(self, *_args: Any, email: str | None, everybody: bool, **_options: Any) -> None:
        if everybody:
            ended = end_all_sessions()
        else:
            user = User.objects.filter(email=(email or "").lower()).first()
            if user is None:
                raise CommandError("Nobody has this address.")
            ended = end_sessions(user=user, by=None)
        self.stdout.write(f"Ended sessions: {ended}")
