"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 46 MiB, one pass and one lane (OWASP's first choice): two sign-ins at once fit a small server."""

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
