"""Who an address and a password belong to."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):  # type: ignore[misc] # allauth carries no types
    """allauth's, but only the address that an account is known by counts, and each try costs exactly one hash."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found: User | None = self._check_password(User.objects.filter(email=email).first(), password)
        return found
