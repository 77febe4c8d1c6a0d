"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from accounts.request_id import current_request_id


def site(_request: HttpRequest) -> dict[str, str]:
    """Name the site, and the request so that somebody can quote it."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "request_id": current_request_id.get()}
