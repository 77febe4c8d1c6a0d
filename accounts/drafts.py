"""What somebody typed when their session had ended: kept until they have signed in again, then handed back once."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, QueryDict

_KEY = "_kept_draft"
_KEEP_SECONDS = 1_800
_MOST_CHARACTERS = 20_000


def keep_draft(request: HttpRequest) -> None:
    """Keep a form that was posted without a session, in the new session of the same browser, for half an hour."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    encoded = typed.urlencode()
    if len(encoded) <= _MOST_CHARACTERS:
        request.session[_KEY] = {"path": request.path, "typed": encoded, "at": int(time.time())}


def take_draft(request: HttpRequest) -> QueryDict | None:
    """Return what was typed for this very page, once; None where nothing was kept or it is too old."""
    if _KEY not in request.session:
        return None
    kept: dict[str, Any] = request.session[_KEY]
    if kept["path"] != request.path:
        return None
    del request.session[_KEY]
    return QueryDict(kept["typed"]) if time.time() - kept["at"] <= _KEEP_SECONDS else None
