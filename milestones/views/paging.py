"""Long lists, a page at a time: which page the address names, and the way to the ones beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

_LONGEST_PAGE = 4


def page_number(request: HttpRequest) -> int:
    """Return the page that the address names; the first where it names none that is right."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE else 1


def pagination_of(number: int, pages: int, *, anchor: str) -> dict[str, Any] | None:
    """Return the way to the newer and the older page for ``components/pagination.html``; None where there is one."""
    if pages == 1:
        return None

    def address(page: int) -> str:
        return f"?page={page}#{anchor}" if 1 <= page <= pages else ""

    return {"number": number, "of": pages, "previous": address(number - 1), "next": address(number + 1)}
