"""Results of the team that the person does not see yet: that they are there, from which day, and how they open."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from milestones.explanations import phrases
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class CoveredResult:
    """One such result; ``can_open`` if it waits for nothing but the person."""

    id: UUID
    title: str
    text: str
    can_open: bool


def covered_results(timeline: Timeline) -> tuple[CoveredResult, ...]:
    """Return them, the newest first."""
    return tuple(describe_covered(row, timeline) for row in reversed(timeline.covered))


def describe_covered(row: ResultRow, timeline: Timeline) -> CoveredResult:
    """Return what is said of a result that is not shown yet."""
    day = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    title = _("Your team has the result of the test of %(date)s") % {"date": day}
    if row.held_until is not None and row.held_until > timeline.today:
        until = phrases.long_date(row.held_until)
        text = _("They want to talk about it with you first. It opens here on %(date)s.") % {"date": until}
        return CoveredResult(row.id, title, text, can_open=False)
    return CoveredResult(row.id, title, _("It opens when you are ready, and you asked for that."), can_open=True)
