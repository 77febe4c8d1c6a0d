"""Keeps what was typed into a record's form by somebody whose session has ended, until they have signed in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.drafts import keep_draft

_KEPT_FOR = "/records/"


class KeepDraftMiddleware:
    """Stands just before Django's LoginRequiredMiddleware, which then sends the person to sign in and back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Callable[..., Any], _args: object, _options: object) -> None:
        """Keep a post to a record's page that nobody is signed in for."""
        if request.method == "POST" and request.path.startswith(_KEPT_FOR) and not request.user.is_authenticated:
            keep_draft(request)
