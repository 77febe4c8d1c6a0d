"""What changed since the last visit: for the team that prepares the next one, and for the guide."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from milestones.explanations import phrases
from milestones.selectors.life import LifeEvent, LifeKind, LifePlaces, Surroundings, events_of
from milestones.selectors.timelines import Timeline
from milestones.selectors.visits import VisitRow

_CHANGED = frozenset({LifeKind.RESULTS, LifeKind.TREATMENT, LifeKind.SIDE_EFFECTS})
_NO_VISIT_CHANGES = 6


def visit_before(timeline: Timeline, visits: Sequence[VisitRow]) -> VisitRow | None:
    """Return the last visit before today, or None."""
    return next((row for row in reversed(visits) if row.counts and row.visit_on < timeline.today), None)


def since_words(last: VisitRow | None) -> str:
    """Return since when the changes are, in words."""
    if last is None:
        return _("No earlier visit is on record here. These are the newest entries.")
    return _("Since the visit on %(date)s") % {"date": phrases.long_date(last.visit_on)}


def changes_since(
    last: VisitRow | None, timeline: Timeline, around: Surroundings, places: LifePlaces
) -> list[LifeEvent]:
    """Return results, medicines and side effects since a visit, newest first; without one, the newest entries.

    A sample that was taken on the day of the visit has its result afterwards, so that it is new.
    """
    events = [event for event in events_of(timeline, around, places) if event.kind in _CHANGED]
    if last is None:
        return events[:_NO_VISIT_CHANGES]
    return [
        event
        for event in events
        if event.on > last.visit_on or (event.on == last.visit_on and event.kind is LifeKind.RESULTS)
    ]
