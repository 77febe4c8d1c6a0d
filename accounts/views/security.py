"""How somebody signs in, and where they are signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.second_factor import get_second_factors, needs_second_factor


@require_safe
def security(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show what opens the account, with a way to change each."""
    factors = get_second_factors(user=request.user)
    is_missing = needs_second_factor(user=request.user) and not factors.is_on
    return render(request, "account/security.html", {"factors": factors, "is_missing": is_missing})
