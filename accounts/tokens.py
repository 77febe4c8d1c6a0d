"""Tokens that stand in a link of a mail. The database holds only their hash, under the purpose that they are for."""

import hashlib
import secrets
from enum import StrEnum


class Purpose(StrEnum):
    """What a token is for; one for another purpose opens nothing (S24)."""

    RECORD_INVITATION = "record-invitation"
    TEAM_INVITATION = "team-invitation"
    CALENDAR = "calendar"


def new_token() -> str:
    """Return a fresh token of 256 bits, for a link."""
    return secrets.token_urlsafe(32)


def token_hash(purpose: Purpose, token: str) -> str:
    """Return what is stored of a token: the SHA-256 of it and its purpose, in hex."""
    return hashlib.sha256(f"{purpose.value}:{token}".encode()).hexdigest()
