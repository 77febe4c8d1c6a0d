"""The site's settings for the tests: the same file, with an environment of its own and nothing slow."""

import os

os.environ.update(
    {
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "SITE_URL": "http://localhost",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's driver runs an event loop in the tests' thread
    }
)

from config.settings import *  # noqa: F403 - the environment comes first
from config.settings import DATABASES
from config.settings import MIDDLEWARE as SITE_MIDDLEWARE
from config.settings import STORAGES as SITE_STORAGES

# The pool puts connections back in a thread of its own, and a database in use could not be dropped at the end.
DATABASES["default"]["OPTIONS"].get("pool", {}).pop("reset", None)

MIDDLEWARE = ["tests.audit_watch.AuditWatchMiddleware", *SITE_MIDDLEWARE]
PASSWORD_HASHERS = ["tests.hashers.FastArgon2Hasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**SITE_STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
