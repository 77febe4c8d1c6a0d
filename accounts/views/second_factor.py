"""allauth's pages that change a second factor; each change ends the other sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.http import AuthenticatedHttpRequest
from accounts.selectors.second_factor import get_passkeys
from accounts.services.second_factor import change_of_second_factor


class _EndsOtherSessions:
    request: AuthenticatedHttpRequest
    verb: str  # what the audit trail calls the change

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the change, and end the sessions that did not make it."""
        keep = self.request.session.session_key
        with change_of_second_factor(user=self.request.user, verb=self.verb, keep=keep):
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc] # the view beside this one has it
        return answer


class AddApp(_EndsOtherSessions, ActivateTOTPView):  # type: ignore[misc] # allauth carries no types
    """Add an authenticator app."""

    verb = "app_added"


class RemoveApp(_EndsOtherSessions, DeactivateTOTPView):  # type: ignore[misc] # allauth carries no types
    """Remove the authenticator app."""

    verb = "app_removed"


class AddPasskey(_EndsOtherSessions, AddWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Add a passkey."""

    verb = "passkey_added"


class ConfirmByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Show by a passkey that it is you."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Ask once more, on the way to the same page."""
        for error in form.errors.get("credential", []):
            messages.error(self.request, error)
        return redirect(self.passthrough_next_url(self.request.path))


class _FoundByItsId:
    """A passkey is named by an id that says nothing, and found only among one's own."""

    request: AuthenticatedHttpRequest
    kwargs: dict[str, UUID]

    def get_object(self, queryset: object = None) -> Authenticator:  # noqa: ARG002 - the signature is Django's
        """Return it.

        Raises:
            Http404: this person has no such passkey.
        """
        found = get_passkeys(user=self.request.user).get(self.kwargs["passkey_id"])
        if found is None:
            raise Http404
        return found


class Passkeys(ListWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """List the passkeys, each with its id."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Return what the page shows."""
        return {**super().get_context_data(**context), "passkeys": get_passkeys(user=self.request.user).items()}


class RenamePasskey(_FoundByItsId, EditWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Give a passkey another name."""


class RemovePasskey(_FoundByItsId, _EndsOtherSessions, RemoveWebAuthnView):  # type: ignore[misc] # allauth carries no types
    """Remove a passkey."""

    verb = "passkey_removed"


class NewRecoveryCodes(_EndsOtherSessions, GenerateRecoveryCodesView):  # type: ignore[misc] # allauth carries no types
    """Make new recovery codes."""

    verb = "recovery_codes_made"
