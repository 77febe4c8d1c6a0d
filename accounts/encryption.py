"""Secrets, encrypted before they are stored: what stands in the database opens nothing by itself."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class UndecipherableError(Exception):
    """None of the site's keys made this text."""


def encrypt(text: str, *, purpose: str) -> str:
    """Return the text so that only this site can read it, and only for this purpose."""
    return _keys(purpose).encrypt(text.encode()).decode()


def decrypt(token: str, *, purpose: str) -> str:
    """Return what was encrypted, with SECRET_KEY or one of its fallbacks.

    Raises:
        UndecipherableError: it was made with another key, for another purpose, or was changed.
    """
    try:
        return _keys(purpose).decrypt(token).decode()
    except InvalidToken as error:
        raise UndecipherableError from error


def _keys(purpose: str) -> MultiFernet:
    """Return a key for each secret of the site, the newest first."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (salted_hmac("accounts.encryption", purpose, secret=one, algorithm="sha256").digest() for one in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
