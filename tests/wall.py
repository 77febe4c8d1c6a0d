"""The role that docs/self-hosting tells to make, and the second wall, which holds up all but the tables' owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.signals import request_finished, request_started
from django.db import DatabaseError, connection, transaction

PAGE = Path(__file__).resolve().parents[1] / "docs" / "self-hosting" / "README.md"


def make_role() -> str:
    """Make the role as the page says, and return its name; the transaction of the test takes it back."""
    [said] = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    role = f"site_app_{uuid4().hex}"
    with connection.cursor() as cursor:
        for statement in said.replace("site_app", role).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
    return role


@contextmanager
def limited_role(role: str = "") -> Iterator[None]:
    """Be the role; it is made where none is given."""
    role = role or make_role()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


@contextmanager
def behind_the_wall(role: str) -> Iterator[None]:
    """Answer requests as the site does with that role; between them a test sees everything, as a command would.

    Tests have one connection, which no pool puts back to what it began with.
    """

    def begin(**_: Any) -> None:
        name("nobody")

    def end(**_: Any) -> None:
        try:
            with transaction.atomic():
                name("")
        except DatabaseError:
            pass  # the transaction is to be undone, and what was named with it

    with limited_role(role):
        request_started.connect(begin, weak=False)
        request_finished.connect(end, weak=False)
        try:
            yield
        finally:
            request_started.disconnect(begin)
            request_finished.disconnect(end)


def name(subject: str, team: str = "") -> None:
    """Say to the database whose record is open: an id, "nobody", or "" where no web request is answered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.subject', %s, false), set_config('app.team', %s, false)", [subject, team]
        )
