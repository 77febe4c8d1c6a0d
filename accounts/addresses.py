"""One form for each e-mail address, so that two that look alike are the same or are refused."""

import unicodedata


def canonical_address(address: str) -> str:
    """Return an address as it is kept, compared and written to.

    Unicode compatibility forms are folded (NFKC), letters are small, and the domain is in its ASCII form (IDNA). Dots
    and what follows a plus count: whether they matter is the mail server's own business.

    Raises:
        ValueError: the part before the @ is not plain ASCII even then, or the domain is none.
    """
    local, _, domain = unicodedata.normalize("NFKC", address.strip()).rpartition("@")
    local = local.lower()
    if not local or not local.isascii():
        raise ValueError(address)
    return f"{local}@{domain.lower().encode('idna').decode('ascii')}"  # UnicodeError is a ValueError
