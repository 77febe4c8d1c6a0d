"""``manage.py send_waiting_mail``: send what a mail server would not take before. For cron, every few minutes."""

from django.core.management.base import BaseCommand

from accounts.outbox import send_waiting_mail


class Command(BaseCommand):
    """Send the mails that wait."""

    help = "Send the mails that wait. Safe to run twice at once."

    def handle(self, *_args: object, **_options: object) -> None:
        self.stdout.write(f"{send_waiting_mail()} sent.")
