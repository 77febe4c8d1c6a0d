"""Where a request comes from, as coarse as the limits need it."""

from ipaddress import IPv6Address, ip_address, ip_network

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """Return the network of a visitor: the address, or the first half of it where it is a long one (IPv6).

    With TRUSTED_PROXY_COUNT it is what the outermost of our own proxies saw, counted from the right; what a visitor
    writes into X-Forwarded-For counts for nothing.
    """
    text = get_client_ip(request) or ""
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)
