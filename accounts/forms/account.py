"""Forms of signing up and in: allauth's, with one form for each address and equal work for every answer."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.addresses import canonical_address
from accounts.forms.words import PlainWordsMixin
from accounts.models import User
from accounts.network import network_of
from accounts.services.limits import VISIT_NETWORK, use
from accounts.services.users import make_nobody


class LoginForm(PlainWordsMixin, forms.LoginForm):  # type: ignore[misc] # allauth carries no types
    """Signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page itself leads on to a new password, once

    def clean_login(self) -> str:
        """Return the address as it is kept; one without such a form belongs to nobody."""
        login = str(super().clean_login())
        try:
            return canonical_address(login)
        except ValueError:
            return login


class ReauthenticateForm(PlainWordsMixin, forms.ReauthenticateForm):  # type: ignore[misc] # allauth carries no types
    """Showing again that it is you."""


class SignupForm(PlainWordsMixin, forms.SignupForm):  # type: ignore[misc] # allauth carries no types
    """Signing up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password1"]  # there is no old one yet
        password.label, password.error_messages["required"] = _("Password"), _("Type a password.")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or do the same work for nothing where there is one: both take the same time.

        Raises:
            TooManyTriesError: there were too many from this network.
        """
        use(VISIT_NETWORK, network_of(request))
        if self.account_already_exists:
            make_nobody(password=self.cleaned_data["password1"], network=network_of(request))
        user, response = super().try_save(request)
        return user, response


class ResetPasswordForm(PlainWordsMixin, forms.ResetPasswordForm):  # type: ignore[misc] # allauth carries no types
    """Asking for a link to choose a new password. Here nobody looks whether there is such an account."""

    def clean_email(self) -> str:
        """Return the address as it is kept: the mail goes there, not to what was typed.

        Raises:
            TooManyTriesError: there were too many from this network.
        """
        use(VISIT_NETWORK, network_of(context.request))
        return str(get_adapter().clean_email(self.cleaned_data["email"]))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:  # noqa: ARG002 - the signature is allauth's
        """Have it answered by mail."""
        email: str = self.cleaned_data["email"]
        get_adapter().answer_reset(email)
        return email


class ResetPasswordKeyForm(PlainWordsMixin, forms.ResetPasswordKeyForm):  # type: ignore[misc] # allauth carries no types
    """Choosing a new password by the link of a mail."""

    def save(self) -> None:
        """Change it, under the name that this has in the audit trail."""
        get_adapter().set_password(self.user, self.cleaned_data["password1"], verb="password_reset")


class ChangePasswordForm(PlainWordsMixin, forms.ChangePasswordForm):  # type: ignore[misc] # allauth carries no types
    """Changing the password."""

    def clean_oldpassword(self) -> str:
        """Check the password in use; tries are counted as they are at the door.

        Raises:
            TooManyTriesError: there were too many.
        """
        old: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, old):
            raise get_adapter().validation_error("enter_current_password")
        self.user.refresh_from_db(fields=["password"])  # the check may have renewed its hash
        return old


class AddEmailForm(PlainWordsMixin, forms.AddEmailForm):  # type: ignore[misc] # allauth carries no types
    """Changing the address."""

    def clean_email(self) -> str:
        """Return the address as it is kept.

        Raises:
            TooManyTriesError: there were too many from this network.
        """
        use(VISIT_NETWORK, network_of(context.request))
        self.cleaned_data["email"] = get_adapter().clean_email(self.cleaned_data["email"])
        email: Any = super().clean_email()
        return str(email)
