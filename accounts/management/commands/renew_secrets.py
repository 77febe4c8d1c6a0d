"""Encrypts what is stored for second factors with the newest key of the site."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.secret_keys import renew_secrets


class Command(BaseCommand):
    """Run it after a change of SECRET_KEY, while the old one still stands in SECRET_KEY_FALLBACKS."""

    help = "Encrypt stored secrets with the newest SECRET_KEY, so that the old one can leave SECRET_KEY_FALLBACKS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        renewed, unreadable = renew_secrets()
        self.stdout.write(f"Encrypted again: {renewed}")
        if unreadable:
            self.stderr.write(f"No key reads: {unreadable}. Those people have to add their app again.")
