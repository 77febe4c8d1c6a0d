"""What mails of our own say: that there is something to do, and nothing about anybody's health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.selectors.users import find_active_user


@dataclass(frozen=True)
class Letter:
    """One line, and a plain text."""

    subject: str
    body: str


def write(template: str, context: Mapping[str, str]) -> Letter:
    """Return what a mail says.

    Args:
        template: ``templates/mail/<template>.txt``, its first line the subject.
        context: what the template shows; addresses of pages begin with SITE_URL.
    """
    text = render_to_string(f"mail/{template}.txt", {**context, "site": settings.MAIL_NAME})
    subject, _, body = text.strip().partition("\n")
    return Letter(subject, body.strip())


def write_reset_answer(address: str) -> Letter:
    """Return what is answered to whoever asked for a new password: a link, or that there is no such account.

    Args:
        address: in its canonical form.
    """
    user = find_active_user(address)
    if user is None:
        return write("no_account", {"address": address, "link": settings.SITE_URL + reverse("account_signup")})
    key = {
        "uidb36": user_pk_to_url_str(user),
        "key": app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user),
    }
    return write("new_password", {"link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)})
