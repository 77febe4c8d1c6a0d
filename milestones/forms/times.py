"""A time of day as a person types it: "9:30", "14:30" or "2.30 pm". What is left open is asked, not guessed."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum

_TIME = re.compile(r"(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.ASCII)


class TimeRefusal(StrEnum):
    """Why a text is not read as a time of day."""

    NOT_A_TIME = "not a time"
    NO_MINUTES = "no minutes"
    NO_SUCH_HOUR = "no such hour"
    NO_SUCH_MINUTE = "no such minute"


def read_time(text: str) -> time | TimeRefusal:
    """Return the time of day that a text names, or why it names none.

    Hours run from 0 to 23, or with am or pm from 1 to 12. A bare hour without am or pm is not read: "9" may be either.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        return TimeRefusal.NOT_A_TIME
    hour, half = int(found["hour"]), (found["half"] or "")[:1]
    if found["minute"] is None and not half:
        return TimeRefusal.NO_MINUTES
    minute = int(found["minute"] or 0)
    if hour > (12 if half else 23) or (half and not hour):
        return TimeRefusal.NO_SUCH_HOUR
    if minute > 59:
        return TimeRefusal.NO_SUCH_MINUTE
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)
