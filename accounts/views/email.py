"""The way back to an e-mail address that was replaced."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.email_changes import can_undo_email_change, undo_email_change

_TOKEN = "undo_email"  # noqa: S105 - the name of a place in the session


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
