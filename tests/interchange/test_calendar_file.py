"""The calendar file: whole days and times, escaped, the same bytes each time, and nothing about the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from milestones.interchange.calendar_file import CalendarEntry, write_calendar

KEY = UUID(int=7)
NOW = datetime(2026, 8, 23, 12, tzinfo=UTC)


def read(*entries: CalendarEntry) -> list[dict[str, object]]:
    calendar = Calendar.from_ical(write_calendar(entries, written_at=NOW))
    return [{name: event.decoded(name) for name in event} for event in calendar.walk("VEVENT")]


def test_a_whole_day_ends_on_the_next() -> None:
    [event] = read(CalendarEntry(KEY, date(2026, 12, 31), "Appointment", 3))
    assert (event["DTSTART"], event["DTEND"], event["SEQUENCE"]) == (date(2026, 12, 31), date(2027, 1, 1), 3)
    assert event["UID"] == f"{KEY}@calendar".encode() or event["UID"] == f"{KEY}@calendar"


def test_a_time_is_that_of_the_place() -> None:
    """Half past nine in Berlin in summer, and in winter."""
    zone = ZoneInfo("Europe/Berlin")
    summer, winter = (datetime(2026, month, 1, 9, 30, tzinfo=zone) for month in (7, 12))
    first, second = read(CalendarEntry(KEY, summer, "A"), CalendarEntry(UUID(int=8), winter, "B"))
    assert first["DTSTART"] == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert second["DTSTART"] == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    assert first["DTEND"] == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def test_the_same_dates_are_the_same_bytes() -> None:
    entry = CalendarEntry(KEY, date(2026, 9, 1), "Appointment")
    assert write_calendar([entry], written_at=NOW) == write_calendar([entry], written_at=NOW)


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2199, 1, 1)))
def test_no_title_breaks_out_of_its_line(title: str, day: date) -> None:
    """R: a line break in a title is no new property; every line is at most 75 bytes."""
    title = "".join(one for one in title if one.isprintable() or one in "\n,;\\")
    entry = CalendarEntry(KEY, day, f"a\r\nATTENDEE:mailto:x@example.org\n{title}")
    made = write_calendar([entry], written_at=NOW)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    [event] = read(entry)
    assert "ATTENDEE" not in event
    assert event["DTSTART"] == day
    assert event["DTEND"] == day + timedelta(days=1)
