"""Dates as a calendar file (iCalendar, RFC 5545). It names no disease, no medicine and no site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

_VISIT_TAKES = timedelta(hours=1)
_ASK_AGAIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One date: a whole day, or from a time on for an hour. ``number`` rises when the entry is changed."""

    key: UUID
    starts: date | datetime
    title: str
    number: int = 0


def write_calendar(entries: Sequence[CalendarEntry], *, written_at: datetime) -> bytes:
    """Return the calendar as a file; the same entries written at the same moment are the same bytes.

    Args:
        entries: what stands in it; a time is in the time zone that it carries, and is written in UTC.
        written_at: the moment it is written, with its time zone.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", _ASK_AGAIN, {"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, written_at))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: CalendarEntry, written_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@calendar")
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("sequence", entry.number)
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", (entry.starts + _VISIT_TAKES).astimezone(UTC))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    return event
