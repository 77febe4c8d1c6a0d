"""What the tests of the core share."""

import pytest

from milestones.clinical.parsing import parse_reading


@pytest.fixture(autouse=True)
def _read_afresh() -> None:
    """Let each test read for itself: a text that an earlier one had read tells nothing of the reader."""
    parse_reading.cache_clear()
