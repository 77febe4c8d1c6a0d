"""Write .env for development, once: a random key of its own, DEBUG, this machine only."""

import secrets
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
TEXT = """\
# For development on this machine only; made by `make setup`, never committed.
DEBUG=on
SECRET_KEY={key}
EMAIL_VERIFICATION=optional
"""


def main() -> None:
    """Write the file unless it is there."""
    if not ENV_FILE.exists():
        ENV_FILE.touch(mode=0o600)
        ENV_FILE.write_text(TEXT.format(key=secrets.token_urlsafe(60)), encoding="utf-8")


if __name__ == "__main__":
    main()
