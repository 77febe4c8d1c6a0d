"""Forms of signing up and in: allauth's, with one form for each address and equal work for every answer."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.addresses import canonical_address
from accounts.models import User
from accounts.network import network_of
from accounts.services.limits import VISIT_NETWORK, use
from accounts.services.users import look_for_nobody, make_nobody


class LoginForm(forms.LoginForm):  # type: ignore[misc] # allauth carries no types
    """Signing in."""

    def clean_login(self) -> str:
        """Return the address as it is kept; one without such a form belongs to nobody."""
        login = str(super().clean_login())
        try:
            return canonical_address(login)
        except ValueError:
            return login


class SignupForm(forms.SignupForm):  # type: ignore[misc] # allauth carries no types
    """Signing up."""

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


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc] # allauth carries no types
    """Asking for a link to choose a new password."""

    def clean_email(self) -> str:
        """Find who is known by this address. The mail goes to the address that is kept, not to what was typed.

        Raises:
            TooManyTriesError: there were too many from this network.
        """
        use(VISIT_NETWORK, network_of(context.request))
        email = str(get_adapter().clean_email(self.cleaned_data["email"]))
        self.users = list(User.objects.filter(email=email, is_active=True))
        if not self.users:
            look_for_nobody()
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the answer. The one that is not sent is written as well, and dropped: both take the same time."""
        email: str = self.cleaned_data["email"]
        write_other_answer(email, is_known=bool(self.users))
        super().save(request, **kwargs)
        return email


def write_other_answer(email: str, *, is_known: bool) -> None:
    """Write the mail that is not sent: the link for an unknown address, the word that it is unknown for a known one."""
    adapter = get_adapter()
    if is_known:
        adapter.write_mail("account/email/unknown_account", email, {"signup_url": reverse("account_signup")})
        return
    nobody = User(email=email)
    key = f"{user_pk_to_url_str(nobody)}-{PasswordResetTokenGenerator().make_token(nobody)}"
    url = adapter.get_reset_password_from_key_url(key)
    about = {"user": nobody, "password_reset_url": url, "key": key}
    adapter.write_mail("account/email/password_reset_key", email, about)


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):  # type: ignore[misc] # allauth carries no types
    """Choosing a new password by the link of a mail."""

    def save(self) -> None:
        """Change it, under the name that this has in the audit trail."""
        get_adapter().set_password(self.user, self.cleaned_data["password1"], verb="password_reset")


class ChangePasswordForm(forms.ChangePasswordForm):  # type: ignore[misc] # allauth carries no types
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


class AddEmailForm(forms.AddEmailForm):  # type: ignore[misc] # allauth carries no types
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
