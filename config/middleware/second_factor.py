"""Lets those who need a second factor see nothing before they have one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import note_try_without_factor
from accounts.selectors.second_factor import has_second_factor, needs_second_factor

# What it takes to add one, and the way out.
OPEN = frozenset(
    {
        "account_security",
        "account_reauthenticate",
        "account_logout",
        "account_confirm_email",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
    }
)


class SecondFactorMiddleware:
    """Asks the database at each request, so that a factor that is gone counts at once. Patients cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the check comes once it is known which page is asked for."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: object, options: dict[str, Any]
    ) -> HttpResponse | None:
        """Send somebody who lacks what they need to the page where it can be added; what they tried is written down."""
        match = request.resolver_match
        # Below /fhir/ a key counts, and no session: whoever has one gets the same answer as somebody without.
        if match is not None and (match.view_name in OPEN or match.app_name == "fhir"):
            return None
        user = request.user
        if user.is_authenticated and needs_second_factor(user=user) and not has_second_factor(user=user):
            note_try_without_factor(actor=user, patient_id=options.get("patient_id"), team_id=options.get("team_id"))
            return redirect("account_security")
        return None
