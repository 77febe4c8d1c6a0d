"""Mails of our own: they say that there is something to look at, and nothing about anybody's health."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.letters import write
from accounts.outbox import queue_mail


def queue_from_template(
    *, template: str, to: str, context: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> None:
    """Write a mail down in the transaction that it tells about; it is sent when that is committed.

    Args:
        template: ``templates/mail/<template>.txt``, its first line the subject.
        to: the address.
        context: what the template shows; addresses of pages begin with SITE_URL.
        headers: more headers.
    """
    letter = write(template, context)
    queue_mail(to=to, subject=letter.subject, body=letter.body, headers=headers)
