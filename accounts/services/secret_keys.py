"""Changing the key of the site."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from accounts.encryption import UndecipherableError

_FIELDS = ("secret", "seed")


@transaction.atomic
def renew_secrets() -> tuple[int, int]:
    """Encrypt every stored secret again, with the newest key; return how many there were, and how many nothing read.

    After this the old keys can leave SECRET_KEY_FALLBACKS. Those who were signed in before have to sign in again then.
    """
    renewed = unreadable = 0
    for authenticator in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
        try:
            authenticator.data = {name: _renew(name, value) for name, value in authenticator.data.items()}
        except UndecipherableError:
            unreadable += 1
            continue
        authenticator.save(update_fields=["data"])
        renewed += 1
    return renewed, unreadable


def _renew(name: str, value: Any) -> Any:
    return encrypt(decrypt(value)) if name in _FIELDS else value
