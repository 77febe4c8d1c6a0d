"""One canonical form of an e-mail address, so that look-alikes are one address or none (S12)."""

import unicodedata


def canonical_address(text: str) -> str:
    """Return the address in the form in which two are compared: NFKC, case folded, the domain as IDNA writes it.

    Total: a text that is no address comes back folded, and equals nothing that is one.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    local, at, domain = folded.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}" if at else folded
    except UnicodeError:
        return folded
