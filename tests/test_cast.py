"""What the tests lean on does what it says."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import User
from tests.cast import apart, real_database


@pytest.mark.django_db(transaction=True)
def test_closing_the_connection_leaves_the_database_in_memory_where_it_is(alice: User) -> None:
    """A live server closes the tests' connection whenever a client lets go of its socket: in any later test."""
    with real_database():
        connection.close()
        assert apart(User.objects.get) == alice
    assert User.objects.get() == alice
