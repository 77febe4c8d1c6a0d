"""How allauth fits this site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """Mails link to SITE_URL, whatever host a request named; addresses are kept in lower case."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links all begin with SITE_URL and that names the site and nothing else."""
        request = context.get("request")
        origin = f"{request.scheme}://{request.get_host()}" if request else ""
        links = {
            name: settings.SITE_URL + value.removeprefix(origin)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        super().send_mail(template_prefix, email, {**context, **links, "site_name": settings.SITE_NAME})

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept."""
        return str(super().clean_email(email)).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the signature is allauth's
        """Go to the start page, which knows the way to the record."""
        return reverse("start")
