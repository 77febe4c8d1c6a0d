"""One world for the tests of a file: each test leaves it as it was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests import audit_watch
from tests.authorization.world import World, make_world
from tests.cast import TODAY

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Make everybody once for a file, in a transaction that is never committed."""
    logging.disable()  # thousands of refusals: their lines take longer than the refusals
    with django_db_blocker.unblock(), time_machine.travel(NOON), transaction.atomic():
        made = make_world()
        before = made.fingerprint()
        audit_watch.planted.update(made.texts_of_records())
        yield made
        after = made.fingerprint()
        audit_watch.planted.clear()
        transaction.set_rollback(True)
        logging.disable(logging.NOTSET)
        assert after == before, "a test did not leave the world as it was"
