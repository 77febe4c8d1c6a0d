"""Who has an account."""

from __future__ import annotations

from accounts.models import User


def find_active_user(address: str) -> User | None:
    """Return who is known by an address and may sign in.

    Args:
        address: in its canonical form.
    """
    return User.objects.filter(email=address, is_active=True).first()
