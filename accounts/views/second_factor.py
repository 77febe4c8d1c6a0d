"""allauth's pages that change a second factor; each change ends the other sessions."""

from __future__ import annotations

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpResponse

from accounts.http import AuthenticatedHttpRequest
from accounts.services.sessions import end_sessions


class _EndsOtherSessions:
    request: AuthenticatedHttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the change, then end the sessions that did not make it."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc] # the view beside this one has it
        end_sessions(user=self.request.user, by=self.request.user, keep=self.request.session.session_key)
        return answer


class AddApp(_EndsOtherSessions, ActivateTOTPView):  # type: ignore[misc] # allauth carries no types
    """Add an authenticator app."""


class RemoveApp(_EndsOtherSessions, DeactivateTOTPView):  # type: ignore[misc] # allauth carries no types
    """Remove the authenticator app."""


class AddPasskey(_EndsOtherSessions, AddWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Add a passkey."""


class RemovePasskey(_EndsOtherSessions, RemoveWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Remove a passkey."""


class NewRecoveryCodes(_EndsOtherSessions, GenerateRecoveryCodesView):  # type: ignore[misc] # allauth carries no types
    """Make new recovery codes."""
