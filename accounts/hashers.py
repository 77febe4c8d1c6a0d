"""How passwords are kept."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.machine_places import AFTER_YOU_SECONDS, MachinePlaces, NoPlaceError

Value = TypeVar("Value")

# Measured on two cores with two processes and 50 sign-ins a second: as many get in as with two at once, another page
# answers in 57 ms instead of 85, and half the memory is used.
AT_ONCE = 1
#: In all processes together; the memory of one hash is 46 MiB.
AT_ONCE_ON_A_MACHINE = 2
WAIT_SECONDS = 2.0
#: How far a hash stands back that found no idle processor; it still gets a thirtieth of a busy one.
NICENESS = 15
_places = threading.BoundedSemaphore(AT_ONCE)


class TooManyHashesError(Exception):
    """As many passwords are being checked as the site can take; a moment later there is room again."""


def _stand_back() -> None:
    """Give way to the threads that answer pages: on Linux each thread has a niceness of its own."""
    if sys.platform == "linux":
        own = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), own)


def _only_when_idle() -> None:
    """Run where nothing else wants the processor: whatever else is ready goes first, at once."""
    _stand_back()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # some containers do not allow it
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 46 MiB, one pass and one lane (OWASP's first choice), one at a time in a process and two in all.

    The others wait for their turn, for two seconds at most, so that a flood of sign-ins starves nobody. A hash is made
    on an idle processor; where none has been free for it, it is made anew in a thread that gets a share of a busy one,
    so that a flood of pages keeps nobody out either. What is left of the first one then is not counted.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
    #: Where hashes are made, and where one is made that was not done there with patience.
    idle = ThreadPoolExecutor(AT_ONCE, "idle-password", _only_when_idle)
    nice = ThreadPoolExecutor(AT_ONCE, "password", _stand_back)
    #: Seconds; none: as long as it takes.
    patience: float | None = 0.5 if sys.platform == "linux" else None
    #: Shared with the other processes of the site.
    shared = MachinePlaces("password", AT_ONCE_ON_A_MACHINE)

    def encode(self, password: str, salt: str, **options: Any) -> str:
        """Return what is stored for a password.

        Raises:
            TooManyHashesError: no turn came within two seconds.
        """
        return self._in_turn(lambda: super(Argon2Hasher, self).encode(password, salt, **options))

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a password is the one that was stored.

        Raises:
            TooManyHashesError: no turn came within two seconds.
        """
        return self._in_turn(lambda: super(Argon2Hasher, self).verify(password, encoded))

    def _in_turn(self, work: Callable[[], Value]) -> Value:
        until = time.monotonic() + WAIT_SECONDS
        is_first = _places.acquire(blocking=False)
        if not is_first and not _places.acquire(timeout=WAIT_SECONDS):
            raise TooManyHashesError
        try:
            if not is_first:  # this process has just had a place
                time.sleep(AFTER_YOU_SECONDS)
            with self.shared.one(seconds=until - time.monotonic()):
                return self._behind_the_pages(work)
        except NoPlaceError as error:
            raise TooManyHashesError from error
        finally:
            _places.release()

    def _behind_the_pages(self, work: Callable[[], Value]) -> Value:
        made = self.idle.submit(work)
        try:
            return made.result(self.patience)
        except TimeoutError:
            made.cancel()  # if it waits behind one that was given up before
            return self.nice.submit(work).result()
