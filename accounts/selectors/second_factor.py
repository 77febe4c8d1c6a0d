"""Who needs a second factor, and what somebody has."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from allauth.mfa.models import Authenticator

from accounts.encryption import UndecipherableError
from accounts.models import User
from accounts.prepared import PreparedQuery

_PASSKEYS = UUID("6d0c3e0f-5b43-4c0e-9d0a-3f6f2c0b8a51")
# Asked at every request of somebody who needs one.
_factors = PreparedQuery(
    lambda user_id: (
        Authenticator.objects.filter(user_id=user_id)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .order_by()
        .values_list("type")[:1]
    ),
    user_id=(UUID(int=0), UUID(int=1)),
)


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What somebody has beside the password."""

    has_app: bool
    passkeys: int
    codes_left: int | None

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for more than a password."""
        return self.has_app or self.passkeys > 0


def needs_second_factor(*, user: User) -> bool:
    """Tell whether somebody may come in only with a second factor: an operator, and who is in a care team.

    The one place that says so. It is asked at every request, so it answers from what is loaded with the user.
    """
    return user.is_staff or user.in_a_team


def has_second_factor(*, user: User) -> bool:
    """Tell whether somebody has an authenticator app or a passkey; recovery codes alone are none."""
    return bool(_factors(user_id=user.pk))


def get_second_factors(*, user: User) -> SecondFactors:
    """Return what somebody has beside the password."""
    found = list(Authenticator.objects.filter(user=user))
    codes = next((one for one in found if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondFactors(
        has_app=any(one.type == Authenticator.Type.TOTP for one in found),
        passkeys=sum(one.type == Authenticator.Type.WEBAUTHN for one in found),
        codes_left=_count_unused(codes) if codes else None,
    )


def get_passkeys(*, user: User) -> dict[UUID, Authenticator]:
    """Return somebody's passkeys, each by the id that an address names it with."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    return {passkey_id(one): one for one in found}


def passkey_id(passkey: Authenticator) -> UUID:
    """Return what names a passkey in an address: made from its credential, which the device drew at random (S19)."""
    return uuid5(_PASSKEYS, passkey.wrap().authenticator_data.credential_data.credential_id.hex())


def _count_unused(codes: Authenticator) -> int:
    try:
        return len(codes.wrap().get_unused_codes())
    except UndecipherableError:  # the key of the site was changed without a fallback: they open nothing any more
        return 0
