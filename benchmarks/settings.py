"""The site's settings as they are in production, with one page more: the limit page."""

import os
import secrets

os.environ.update({"ENV_FILE": "", "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "http://127.0.0.1"})
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(60))

from config.settings import *  # noqa: F403 - the environment comes first
from config.settings import BASE_DIR

ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = BASE_DIR / ".local" / "benchmark-static"
