"""How somebody signs in, and where they are signed in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.second_factor import get_second_factors, needs_second_factor
from accounts.selectors.sessions import list_sessions
from accounts.services.sessions import end_session, end_sessions


@require_safe
def security(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show what opens the account, with a way to change each."""
    factors = get_second_factors(user=request.user)
    is_missing = needs_second_factor(user=request.user) and not factors.is_on
    sessions = list_sessions(user=request.user, current=request.session.session_key or "")
    return render(
        request,
        "account/security.html",
        {"factors": factors, "is_missing": is_missing, "others": sum(not one.is_this for one in sessions)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show where somebody is signed in, and end one session or all others."""
    key = request.session.session_key or ""
    if request.method != "POST":
        return render(request, "account/sessions.html", {"sessions": list_sessions(user=request.user, current=key)})
    stored = request.POST.get("session")
    if stored:
        end_session(user=request.user, stored=stored, by=request.user)
    else:
        end_sessions(user=request.user, by=request.user, keep=key)
    messages.success(request, _("Signed out there."))
    return redirect("account_sessions")
