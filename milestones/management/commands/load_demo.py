"""``manage.py load_demo``: made-up people to look at, for development only."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from milestones.services.demo import DEMO_PASSWORD, load_demo_people
from milestones.services.demo_sharing import CARER, DOCTOR, NURSE, share_among_demo_people


class Command(BaseCommand):
    """Make the made-up people who are not there yet, and print how to sign in as one of them."""

    help = "Make made-up people to look at. Only in development: their password is public."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Made-up people are for development: set DEBUG=on, or leave them out.")
        people = load_demo_people(today=timezone.now().date())
        share_among_demo_people(today=timezone.now().date(), password=DEMO_PASSWORD)
        self.stdout.write(f"\nMade-up people, to sign in as (password: {DEMO_PASSWORD})")
        for person in people:
            self.stdout.write(f"  {person.email:<22} {person.about}")
        self.stdout.write(f"  {DOCTOR:<22} leads a made-up care team with whom they all share")
        self.stdout.write(f"  {NURSE:<22} is in that team")
        self.stdout.write("  (both of the team also need a code: .venv/bin/python manage.py demo_code)")
        self.stdout.write(f"  {CARER:<22} looks after Hana's record")
