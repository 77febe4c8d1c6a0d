"""Sending mail: written beside what it tells about, sent afterwards, tried again; no page waits for a mail server.

docs/decisions/0019-mail-waits-in-the-database.md
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, override

from accounts.encryption import UndecipherableError, decrypt, encrypt
from accounts.letters import write_reset_answer
from accounts.models import WaitingMail

logger = logging.getLogger(__name__)
_PURPOSE = "outbox"
_RESET = "password reset"
#: After so many minutes a mail is tried again; after the last one it is given up.
WAITS = (1, 5, 15, 60, 240, 720)
#: A try takes at most that long: then another sender may take the mail.
_LEASE = timedelta(minutes=5)
_PERMANENT = 500
_sender_is_at_work = threading.Lock()


def queue_mail(*, to: str, subject: str, body: str, headers: Mapping[str, str] | None = None) -> None:
    """Write a mail down to be sent once the transaction that it tells about is committed.

    Args:
        to: the address.
        subject: one line.
        body: plain text.
        headers: more headers, such as List-Unsubscribe.
    """
    _queue(to, {"subject": subject, "body": body, "headers": dict(headers or {})})


def queue_reset_answer(*, to: str) -> None:
    """Write down that somebody asked for a new password. Whether there is such an account is looked up by the sender.

    So who asks cannot tell it by the time that the answer takes, and a link is as old as its mail.

    Args:
        to: the address that was typed, in its canonical form.
    """
    _queue(to, {"answers": _RESET, "language": get_language()})


def _queue(to: str, mail: Mapping[str, Any]) -> None:
    sealed = encrypt(json.dumps({"to": to, **mail}), purpose=_PURPOSE)
    WaitingMail.objects.create(sealed=sealed, to_hash=address_hash(to), next_try_at=timezone.now())
    _wake_when_committed()


def address_hash(address: str) -> str:
    """Return by what the mails to an address are found, to take them back; it tells nobody which address it is."""
    return salted_hmac(_PURPOSE, address, algorithm="sha256").hexdigest()


def send_waiting_mail() -> int:
    """Send what waits; return how many were sent. Two senders at once send each mail once.

    A mail that cannot be sent is tried again later, at most for a day; one that the server refuses for good is given
    up at once. A sender that dies between sending and deleting has its last mail sent again.
    """
    sent = 0
    with get_connection() as server:
        while (mail := _take()) is not None:
            sent += _send(mail, server)
    return sent


def _take() -> WaitingMail | None:
    """Return a mail whose time has come, and keep other senders from it for a while."""
    now = timezone.now()
    with transaction.atomic():
        rows = WaitingMail.objects.filter(next_try_at__lte=now).order_by("next_try_at")
        mail = rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
        if mail is not None:
            mail.tries += 1
            mail.next_try_at = now + _LEASE
            mail.save(update_fields=["tries", "next_try_at"])
    return mail


def _send(mail: WaitingMail, server: BaseEmailBackend) -> bool:
    try:
        parts = _written(json.loads(decrypt(mail.sealed, purpose=_PURPOSE)))
        message = EmailMessage(parts["subject"], parts["body"], None, [parts["to"]], headers=parts["headers"])
        message.connection = server
        message.send()
    except UndecipherableError:
        _give_up(mail, "the key has changed")
        return False
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        if codes and min(codes) >= _PERMANENT:
            _give_up(mail, "the server refuses the address")
        else:
            _try_later(mail, error)
        return False
    except (OSError, SMTPException) as error:
        _try_later(mail, error)
        return False
    mail.delete()
    return True


def _written(parts: dict[str, Any]) -> dict[str, Any]:
    """Return a mail with its text; some are written only now."""
    if parts.get("answers") != _RESET:
        return parts
    with override(parts["language"]):
        letter = write_reset_answer(parts["to"])
    return {"to": parts["to"], "subject": letter.subject, "body": letter.body, "headers": {}}


def _try_later(mail: WaitingMail, error: Exception) -> None:
    if mail.tries > len(WAITS):
        _give_up(mail, type(error).__name__)
        return
    logger.warning("mail not sent, it is tried again: %s", type(error).__name__)
    mail.next_try_at = timezone.now() + timedelta(minutes=WAITS[mail.tries - 1])
    mail.save(update_fields=["next_try_at"])


def _give_up(mail: WaitingMail, why: str) -> None:
    logger.error("mail given up after %s tries: %s", mail.tries, why)
    mail.delete()


def _wake_when_committed() -> None:
    transaction.on_commit(_wake)


def _wake() -> None:
    """Send what waits: in a thread beside the page, so that no page waits; or here, where the settings say so."""
    if not settings.MAIL_IN_BACKGROUND:
        send_waiting_mail()
    elif _sender_is_at_work.acquire(blocking=False):
        threading.Thread(target=_send_in_thread, name="mail", daemon=True).start()


def _send_in_thread() -> None:
    is_done = False
    try:
        send_waiting_mail()
        is_done = True
    except Exception as error:  # noqa: BLE001 - a thread has nobody to tell; the mail waits for the next sender
        logger.error("the sender of mail stopped: %s", type(error).__name__)  # noqa: TRY400 - the trace may hold an address
    finally:
        _sender_is_at_work.release()
        # One that was written down after the last look found no sender free.
        if is_done and WaitingMail.objects.filter(next_try_at__lte=timezone.now()).exists():
            _wake()
        connection.close()
