"""Mails of our own: they say that there is something to look at, and nothing about anybody's health."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def send_after_commit(*, template: str, to: str, context: dict[str, str]) -> None:
    """Send a mail once the transaction it tells about is committed; a mail that fails changes nothing.

    Args:
        template: ``templates/mail/<template>.txt``, its first line the subject.
        to: the address.
        context: what the template shows; addresses of pages begin with SITE_URL.
    """

    def send() -> None:
        text = render_to_string(f"mail/{template}.txt", {**context, "site": settings.MAIL_NAME})
        subject, _, body = text.strip().partition("\n")
        try:
            send_mail(subject, body.strip(), None, [to])
        except (OSError, SMTPException):
            logger.warning("A mail could not be sent")

    transaction.on_commit(send)
