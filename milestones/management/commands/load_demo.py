"""``manage.py load_demo``: made-up people to look at, for development only."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from milestones.services.demo import DEMO_PASSWORD, load_demo_people


class Command(BaseCommand):
    """Make the made-up people who are not there yet, and print how to sign in as one of them."""

    help = "Make made-up people to look at. Only in development: their password is public."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Made-up people are for development: set DEBUG=on, or leave them out.")
        people = load_demo_people(today=timezone.now().date())
        self.stdout.write(f"\nMade-up people, to sign in as (password: {DEMO_PASSWORD})")
        for person in people:
            self.stdout.write(f"  {person.email:<22} {person.about}")
