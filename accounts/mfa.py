"""How allauth's second factor fits this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.encryption import decrypt, encrypt
from accounts.models import User

_PURPOSE = "second factor"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth carries no types
    """Secrets are encrypted; what a phone shows of the site tells nothing about its owner's health."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code does not fit, or it was used already."),
        "cannot_generate_recovery_codes": gettext_lazy("Add an authenticator app or a passkey first."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return encrypt(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret.

        Raises:
            UndecipherableError: no key of the site made it; an empty text here would be a secret that all know.
        """
        return decrypt(encrypted_text, purpose=_PURPOSE)

    def get_totp_issuer(self) -> str:
        """Return what the authenticator app calls the site."""
        return str(settings.MAIL_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: the host of SITE_URL, whatever host a request named."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.MAIL_NAME}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - the signature is allauth's
        """Return a name for a passkey that nobody named."""
        number = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": number + 1}
