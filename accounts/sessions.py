"""Sessions in the database, under a hash of their key and encrypted with it: a leaked table opens nothing."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from accounts.encryption import UndecipherableError, decrypt, encrypt
from accounts.models import Session
from accounts.prepared import PreparedQuery

_contents = PreparedQuery(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data"),
    key=("one", "another"),
    now=(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC)),
)
STARTED_AT, SEEN_AT, BROWSER = "_started_at", "_seen_at", "_browser"

# The first that fits: one browser names the others too.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("Linux", "Linux"))  # fmt: skip


def stored_key(session_key: str) -> str:
    """Return what stands in the table for a key: the first 160 bits of its SHA-256."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def describe_browser(user_agent: str) -> str:
    """Return two words that its owner knows a browser by ("Firefox, Android"); nothing finer is kept."""
    words = (next((name for part, name in table if part in user_agent), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(word for word in words if word)


class SessionStore(DatabaseSessionStore):
    """Django's store, but the key that the browser holds is never written down. One query to load."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return our table."""
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the content for the table. It may hold a reset link, or what somebody typed into their record."""
        return encrypt(self.serializer().dumps(session_dict).decode("latin-1"), purpose=self._purpose)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the content; an empty one where the key does not fit."""
        try:
            text = decrypt(str(session_data), purpose=self._purpose)
        except UndecipherableError:
            return {}
        content: dict[str, Any] = self.serializer().loads(text.encode("latin-1"))
        return content

    @property
    def _purpose(self) -> str:
        return f"session {self.session_key}"

    def load(self) -> dict[str, Any]:
        """Return what is kept under the key; nothing, and no key any more, where it has ended."""
        rows = _contents(key=stored_key(self.session_key or ""), now=timezone.now())
        if not rows:
            self._session_key = None
            return {}
        return self.decode(rows[0][0])

    def exists(self, session_key: str) -> bool:
        """Tell whether a session is kept under this key."""
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to write."""
        key = self._get_or_create_session_key()  # type: ignore[attr-defined] # Django's own, not in its types
        return Session(
            session_key=stored_key(key),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            browser=data.get(BROWSER, ""),
            started_at=_to_instant(data.get(STARTED_AT)),
            seen_at=_to_instant(data.get(SEEN_AT)),
        )

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, without reading it first."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=stored_key(key)).delete()


def _to_instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
