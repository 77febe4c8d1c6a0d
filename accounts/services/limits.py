"""How often something may be done: counted in the database, for all workers, by one conditional UPDATE."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import Allowance

_HOUR = 3_600
_KEEP_MS = 86_400_000


class TooManyTriesError(Exception):
    """A limit is reached.

    Attributes:
        retry_after: after how many seconds one more is allowed.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, then one more after each ``step`` seconds: it slows somebody down and never locks them out.

    In any stretch of time no more pass than ``at_once`` and one for each step in it. Source: the generic cell rate
    algorithm, ITU-T I.371.
    """

    name: str
    at_once: int
    step: int


# Ten in any hour: five, and five more.
GUESS = Limit("guess", at_once=5, step=_HOUR // 5)
CODE = Limit("code", at_once=5, step=_HOUR // 5)
# A clinic or a family may share one address.
GUESS_NETWORK = Limit("guess network", at_once=30, step=60)
VISIT_NETWORK = Limit("visit network", at_once=40, step=60)
EXPORT = Limit("export", at_once=6, step=_HOUR // 6)
MAIL = Limit("mail", at_once=4, step=_HOUR // 4)


def use(limit: Limit, of: str) -> None:
    """Use one of what is allowed.

    Args:
        limit: which limit.
        of: whose: an account, a network, an address. It is kept as a hash.

    Raises:
        TooManyTriesError: all is used for now.
    """
    key, now = _key(limit, of), int(time.time() * 1000)
    if _take(key, limit, now) or _begin(key, limit, now) or _take(key, limit, now):
        return
    used_until = Allowance.objects.values_list("used_until", flat=True).get(key=key)
    wait_ms = used_until - now - limit.step * 1000 * (limit.at_once - 1)
    raise TooManyTriesError(max(1, -(-wait_ms // 1000)))


def give_back(limit: Limit, of: str) -> None:
    """Take back one use that turned out to be harmless, such as the right password."""
    Allowance.objects.filter(key=_key(limit, of)).update(used_until=F("used_until") - limit.step * 1000)


def write_again(limit: Limit, of: str) -> None:
    """Write down once more how much is used, unchanged: the work of a commit, where another answer has one."""
    Allowance.objects.filter(key=_key(limit, of)).update(used_until=F("used_until"))


def _take(key: str, limit: Limit, now: int) -> bool:
    """Move the moment on, where there is room: the one conditional UPDATE."""
    step = limit.step * 1000
    room = Allowance.objects.filter(key=key, used_until__lte=now + step * (limit.at_once - 1))
    return room.update(used_until=Greatest("used_until", now) + step) == 1


def _begin(key: str, limit: Limit, now: int) -> bool:
    """Make the row of a first use, and forget the rows that say nothing any more."""
    try:
        with transaction.atomic():
            Allowance.objects.create(key=key, used_until=now + limit.step * 1000)
    except IntegrityError:  # it is there already: full, or made by another at this moment
        return False
    Allowance.objects.filter(used_until__lt=now - _KEEP_MS).delete()
    return True


def _key(limit: Limit, of: str) -> str:
    return hashlib.sha256(f"{limit.name}\0{of}".encode()).hexdigest()
