"""Who opened a team's list of patients while a record stood on it: one row of the trail, which names the team alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from accounts.models import AuditEvent, AuditOutcome, Grant

LIST_VIEW = "worklist_view"
_DAYS_BEGIN_FIRST = timezone(timedelta(hours=14))


def views_of_lists(patient_id: UUID) -> QuerySet[AuditEvent]:
    """Return the rows of the trail that tell of such a look, in no order. Two queries, one where no team ever had it.

    A record stands on a list from when its sharing was confirmed until it ends, and for nobody whom the patient has
    left out meanwhile. The last day ends where days begin first, as on the list (record 13).
    """
    grants = Grant.objects.filter(patient_id=patient_id, team__isnull=False, confirmed_at__isnull=False)
    windows = [
        Q(object_id=str(team_id), at__gte=since, at__lt=min(_end_of(ends_on), revoked_at or _end_of(ends_on)))
        for team_id, since, revoked_at, ends_on in grants.values_list(
            "team_id", "confirmed_at", "revoked_at", "ends_on"
        )
    ]
    if not windows:
        return AuditEvent.objects.none()
    found = AuditEvent.objects.filter(
        reduce(or_, windows), verb=LIST_VIEW, object_type="care_team", outcome=AuditOutcome.ALLOWED
    )
    for is_left_out in _left_out(patient_id):
        found = found.exclude(is_left_out)
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), _DAYS_BEGIN_FIRST)


def _left_out(patient_id: UUID) -> Iterator[Q]:
    rows = AuditEvent.objects.filter(patient_id=patient_id, verb__in=("member_left_out", "member_let_back"))
    began: dict[str, datetime] = {}
    for user_id, verb, at in rows.order_by("at", "pk").values_list("object_id", "verb", "at"):
        if verb == "member_left_out":
            began[user_id] = at
        elif user_id in began:
            yield Q(actor_id=UUID(user_id), at__gte=began.pop(user_id), at__lt=at)
    yield from (Q(actor_id=UUID(user_id), at__gte=at) for user_id, at in began.items())


def last_views_of_lists(patient_id: UUID) -> dict[tuple[UUID | None, UUID], datetime]:
    """Return when each person last opened the list of each team so. Three queries at most."""
    last = views_of_lists(patient_id).values("actor_id", "object_id").annotate(last=Max("at"))
    return {(actor, UUID(team)): at for actor, team, at in last.values_list("actor_id", "object_id", "last")}
