"""How allauth fits this site."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User


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


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """Mails link to SITE_URL, whatever host a request named; addresses are kept in lower case."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; each link in it begins with SITE_URL."""
        links = {name: to_site_url(value) for name, value in context.items() if name.endswith("_url") and value}
        site = MailSite(settings.MAIL_NAME, urlsplit(settings.SITE_URL).netloc)
        super().send_mail(template_prefix, email, {**context, **links, "current_site": site})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody that their account was changed, and what to do if it was not them."""
        more = {**(context or {}), "reset_url": reverse("account_reset_password")}
        super().send_notification_mail(template_prefix, user, more, email)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of somebody who is signed in; they go on under a new session key."""
        is_right = bool(super().reauthenticate(user, password))
        if is_right:
            allauth_context.request.session.cycle_key()
        return is_right

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept."""
        return str(super().clean_email(email)).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the signature is allauth's
        """Go to the start page, which knows the way to the record."""
        return reverse("start")
