"""A page of ours as a tagged PDF. WeasyPrint is loaded here alone, when the first one is made."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from milestones.reports.static_text import read_static

logger = logging.getLogger(__name__)


class PdfUnavailableError(Exception):
    """The libraries that set a page are not on this machine."""


def make_pdf(html: str) -> bytes:
    """Return a page as PDF/UA-1, with its tags, its language and its title.

    Args:
        html: a whole page; it can load our own static files and nothing else.

    Raises:
        PdfUnavailableError: the system's libraries are missing.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - a second to load, and only this page needs it
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - as above
    except OSError as error:
        logger.error("The libraries for PDF are missing: docs/self-hosting/")  # noqa: TRY400 - the trace says no more
        raise PdfUnavailableError from error

    class StaticFilesOnly(URLFetcher):  # type: ignore[misc]  # the package carries no types
        """Nothing is asked of a network, and no other file is read."""

        def fetch(self, url: str, headers: object = None) -> object:  # noqa: ARG002 - the package's signature
            return URLFetcherResponse(url, body=_static_file(url), headers={"Content-Type": _TYPES[Path(url).suffix]})

    made: bytes = HTML(string=html, base_url=_BASE, url_fetcher=StaticFilesOnly()).write_pdf(pdf_variant="pdf/ua-1")
    return made


_BASE = "https://static.invalid/"
_TYPES = {".css": "text/css", ".woff2": "font/woff2"}


def _static_file(url: str) -> bytes:
    """Return a static file by its address."""
    path = urlsplit(url).path.removeprefix(settings.STATIC_URL)
    if not url.startswith(_BASE) or Path(path).suffix not in _TYPES:
        raise ValueError("a printed page loads only its style sheet and its letters")
    return read_static(path)
