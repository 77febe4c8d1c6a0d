"""What a care team has marked, in words for everybody: a result that was checked, and that they have seen it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import GrantState, Patient
from accounts.selectors.grants import names_of
from milestones.explanations import phrases
from milestones.models import WorklistEntry
from milestones.selectors.history import StoredResult


def checked_words(stored: StoredResult) -> str:
    """Return "Checked against the laboratory's report by Bob, Clinic North", or "" where this version was not."""
    if stored.checked_by is None:
        return ""
    name = names_of([stored.checked_by]).get(stored.checked_by) or _("your team")
    return _("Checked against the laboratory's report by %(name)s.") % {"name": name}


def seen_by_team(patient: Patient, since: datetime) -> str:
    """Return "Seen by your team on 3 May 2026", or "" where no team has marked the record since a moment. One query."""
    seen = (
        WorklistEntry.objects.filter(patient_id=patient.pk, reviewed_at__gte=since, grant__state=GrantState.CONFIRMED)
        .order_by("reviewed_at")
        .values_list("reviewed_at", flat=True)
        .first()
    )
    if seen is None:
        return ""
    day = phrases.long_date(timezone.localtime(seen, ZoneInfo(patient.time_zone)).date())
    return _("Seen by your team on %(date)s.") % {"date": day}
