"""A web process begins as nobody, and no connection carries over whose record was open (S20)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg_pool import ConnectionPool

from accounts.models import Patient, User
from config.env import Env
from config.wall import AS_NOBODY, begin_as_nobody, forget_who_was_looked_at
from milestones.models import Visit
from tests.cast import dated, months_ago, record
from tests.wall import behind_the_wall, make_role

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
_ASK = "SELECT current_setting('app.subject', true), current_setting('app.team', true)"


def test_sqlite_has_no_wall() -> None:
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
    begin_as_nobody(database)
    assert database["OPTIONS"] == {}


def test_the_site_puts_connections_back_as_they_began() -> None:
    described = Env({"DATABASE_URL": "postgresql://somebody@127.0.0.1/site"}).database(ROOT)
    assert described["OPTIONS"]["pool"]["reset"] is forget_who_was_looked_at
    assert "app.subject" not in described["OPTIONS"]["options"]  # a command sees everything
    begin_as_nobody(described)
    assert described["OPTIONS"]["options"].endswith(AS_NOBODY)


def test_what_the_web_server_loads_begins_as_nobody() -> None:
    if connection.vendor == "sqlite":
        return  # it has no policies
    ask = """import config.wsgi
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SHOW app.subject")
    print(cursor.fetchone()[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "nobody"


@pytest.mark.parametrize("begins", ["", "nobody"])
def test_the_next_who_gets_a_connection_is_nobody_again(begins: str) -> None:
    if connection.vendor == "sqlite":
        return  # it has no pool
    described = {name: value for name, value in connection.get_connection_params().items() if name != "pool"}
    described["options"] += f" -c app.subject={begins}" if begins else ""
    wanted: dict[str, Any] = {"autocommit": True, **{name: described[name] for name in described if name != "context"}}
    for name in ("cursor_factory", "prepare_threshold", "server_side_binding"):
        wanted.pop(name, None)
    with ConnectionPool[psycopg.Connection[Any]](
        kwargs=wanted, min_size=1, max_size=1, reset=forget_who_was_looked_at
    ) as pool:
        for _ in range(3):
            with pool.connection() as one:
                said = one.execute(_ASK).fetchone()
                assert [text or "" for text in said or ()] == [begins, ""]
                one.execute("SELECT set_config('app.subject', 'x', false), set_config('app.team', 'y', false)")
                assert one.execute(_ASK).fetchone() == ("x", "y")


@pytest.mark.django_db(transaction=True)
def test_a_page_is_answered_where_each_statement_is_a_transaction(alice: User, alices_record: Patient) -> None:
    """As on the site: nothing holds the statements of a page together but the connection."""
    if connection.vendor == "sqlite":
        return  # it has no policies
    record(alices_record, "0.0717 %")
    client = Client()
    client.force_login(alice)
    role = make_role()
    try:
        with behind_the_wall(role):
            addresses = {name: reverse(f"milestones:{name}", args=[alices_record.pk]) for name in ("home", "visit_add")}
            assert b"0.0717" in client.get(addresses["home"]).content
            key = {"idempotency_key": str(uuid4())}
            assert client.post(addresses["visit_add"], {**dated("on", months_ago(0)), **key}).status_code == 302
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert Visit.objects.count() == 1
