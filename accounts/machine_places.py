"""At most so many at once in all processes of the site on one machine: who is inside holds a lock on a file.

The system takes the lock back when a process ends, however it ends, so no place is ever lost.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_LOOK_AGAIN_SECONDS = 0.01


class NoPlaceError(Exception):
    """All places were taken for as long as somebody would wait."""


class MachinePlaces:
    """``with MachinePlaces("name", 2).one(seconds=1.5):`` Two sites on a machine do not count for each other."""

    def __init__(self, name: str, number: int) -> None:
        here = hashlib.sha256(str(Path(__file__).resolve().parent).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir())
        self._files = [folder / f"milestones-{here}-{name}-{place}.lock" for place in range(number)]

    @contextmanager
    def one(self, *, seconds: float) -> Iterator[None]:
        """Hold a place meanwhile. Where the files cannot be made there is no count, and everybody comes in.

        Raises:
            NoPlaceError: none was free within these seconds.
        """
        held = self._take(time.monotonic() + seconds)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)  # which lets go of the lock

    def _take(self, until: float) -> int | None:
        while True:
            for file in self._files:
                try:
                    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
                except OSError:
                    return None
                if _lock(opened):
                    return opened
                os.close(opened)
            if time.monotonic() >= until:
                raise NoPlaceError
            time.sleep(_LOOK_AGAIN_SECONDS)


def _lock(opened: int) -> bool:
    if sys.platform == "win32":  # which has no such locks; nobody serves the site with several processes there
        return True
    with suppress(BlockingIOError):
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
