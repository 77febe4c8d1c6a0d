"""Forms of the second factor: allauth's, with codes that open once, and with our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.known_browser import account_bucket
from accounts.models import User
from accounts.network import network_of
from accounts.services.limits import CODE, VISIT_NETWORK, give_back, use
from accounts.services.second_factor import find_totp_step, start_totp, use_code
from accounts.services.sign_ins import record_failed_confirmation, record_failed_passkey, record_failed_second_step

_CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Type the code.")},
        widget=forms.TextInput(attrs=_CODE_ATTRIBUTES),
    )


def _refuse_unconfirmed(user: User) -> None:
    """Let nobody bind a second factor to an address that they have not shown to be theirs."""
    if not EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        raise get_adapter().validation_error("unverified_email")


@contextmanager
def _counted(user: User) -> Iterator[None]:
    """Count a try for this account, and take it back where it was right.

    Raises:
        TooManyTriesError: there were too many for this account.
    """
    of = f"{user.pk} {account_bucket(context.request, user.email)}"
    use(CODE, of)
    yield
    give_back(CODE, of)


class _CodeMixin:
    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Use the code up.

        Raises:
            TooManyTriesError: there were too many for this account.
        """
        code: str = self.cleaned_data["code"]
        with _counted(self.user):
            found = use_code(user=self.user, code=code)
            if found is None:
                raise get_adapter().validation_error("incorrect_code")
        self.authenticator = found
        return code


@contextmanager
def _failure_written_down(write: Callable[..., None], **about: User) -> Iterator[None]:
    try:
        yield
    except forms.ValidationError:
        write(**about)
        raise


class AuthenticateForm(_CodeMixin, base.AuthenticateForm):  # type: ignore[misc] # allauth carries no types
    """The second step of signing in."""

    code = _code_field()

    def clean_code(self) -> str:
        """Use the code up.

        Raises:
            TooManyTriesError: there were too many for this account.
        """
        with _failure_written_down(record_failed_second_step, user=self.user):
            return super().clean_code()


class ReauthenticateForm(_CodeMixin, base.ReauthenticateForm):  # type: ignore[misc] # allauth carries no types
    """Showing once more that it is you, by a code."""

    code = _code_field()

    def clean_code(self) -> str:
        """Use the code up.

        Raises:
            TooManyTriesError: there were too many for this account.
        """
        with _failure_written_down(record_failed_confirmation, user=self.user):
            return super().clean_code()

    def save(self) -> None:
        """Note it, under a new session key."""
        super().save()
        context.request.session.cycle_key()


@contextmanager
def _any_answer() -> Iterator[None]:
    """Refuse whatever a device did not say: fido2 raises one of these for a text that was made up."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class LoginPasskeyForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """Signing in with a passkey alone."""

    def clean_credential(self) -> Authenticator:
        """Check it.

        Raises:
            TooManyTriesError: there were too many from this network.
        """
        use(VISIT_NETWORK, network_of(context.request))
        with _failure_written_down(record_failed_passkey), _any_answer():
            return super().clean_credential()


class AuthenticatePasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """A passkey as the second step of signing in."""

    def clean_credential(self) -> Authenticator:
        """Check it.

        Raises:
            TooManyTriesError: there were too many for this account.
        """
        with _failure_written_down(record_failed_second_step, user=self.user), _counted(self.user), _any_answer():
            return super().clean_credential()


class ReauthenticatePasskeyForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """Showing once more that it is you, by a passkey."""

    def clean_credential(self) -> Authenticator:
        """Check it, and go on under a new session key.

        Raises:
            TooManyTriesError: there were too many for this account.
        """
        with _failure_written_down(record_failed_confirmation, user=self.user), _counted(self.user), _any_answer():
            authenticator = super().clean_credential()
        context.request.session.cycle_key()
        return authenticator


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc] # allauth carries no types
    """Adding an authenticator app: the first code shows that it works."""

    code = _code_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        session = context.request.session
        if not self.is_bound or SECRET_SESSION_KEY not in session:
            session[SECRET_SESSION_KEY] = generate_totp_secret()
        self.secret: str = session[SECRET_SESSION_KEY]

    @property
    def secret_in_groups(self) -> str:
        """The secret as somebody types it: in groups of four."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))

    def clean_code(self) -> str:
        """Check the code, and use it up."""
        _refuse_unconfirmed(self.user)
        code: str = self.cleaned_data["code"]
        step = find_totp_step(secret=self.secret, code=code)
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        start_totp(user=self.user, step=step)
        return code


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """Adding a passkey."""

    name = forms.CharField(
        label=_("Name"), max_length=60, required=False, help_text=_("For example: my phone. Only you see it.")
    )
    passwordless = forms.BooleanField(
        label=_("I want to sign in with this passkey alone, without my password"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        """Check the answer of the device."""
        _refuse_unconfirmed(self.user)
        with _any_answer():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    """Giving a passkey another name."""

    name = forms.CharField(label=_("Name"), max_length=60, error_messages={"required": _("Type a name.")})
