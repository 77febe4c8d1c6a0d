"""``manage.py send_due_reminders``: tell those who have asked for it that they have something to look at. For cron."""

from django.core.management.base import BaseCommand

from accounts.outbox import send_waiting_mail
from milestones.services.dates_out import queue_due_reminders


class Command(BaseCommand):
    """Queue the reminders that are due, and send what waits."""

    help = "Remind people who have asked for it. Safe to run twice, and twice at once: each thing is said once."

    def handle(self, *_args: object, **_options: object) -> None:
        queued = queue_due_reminders()
        self.stdout.write(f"{queued} due, {send_waiting_mail()} waiting mails sent.")
