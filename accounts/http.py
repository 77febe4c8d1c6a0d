"""What a view may rely on once somebody is signed in."""

from django.http import HttpRequest

from accounts.models import Patient, User

__all__ = ["AuthenticatedHttpRequest", "Patient"]  # the types that views may name


class AuthenticatedHttpRequest(HttpRequest):
    """A request whose user has signed in; `LoginRequiredMiddleware` sees to it."""

    user: User
