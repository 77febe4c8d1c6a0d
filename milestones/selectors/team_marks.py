"""What a care team has marked, in words for everybody: a result that was checked, and that they have seen it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.selectors.grants import names_of
from milestones.explanations import phrases
from milestones.selectors.history import StoredResult


def checked_words(patient: Patient, stored: StoredResult) -> str:
    """Return "Checked against the laboratory's report by Bob, Clinic North", or "" where this version was not."""
    if stored.checked_by is None:
        return ""
    name = names_of(patient, [stored.checked_by]).get(stored.checked_by) or _("your team")
    return _("Checked against the laboratory's report by %(name)s.") % {"name": name}


def seen_words(patient: Patient, stored: StoredResult) -> str:
    """Return "Seen by your team on 3 May 2026", or "" where no team has marked the record since the result came."""
    if stored.seen_at is None:
        return ""
    day = phrases.long_date(timezone.localtime(stored.seen_at, ZoneInfo(patient.time_zone)).date())
    return _("Seen by your team on %(date)s.") % {"date": day}
