"""A new e-mail address, and the way back to the old one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import EmailChange, User
from accounts.services.audit import record_audit_event
from accounts.services.sessions import end_sessions

_WAY_BACK = timedelta(days=7)


@transaction.atomic
def record_email_change(*, user: User, old_email: str) -> str:
    """Keep the way back to an address that was just replaced; return the token of the link, which is kept nowhere."""
    now = timezone.now()
    EmailChange.objects.filter(changed_at__lt=now - _WAY_BACK).delete()
    token = secrets.token_urlsafe(32)
    EmailChange.objects.create(user=user, old_email=old_email, changed_at=now, token_hash=_hash(token))
    _write_down("email_changed", user=user)
    return token


def can_undo_email_change(*, token: str) -> bool:
    """Tell whether a link still leads back."""
    return EmailChange.objects.filter(token_hash=_hash(token), changed_at__gt=timezone.now() - _WAY_BACK).exists()


@transaction.atomic
def undo_email_change(*, token: str) -> bool:
    """Give an account back to its old address, and shut out whoever changed it; tell whether the link still worked.

    All sessions end, the password opens nothing any more, and second factors that were added since are removed. The
    person then asks for a new password at the old address.
    """
    change = (
        EmailChange.objects.select_for_update()
        .select_related("user")
        .filter(token_hash=_hash(token), changed_at__gt=timezone.now() - _WAY_BACK)
        .first()
    )
    if change is None or User.objects.filter(email=change.old_email).exclude(pk=change.user_id).exists():
        return False
    user = change.user
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=change.old_email, verified=True, primary=True)
    User.objects.filter(pk=user.pk).update(email=change.old_email, password=make_password(None))
    Authenticator.objects.filter(user=user, created_at__gte=change.changed_at).delete()
    EmailChange.objects.filter(user=user, changed_at__gte=change.changed_at).delete()
    end_sessions(user=user, by=user, verb="email_change_undone")
    return True


def is_free_address(*, email: str, user: User) -> bool:
    """Tell whether no other account is known by an address."""
    return not User.objects.filter(email=email).exclude(pk=user.pk).exists()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write_down(verb: str, *, user: User) -> None:
    record_audit_event(actor_id=user.pk, patient_id=None, verb=verb, object_type="user", object_id=str(user.pk))
