"""The link that confirms an e-mail address, and the way back to one that was replaced."""

from typing import Any

from allauth.account.views import ConfirmEmailView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.email_changes import can_undo_email_change, undo_email_change

_TOKEN = "undo_email"  # noqa: S105 - the name of a place in the session
_KEY = "confirm_email"
_IN_SESSION = "answer"  # what stands in the address instead of the key


class ConfirmEmail(ConfirmEmailView):  # type: ignore[misc] # allauth carries no types
    """Ask, then confirm an address. The key goes out of the page's address at once, into the session."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the key out of the address, or ask; looking changes nothing else."""
        key = self.kwargs["key"]
        if key != _IN_SESSION:
            self.request.session[_KEY] = key
            return redirect("account_confirm_email", key=_IN_SESSION)
        answer: HttpResponse = super().get(*args, **kwargs)
        return answer

    def get_object(self, queryset: object = None) -> Any:
        """Return what the key is for.

        Raises:
            Http404: nothing any more.
        """
        if self.kwargs["key"] == _IN_SESSION:
            self.kwargs["key"] = self.request.session.get(_KEY, "")
        return super().get_object(queryset)

    def logout(self) -> None:
        """Sign out whoever else was signed in here; the key stays for the answer."""
        super().logout()
        self.request.session[_KEY] = self.kwargs["key"]


@login_not_required
@require_safe
def undo_email_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once; looking changes nothing else."""
    request.session[_TOKEN] = token
    return redirect("account_undo_email")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo_email(request: HttpRequest) -> HttpResponse:
    """Ask, then give the account back to its old address."""
    token = request.session.get(_TOKEN, "")
    if request.method != "POST":
        return render(request, "account/email_undo.html", {"can_undo": can_undo_email_change(token=token)})
    if not undo_email_change(token=token):
        return render(request, "account/email_undo.html", {"can_undo": False})
    logout(request)
    messages.success(request, _("Your old address is back, and everybody is signed out. Now choose a new password."))
    return redirect("account_reset_password")
