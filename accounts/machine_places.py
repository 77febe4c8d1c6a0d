"""At most so many at once in all processes of the site on one machine: who is inside holds a lock on a file.

The system takes the lock back when a process ends, however it ends, so no place is ever lost.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_LOOK_AGAIN_SECONDS = 0.01
#: Who has had a place looks for the next one later than this, so that the other processes come first.
AFTER_YOU_SECONDS = 1.5 * _LOOK_AGAIN_SECONDS
_logger = logging.getLogger(__name__)


class NoPlaceError(Exception):
    """All places were taken for as long as somebody would wait."""


class MachinePlaces:
    """``with MachinePlaces("name", 2).one(seconds=1.5):`` Two sites, or two users, do not count for each other."""

    def __init__(self, name: str, number: int, *, folder: Path | None = None) -> None:
        """Name the places.

        Args:
            name: what they are for, as it may stand in the name of a file.
            number: how many there are.
            folder: where their files lie; the folder for temporary files where it is not said.
        """
        self._name, self._number, self._folder = name, number, folder
        self._files: list[Path] = []
        self._is_uncounted = False

    @contextmanager
    def one(self, *, seconds: float) -> Iterator[None]:
        """Hold a place meanwhile. Where there can be no files of ours there is no count, and everybody comes in.

        Raises:
            NoPlaceError: none was free within these seconds.
        """
        held = self._take(time.monotonic() + seconds)
        try:
            yield
        finally:
            if held is not None:
                os.close(held)  # which lets go of the lock

    def files(self) -> list[Path]:
        """Return the file of each place.

        Raises:
            OSError: there is no folder for temporary files.
        """
        here = hashlib.sha256(str(Path(__file__).resolve().parent).encode()).hexdigest()[:12]
        user = "" if sys.platform == "win32" else os.geteuid()
        folder = self._folder or Path(tempfile.gettempdir())
        return [folder / f"milestones-{here}-{user}-{self._name}-{place}.lock" for place in range(self._number)]

    def _take(self, until: float) -> int | None:
        while True:
            try:
                self._files = self._files or self.files()
                for file in self._files:
                    held = _lock(file)
                    if held is not None:
                        return held
            except OSError as error:
                if not self._is_uncounted:
                    _logger.warning("The places for %s are not counted: %s", self._name, type(error).__name__)
                self._is_uncounted = True
                return None
            if time.monotonic() >= until:
                raise NoPlaceError
            time.sleep(_LOOK_AGAIN_SECONDS)


def _lock(file: Path) -> int | None:
    """Return the open file with its lock, or None while another holds it.

    Raises:
        OSError: it cannot be made, locked, or trusted.
    """
    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if sys.platform == "win32":  # which has no such locks; nobody serves the site with several processes there
            return opened
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            raise PermissionError  # somebody else's: they could keep us out
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(opened)
        return None
    except OSError:
        os.close(opened)
        raise
    return opened
