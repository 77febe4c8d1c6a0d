"""Settings from the environment: read, checked, and refused in one clear line.

A value that is missing or cannot be used ends the process before it serves anything. The values may also stand in a
file of NAME=VALUE lines: `.env` in the project's folder, or the file that ENV_FILE names (empty: none). The environment
wins over the file.
"""

import os
import sqlite3
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from config.wall import forget_who_was_looked_at

SECRET_KEY_MIN_LENGTH = 50
SECRET_KEY_MIN_DIFFERENT = 10
SAFE_WAL_SQLITE = (3, 51, 3)
STATEMENT_TIMEOUT_MS = 5_000


def refuse(name: str, problem: str) -> NoReturn:
    """End the process with one line that names the setting and what is wrong with it."""
    raise SystemExit(f"Cannot start: {name} {problem}")


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=VALUE lines of a file; comments and blank lines are skipped, a missing file is empty."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address can only be this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Env:
    """The environment, with one method for each kind of value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    @classmethod
    def load(cls, base_dir: Path) -> "Env":
        """Read the file first, and let the environment win over it."""
        name = os.environ.get("ENV_FILE")
        path = base_dir / ".env" if name is None else Path(name)
        return cls({**read_env_file(path), **os.environ})

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it has to be there."""
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is None:
            refuse(name, "is not set. See docs/self-hosting/settings.md.")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = self._values.get(name, "").strip().lower()
        if not value:
            return default
        if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
            refuse(name, "must be on or off.")
        return value in {"1", "true", "yes", "on"}

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        """Return a whole number within its limits."""
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            refuse(name, f"must be a whole number from {least} to {most}.")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of a few words."""
        value = self.text(name, default).lower()
        if value not in choices:
            refuse(name, f"must be one of: {', '.join(choices)}.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """Return a list that is written with commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def secret_key(self) -> str:
        """Return the key that signs sessions and links: SECRET_KEY, or what the file SECRET_KEY_FILE holds."""
        path = self.text("SECRET_KEY_FILE", "")
        if path:
            try:
                key = Path(path).read_text(encoding="utf-8").strip()
            except OSError:
                refuse("SECRET_KEY_FILE", "names a file that cannot be read.")
        else:
            key = self.text("SECRET_KEY")
        if len(key) < SECRET_KEY_MIN_LENGTH:
            refuse("SECRET_KEY", f"must be at least {SECRET_KEY_MIN_LENGTH} characters long.")
        if len(set(key)) < SECRET_KEY_MIN_DIFFERENT or key.lower().startswith(
            ("django-insecure", "changeme", "change-me")
        ):
            refuse("SECRET_KEY", "is a placeholder. Make a random one: docs/self-hosting/settings.md says how.")
        return key

    def allowed_hosts(self, *, debug: bool) -> list[str]:
        """Return the host names that this site answers to: named one by one, and only this machine's with DEBUG."""
        hosts = self.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if debug else "")
        if not hosts:
            refuse("ALLOWED_HOSTS", "is not set. Name the site's host, for example: cml.example.org")
        if any("*" in host or host.startswith(".") for host in hosts):
            refuse("ALLOWED_HOSTS", "must name each host; a wildcard is not safe.")
        if debug and not all(is_loopback(host) for host in hosts):
            refuse("DEBUG", "is on, so ALLOWED_HOSTS may hold only localhost and 127.0.0.1.")
        return hosts

    def site_url(self, *, debug: bool) -> str:
        """Return the address that mails link to, without a slash at its end: https, or http on this machine only."""
        url = self.text("SITE_URL", "http://127.0.0.1:8000" if debug else None).rstrip("/")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
            refuse("SITE_URL", "must be an address such as https://cml.example.org")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            refuse("SITE_URL", "must start with https:// (http is for this machine only).")
        return url

    def database(self, base_dir: Path) -> dict[str, Any]:
        """Return Django's description of the database: SQLite unless DATABASE_URL names a PostgreSQL."""
        url = urlsplit(self.text("DATABASE_URL", f"sqlite:///{base_dir / 'db.sqlite3'}"))
        if url.scheme == "sqlite":
            return self._sqlite(unquote(url.path.removeprefix("/")) or str(base_dir / "db.sqlite3"))
        if url.scheme in {"postgres", "postgresql"}:
            return self._postgresql(url.geturl())
        return refuse("DATABASE_URL", "must start with postgresql:// or sqlite:///")

    def _sqlite(self, name: str) -> dict[str, Any]:
        """Describe SQLite: no lost write at a power cut, no deadlock between two writers."""
        old = sqlite3.sqlite_version_info < SAFE_WAL_SQLITE
        journal = self.choice("SQLITE_JOURNAL_MODE", ("delete", "wal"), "delete" if old else "wal")
        if old and journal == "wal":
            refuse(
                "SQLITE_JOURNAL_MODE", f"cannot be wal: SQLite {sqlite3.sqlite_version} can corrupt it; 3.51.3 cannot."
            )
        pragmas = f"PRAGMA journal_mode={journal};PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        pragmas += "PRAGMA secure_delete=ON;"  # what is deleted is overwritten in the file
        pragmas += "PRAGMA trusted_schema=ON;"  # a trigger of the audit trail calls SHA256, which Django adds
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }

    def _postgresql(self, address: str) -> dict[str, Any]:
        """Describe PostgreSQL: a pool of connections that stay open, and no query that runs for ever."""
        url = urlsplit(address)
        try:
            port = url.port or 5432
        except ValueError:
            refuse("DATABASE_URL", "has a port that is not a number.")
        if not url.path.strip("/"):
            refuse("DATABASE_URL", "must name the database: postgresql://user:password@host/name")
        smallest = self.number("DATABASE_POOL_MIN", 1, least=0, most=200)
        largest = self.number("DATABASE_POOL_MAX", 8, least=1, most=200)
        if smallest > largest:
            refuse("DATABASE_POOL_MIN", "must not be more than DATABASE_POOL_MAX.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(port),
            "CONN_MAX_AGE": 0,  # the pool keeps the connections
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                **dict(parse_qsl(url.query)),
                "pool": {"min_size": smallest, "max_size": largest, "timeout": 5, "reset": forget_who_was_looked_at},
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            },
        }
