"""Using the second factor: each code opens once. And taking away one that was lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction

from accounts.encryption import UndecipherableError
from accounts.mail import queue_from_template
from accounts.models import User
from accounts.services.sessions import end_sessions

RESET_REASONS = ("phone-lost", "phone-new", "phone-broken", "key-lost", "taken-over")


class NothingToResetError(Exception):
    """Somebody has no second factor."""


def find_totp_step(*, secret: str, code: str) -> int | None:
    """Return the 30 seconds that a code is for; None where it fits none that is near now.

    Source: RFC 6238.
    """
    typed = "".join(code.split())
    for step in yield_hotp_counters_from_time():
        if secrets.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), typed.encode()):
            return int(step)
    return None


def use_code(*, user: User, code: str) -> Authenticator | None:
    """Use up a code of the authenticator app or a recovery code; return what it belongs to, or None.

    A code that was used, or one older than the last used one, does not count, however many try at once.
    """
    typed = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in typed.order_by("-type"):  # the app first: one hash against ten
        if _fits(authenticator, code):
            authenticator.user = user
            return authenticator
    return None


def start_totp(*, user: User, step: int) -> None:
    """Use up the code that a new authenticator app was added with."""
    User.objects.filter(pk=user.pk).update(last_totp_step=step)


@contextmanager
def change_of_second_factor(*, user: User, verb: str, keep: str | None) -> Iterator[None]:
    """Make a change within it: it happens with its row in the audit trail and with the end of other sessions, or not.

    Args:
        user: whose second factor, and who changes it.
        verb: what the audit trail calls the change.
        keep: the key of the session that goes on.

    Raises:
        AuditUnavailableError: the row could not be written; nothing was changed.
    """
    with transaction.atomic():
        yield
        end_sessions(user=user, by=user, keep=keep, verb=verb)


@transaction.atomic
def reset_second_factor(*, user: User, reason: str) -> int:
    """Take away an app, passkeys and recovery codes, end every session, and tell the person; an operator's act.

    Whoever needs a second factor adds a new one before they see anything.

    Args:
        user: who has lost it.
        reason: one of ``RESET_REASONS``; the audit trail keeps it.

    Returns:
        How many there were, recovery codes counting as one.

    Raises:
        ValueError: it is no such reason.
        NothingToResetError: there is none; nothing was changed.
    """
    if reason not in RESET_REASONS:
        raise ValueError(reason)
    removed: int
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise NothingToResetError
    end_sessions(user=user, by=None, verb=f"second_factor_reset_{reason.replace('-', '_')}")
    links = {
        "link": f"{settings.SITE_URL}/account/sign-in/",
        "reset_link": f"{settings.SITE_URL}/account/password/reset/",
    }
    queue_from_template(template="second_factor_reset", to=user.email, context=links)
    return removed


def _fits(authenticator: Authenticator, code: str) -> bool:
    try:
        if authenticator.type == Authenticator.Type.TOTP:
            return _use_totp(authenticator, code)
        return bool(authenticator.wrap().validate_code(code))
    except UndecipherableError:  # the key of the site was changed without a fallback
        return False


def _use_totp(authenticator: Authenticator, code: str) -> bool:
    """Take the step of a code for oneself: one conditional UPDATE, so that of many at once a single one has it."""
    step = find_totp_step(secret=decrypt(authenticator.data["secret"]), code=code)
    if step is None:
        return False
    unused = User.objects.filter(pk=authenticator.user_id, last_totp_step__lt=step)
    return unused.update(last_totp_step=step) == 1
