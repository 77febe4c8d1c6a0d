"""What a view may rely on once somebody is signed in."""

from django.http import HttpRequest

from accounts.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request whose user has signed in; `LoginRequiredMiddleware` sees to it."""

    user: User
