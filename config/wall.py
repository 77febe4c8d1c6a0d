"""The second wall on PostgreSQL: what a web process tells of itself to the database.

docs/decisions/0017-second-wall.md. The policies stand in the migrations, and the doors name who is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

AS_NOBODY = " -c app.subject=nobody"


def begin_as_nobody(database: dict[str, Any]) -> None:
    """Let each connection that this process makes from now on see no record until a door has opened one."""
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["OPTIONS"]["options"] += AS_NOBODY


def forget_who_was_looked_at(connection: Connection[Any]) -> None:
    """Put a connection back to what it began with; the pool does so before anybody else gets it."""
    connection.execute("RESET app.subject; RESET app.team")
