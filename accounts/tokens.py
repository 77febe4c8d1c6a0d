"""Tokens of links and systems. The database holds only their hash, under the purpose that they are for."""

import hashlib
import secrets
from enum import StrEnum


class Purpose(StrEnum):
    """What a token is for; one for another purpose opens nothing (S24)."""

    RECORD_INVITATION = "record-invitation"
    TEAM_INVITATION = "team-invitation"
    CALENDAR = "calendar"
    TEAM_KEY = "team-key"


def new_token() -> str:
    """Return a fresh token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(purpose: Purpose, token: str) -> str:
    """Return what is stored of a token: the SHA-256 of it and its purpose, in hex."""
    return hashlib.sha256(f"{purpose.value}:{token}".encode()).hexdigest()
