"""``manage.py demo_code``: the code that the made-up people of a care team sign in with now, for development only."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from milestones.services.demo_sharing import APP_SECRET, DOCTOR, NURSE

_STEP_SECONDS = 30


class Command(BaseCommand):
    """Stands in for an authenticator app. Each code works once."""

    help = "Print the code with which the made-up people of a care team sign in now. Only in development."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Made-up people are for development: set DEBUG=on, or leave them out.")
        code = format_hotp_value(hotp_value(APP_SECRET, int(time.time()) // _STEP_SECONDS))
        self.stdout.write(f"{code}   for {DOCTOR} or {NURSE}; it works once, within half a minute")
