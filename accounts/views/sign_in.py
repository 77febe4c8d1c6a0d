"""The sign-in page, and the ways back to it: it also tells what was done, so that this needs no page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import LoginView, PasswordResetView
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Said:
    """What the sign-in page tells somebody who was led back to it. It is the same for every account, and for none.

    ``is_said_by_a_message`` tells that a message says the same, with the address that the mail went to;
    ``concerns_signed_in`` that it is for somebody too who has signed in, and whom the sign-in page sends on.
    """

    title: Promise
    text: Promise
    kind: str = "info"
    is_said_by_a_message: bool = False
    concerns_signed_in: bool = False


#: By the word for it in the address: nothing has to be kept for somebody who has not signed in.
SAID = {
    "reset-mail": Said(
        _("Look at your e-mail"),
        _(
            "If there is an account for this address, a message is on its way. The link in it works once, for one"
            " hour. Nothing after a few minutes? Look in your spam folder, or choose “I forgot my password” again."
        ),
        concerns_signed_in=True,
    ),
    "confirm-mail": Said(
        _("Look at your e-mail"),
        _(
            "Open the link in our message to confirm your address. It works for one day. Then you can sign in."
            " Nothing after a few minutes? Look in your spam folder. Then sign in here: we send it again, a few times"
            " an hour at most."
        ),
        is_said_by_a_message=True,
    ),
    "new-password": Said(_("Your password is changed"), _("You can sign in with the new password now."), kind="goal"),
    "closed": Said(
        _("This account is closed"),
        _("You cannot sign in with it. If you think this is a mistake, contact the people who run this site."),
    ),
}


class SignIn(LoginView):  # type: ignore[misc] # allauth carries no types
    """Ask who it is."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what was done before, and the way to a new password."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "said": SAID.get(self.request.GET.get("said", "")),
            "reset_url": self.passthrough_next_url(reverse("account_reset_password")),
        }


class AskForNewPassword(PasswordResetView):  # type: ignore[misc] # allauth carries no types
    """Ask where the link for a new password goes."""

    def get_success_url(self) -> str:
        """Lead on to what is said of it: where one was going comes after the new password."""
        address: str = self.passthrough_next_url(reverse("account_reset_password_done"))
        return address


@login_not_required
@require_safe
def back_to_sign_in(request: HttpRequest, said: str) -> HttpResponse:
    """Lead back to the sign-in page, which tells what was done, and keeps where one was going."""
    if request.user.is_authenticated and SAID[said].concerns_signed_in:
        messages.info(request, str(SAID[said].text))
    address = reverse("account_login", query={"said": said})
    return redirect(passthrough_next_redirect_url(request, address, REDIRECT_FIELD_NAME))
