"""How allauth fits this site."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import canonical_address
from accounts.hashers import TooManyHashesError
from accounts.known_browser import account_bucket, remember_browser
from accounts.models import User
from accounts.network import network_of
from accounts.outbox import queue_mail, queue_reset_answer
from accounts.services.email_changes import is_free_address, record_email_change
from accounts.services.limits import GUESS, GUESS_NETWORK, MAIL, TooManyTriesError, give_back, use
from accounts.services.patients import ensure_own_patient
from accounts.services.sign_ins import (
    record_failed_confirmation,
    record_failed_password,
    record_sign_in,
    record_sign_out,
)
from accounts.services.users import PasswordChangedMeanwhileError, change_password

logger = logging.getLogger(__name__)

# What a stranger can have sent by typing somebody's address; a notice about a change is never held back.
ASKED_FOR = frozenset(
    f"account/email/{name}" for name in ("account_already_exists", "email_confirmation", "email_confirmation_signup")
)


@dataclass(frozen=True)
class MailSite:
    """What a mail says about the site: a name that tells nothing about the reader's health."""

    name: str
    domain: str


def display_user(user: User) -> str:
    """Return what a mail or a page calls somebody."""
    return user.email


def to_site_url(address: str) -> str:
    """Return the same page at SITE_URL."""
    parts = urlsplit(address)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()


def may_be_sent(email: str, what: str) -> bool:
    """Count a mail that a stranger can have sent; return whether there were not too many to this address."""
    try:
        use(MAIL, email)
    except TooManyTriesError:
        logger.warning("mail held back: %s", what)
        return False
    return True


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """Addresses have one form, mails link to SITE_URL, guessing is slow, and nothing tells who has an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is not in use."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right."),
        "email_taken": gettext_lazy("Another account has this address."),
        "enter_current_password": gettext_lazy("This is not the password that you use now."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "invalid_login": gettext_lazy("The e-mail address or the password is not right."),
        "invalid_password_reset": gettext_lazy("This link no longer works. Ask for a new one."),
        "max_email_addresses": gettext_lazy("An account has at most %d e-mail addresses."),
        "rate_limited": gettext_lazy("There were too many tries. Wait a little, then try again."),
        "same_as_current": gettext_lazy("This is the one that you have now."),
        "too_many_login_attempts": gettext_lazy("There were too many tries. Wait a little, then try again."),
        "unverified_primary_email": gettext_lazy("Confirm your e-mail address first."),
    }

    # --- Mails --------------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail down to be sent; each link in it begins with SITE_URL.

        One that cannot be sent, or is asked for too often, changes nothing that the asker sees.
        """
        if template_prefix in ASKED_FOR and not may_be_sent(email, template_prefix):
            return
        links = {name: to_site_url(value) for name, value in context.items() if name.endswith("_url") and value}
        site = MailSite(settings.MAIL_NAME, urlsplit(settings.SITE_URL).netloc)
        about = {"request": allauth_context.request, "email": email, **context, **links, "current_site": site}
        mail = self.render_mail(template_prefix, email, about)
        queue_mail(to=email, subject=mail.subject, body=mail.body, headers=mail.extra_headers)

    def answer_reset(self, email: str) -> None:
        """Have whoever asked for a new password answered at an address, unless it is asked for too often."""
        if may_be_sent(email, "password reset"):
            queue_reset_answer(to=email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody that their account was changed, and what to do if it was not them."""
        more = {**(context or {}), "reset_url": reverse("account_reset_password")}
        if template_prefix == "account/email/email_changed" and email:
            token = record_email_change(user=user, old_email=email)
            more["undo_url"] = reverse("account_undo_email_link", args=[token])
        super().send_notification_mail(template_prefix, user, more, email)

    # --- Addresses ----------------------------------------------------------------------------------------------------

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept.

        Raises:
            ValidationError: it has no such form.
        """
        try:
            return canonical_address(email)
        except ValueError as error:
            raise ValidationError(_("Use an address with plain letters before the @.")) from error

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, unless another account is known by it; with the first one, a person's record begins.

        Who comes with an invitation to somebody else's record or to a team may begin their own later.
        """
        if not is_free_address(email=email_address.email, user=email_address.user):
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False
        user = email_address.user
        is_first = not EmailAddress.objects.filter(user=user, verified=True).exists()
        with transaction.atomic():
            is_confirmed = bool(super().confirm_email(request, email_address))
            if is_confirmed and is_first and "invitation" not in request.session:
                ensure_own_patient(user=user)
        return is_confirmed

    # --- Passwords ----------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try, for the network and for the account, before any password is hashed.

        Raises:
            TooManyTriesError: there were too many. It is the same whether there is such an account or not.
        """
        self._tried = (
            (GUESS_NETWORK, network_of(request)),
            (GUESS, account_bucket(request, str(credentials.get("email", "")))),
        )
        for limit, of in self._tried:
            use(limit, of)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password.

        Raises:
            TooManyTriesError: there were too many.
            TooManyHashesError: no turn came. The password was not looked at, so the account has one try as before.
        """
        try:
            found: User | None = super().authenticate(request, **credentials)
        except TooManyHashesError:
            give_back(*self._tried[-1])
            raise
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a try down, whether there is such an account or not."""
        if request.user.is_authenticated:  # and was asked again who they are
            record_failed_confirmation(user=request.user)
        else:
            record_failed_password(email=str(credentials.get("email", "")))

    def _rollback_login_failed_rl_usage(self) -> None:
        for limit, of in self._tried:
            give_back(limit, of)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of somebody who is signed in; they go on under a new session key."""
        is_right = bool(super().reauthenticate(user, password))
        if is_right:
            allauth_context.request.session.cycle_key()
        return is_right

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return the ways to show that it is you, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def set_password(self, user: User, password: str, verb: str = "password_changed") -> None:
        """Change a password, and end the other sessions.

        Raises:
            ImmediateHttpResponse: the link that allowed it was used by another at the same time.
        """
        request = allauth_context.request
        keep = request.session.session_key if request.user == user else None
        try:
            change_password(user=user, password=password, keep=keep, verb=verb)
        except PasswordChangedMeanwhileError as error:
            messages.error(request, _("This link was used already. Ask for a new one."))
            raise ImmediateHttpResponse(redirect("account_reset_password")) from error

    # --- Signing in ---------------------------------------------------------------------------------------------------

    def login(self, request: HttpRequest, user: User) -> None:
        """Let somebody in who has shown all that is asked for. The row comes first: without it nobody is signed in."""
        with transaction.atomic():
            record_sign_in(user=user)
            super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Let somebody go."""
        with transaction.atomic():
            if request.user.is_authenticated:
                record_sign_out(user=request.user)
            super().logout(request)

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        """Go on, in a browser that is known from now on."""
        response: HttpResponse = super().post_login(request, user, **about)
        remember_browser(request, response, user.email)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the signature is allauth's
        """Go to the start page, which knows the way to the record."""
        return reverse("start")
