"""Who an address and a password belong to."""

from __future__ import annotations

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.prepared import PreparedRow

_users = PreparedRow(User.objects)


class EmailBackend(AuthenticationBackend):  # type: ignore[misc] # allauth carries no types
    """allauth's, but only the address that an account is known by counts, and each try costs exactly one hash."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found: User | None = self._check_password(User.objects.filter(email=email).first(), password)
        return found

    def get_user(self, user_id: UUID) -> User | None:
        """Return whose session it is, at each of their requests; None for nobody, and who may not sign in any more."""
        user = _users(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
