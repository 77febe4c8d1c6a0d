"""A bad setting stops the start: exit code 1, one clear line, no traceback."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-for-this-test-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
GOOD = {"ENV_FILE": "", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "cml.example.org", "SITE_URL": "https://cml.example.org"}
OLD_SQLITE = sqlite3.sqlite_version_info < (3, 51, 3)


def start(command: list[str], changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start the site in a process with nothing but this environment."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def load(**changes: str) -> subprocess.CompletedProcess[str]:
    """Only read the settings."""
    return start(["-W", "error", "-c", "import config.settings"], changes)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x1" * 24}, "SECRET_KEY must be at least 50"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY is a placeholder"),
        ({"SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY is a placeholder"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE names a file that cannot be read"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name each host"),
        ({"ALLOWED_HOSTS": "cml.example.org,.example.org"}, "ALLOWED_HOSTS must name each host"),
        ({"DEBUG": "on"}, "DEBUG is on, so ALLOWED_HOSTS"),
        ({"DEBUG": "perhaps"}, "DEBUG must be on or off"),
        ({"SITE_URL": ""}, "SITE_URL is not set"),
        ({"SITE_URL": "http://cml.example.org"}, "SITE_URL must start with https://"),
        ({"SITE_URL": "cml.example.org"}, "SITE_URL must be an address"),
        ({"SITE_URL": "https://cml.example.org/path"}, "SITE_URL must be an address"),
        ({"DATABASE_URL": "mysql://localhost/site"}, "DATABASE_URL must start with"),
        ({"DATABASE_URL": "postgresql://localhost"}, "DATABASE_URL must name the database"),
        ({"DATABASE_URL": "postgresql://localhost:x/site"}, "DATABASE_URL has a port"),
        (
            {"DATABASE_URL": "postgresql://localhost/site", "DATABASE_POOL_MIN": "9", "DATABASE_POOL_MAX": "3"},
            "DATABASE_POOL_MIN must not be more",
        ),
        ({"SQLITE_JOURNAL_MODE": "off"}, "SQLITE_JOURNAL_MODE must be one of"),
        ({"EMAIL_PORT": "many"}, "EMAIL_PORT must be a whole number"),
        ({"EMAIL_VERIFICATION": "none"}, "EMAIL_VERIFICATION must be one of"),
    ],
)
def test_bad_setting_is_refused_in_one_line(changes: dict[str, str], line: str) -> None:
    result = load(**changes)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Cannot start: {line}")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not OLD_SQLITE, reason="this SQLite is new enough for a write-ahead log")
def test_old_sqlite_is_refused_a_write_ahead_log() -> None:
    assert "SQLITE_JOURNAL_MODE cannot be wal" in load(SQLITE_JOURNAL_MODE="wal").stderr


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"DEBUG": "on", "ALLOWED_HOSTS": "", "SITE_URL": ""},
        {"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1"},
        {"DATABASE_URL": "postgresql://someone:p%40ss@localhost:5433/site?sslmode=require"},
        {"DATABASE_URL": "sqlite:////srv/site/somewhere.sqlite3"},
    ],
)
def test_good_settings_load_without_a_word(changes: dict[str, str]) -> None:
    result = load(**changes)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [["manage.py", "check"], ["-m", "gunicorn", "--bind", "127.0.0.1:0", "config.wsgi"], ["-c", "import config.wsgi"]],
    ids=["manage.py", "gunicorn", "wsgi"],
)
def test_every_way_to_start_is_stopped(command: list[str]) -> None:
    result = start(command, {"SECRET_KEY": "short"})
    assert result.returncode == 1
    assert result.stderr == "Cannot start: SECRET_KEY must be at least 50 characters long.\n"


def test_debug_may_not_listen_to_the_world() -> None:
    debug = {"DEBUG": "on", "ALLOWED_HOSTS": "localhost", "SITE_URL": "", "BIND": "0.0.0.0:0"}
    assert "DEBUG is on, so BIND" in start(["-m", "gunicorn", "config.wsgi"], debug).stderr
    result = start(["manage.py", "runserver", "--noreload", "0.0.0.0:0"], debug)
    assert (result.returncode, result.stderr) == (
        1,
        "Cannot start: DEBUG is on, so runserver may only listen on this machine.\n",
    )


def test_key_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n", encoding="utf-8")
    code = f"from config import settings; assert settings.SECRET_KEY == {KEY!r}"
    assert start(["-c", code], {"SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}).returncode == 0


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("# a comment\n\nSITE_NAME=From the file\nEMAIL_PORT = 26\n", encoding="utf-8")
    code = "from config import settings as s; assert (s.SITE_NAME, s.EMAIL_PORT) == ('From outside', 26)"
    assert start(["-c", code], {"ENV_FILE": str(file), "SITE_NAME": "From outside"}).returncode == 0


def test_https_means_host_cookies_and_strict_transport() -> None:
    code = (
        "from config import settings as s; assert s.SESSION_COOKIE_NAME.startswith('__Host-')"
        " and s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_NAME.startswith('__Host-') and s.CSRF_COOKIE_SECURE"
        " and s.SECURE_HSTS_SECONDS >= 31536000"
    )
    assert start(["-c", code], {}).returncode == 0


def test_the_shipped_settings_pass_the_deployment_check() -> None:
    result = start(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], {"EMAIL_HOST": "mail.example.org"})
    assert result.returncode == 0, result.stderr
