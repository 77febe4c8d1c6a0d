"""A person's dates to come, for a calendar and for reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import CalendarFeed, Patient
from accounts.selectors.grants import days_on_which_sharing_ends
from milestones.clinical.schedule import GRACE_DAYS
from milestones.interchange.calendar_file import CalendarEntry
from milestones.models import ReminderChoice, ReminderKind
from milestones.selectors.planned_tests import describe_planned_test, get_planned_test
from milestones.selectors.timelines import get_timeline
from milestones.selectors.visits import get_visits

#: So long a date stands in the calendar after its day.
_KEPT_DAYS = 92
REMIND_DAYS_BEFORE_A_VISIT = 3
REMIND_DAYS_BEFORE_AN_END = 14
#: What can be chosen, by the names of the columns.
REMINDERS = ("test_due", "test_overdue", "visit", "sharing_ends")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a person has chosen for their calendar."""

    test_title: str
    visit_title: str
    is_open: bool
    opened_at: datetime | None
    read_at: datetime | None


def get_feed(patient: Patient) -> Feed:
    """Return a person's choices for their calendar; the neutral titles where they have made none."""
    row = CalendarFeed.objects.filter(patient_id=patient.pk).first() or CalendarFeed(patient_id=patient.pk)
    return Feed(row.test_title, row.visit_title, row.token_hash is not None, row.opened_at, row.read_at)


def find_feed(token_hash: str) -> UUID | None:
    """Return whose calendar an address is of, or None."""
    return CalendarFeed.objects.filter(token_hash=token_hash).values_list("patient_id", flat=True).first()


def calendar_entries(patient: Patient, feed: Feed) -> tuple[CalendarEntry, ...]:
    """Return the next test and the visits, under the titles that the person has chosen. No title names a reason."""
    timeline = get_timeline(patient)
    planned = get_planned_test(patient)
    test = describe_planned_test(planned, timeline)
    title = feed.test_title or _("Appointment")
    entries = []
    if test.row is not None and test.row.taken_on is None and test.row.booked_on is not None:
        entries.append(CalendarEntry(test.row.id, test.row.booked_on, title, test.row.version))
    elif test.row is None and timeline.course.next_test.due_on is not None:
        # One entry that moves: a calendar that has it already is told its new day.
        due = timeline.course.next_test.due_on
        entries.append(CalendarEntry(uuid5(patient.pk, "next test"), due, title, due.toordinal()))
    zone = ZoneInfo(patient.time_zone)
    for visit in get_visits(patient):
        if not visit.counts or visit.visit_on < timeline.today - timedelta(days=_KEPT_DAYS):
            continue
        starts = datetime.combine(visit.visit_on, visit.at_time, zone) if visit.at_time else visit.visit_on
        entries.append(CalendarEntry(visit.id, starts, feed.visit_title or _("Appointment"), visit.version))
    return tuple(entries)


def get_reminder_choice(patient: Patient) -> Mapping[str, bool]:
    """Return what a person has asked to be reminded of, by the names of the columns."""
    row = ReminderChoice.objects.filter(patient_id=patient.pk).first() or ReminderChoice(patient_id=patient.pk)
    return {name: getattr(row, name) for name in REMINDERS}


def due_reminders(patient: Patient, choice: ReminderChoice) -> tuple[tuple[ReminderKind, date], ...]:
    """Return what there is to be reminded of on the person's own today, each with the day that it is about.

    A test that is booked, or whose blood was taken, is known of: there is nothing to be reminded of.
    """
    timeline = get_timeline(patient)
    found: list[tuple[ReminderKind, date]] = []
    due_on, today = timeline.course.next_test.due_on, timeline.today
    is_known_of = describe_planned_test(get_planned_test(patient), timeline).row is not None
    if due_on is not None and due_on <= today and not is_known_of:
        is_late = today > due_on + timedelta(days=GRACE_DAYS)
        if is_late and choice.test_overdue:
            found.append((ReminderKind.TEST_OVERDUE, due_on))
        if not is_late and choice.test_due:
            found.append((ReminderKind.TEST_DUE, due_on))
    if choice.visit:
        last = today + timedelta(days=REMIND_DAYS_BEFORE_A_VISIT)
        days = {row.visit_on for row in get_visits(patient) if row.counts and today <= row.visit_on <= last}
        found += [(ReminderKind.VISIT, day) for day in sorted(days)]
    if choice.sharing_ends:
        last = today + timedelta(days=REMIND_DAYS_BEFORE_AN_END)
        found += [(ReminderKind.SHARING_ENDS, day) for day in days_on_which_sharing_ends(patient, until=last)]
    return tuple(found)
