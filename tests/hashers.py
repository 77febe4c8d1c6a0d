"""The site's password hasher with the least work that Argon2 allows."""

import os
from concurrent.futures import ThreadPoolExecutor

from accounts.hashers import Argon2Hasher
from accounts.machine_places import MachinePlaces


class FastArgon2Hasher(Argon2Hasher):
    """Same algorithm and code path; only the cost differs."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
    idle = nice = ThreadPoolExecutor(1)  # as ready as the test itself, which waits for it
    patience = None
    shared = MachinePlaces(f"password-{os.getpid()}", 2)  # tests run beside each other, each with a site of its own
