"""The site's password hasher with the least work that Argon2 allows."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accounts.hashers import Argon2Hasher
from accounts.machine_places import MachinePlaces

_folder = tempfile.TemporaryDirectory(prefix="milestones-tests-")


class FastArgon2Hasher(Argon2Hasher):
    """Same algorithm and code path; only the cost differs."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
    idle = nice = ThreadPoolExecutor(1)  # as ready as the test itself, which waits for it
    patience = None
    # Tests run beside each other, each with a site of its own.
    shared = MachinePlaces("password", 2, folder=Path(_folder.name))
