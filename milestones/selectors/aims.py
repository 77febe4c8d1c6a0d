"""The one goal that holds for this person now, in words: on the ladder, in the chart and in its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from milestones.clinical.guidelines.loader import TimePoint
from milestones.clinical.levels import MMR_LIMIT
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.targets import Target, target_at, targets_of
from milestones.explanations import phrases
from milestones.selectors.timelines import Timeline

_MONTHS = {TimePoint.MONTH_3: 3, TimePoint.MONTH_6: 6, TimePoint.MONTH_12: 12}


@dataclass(frozen=True, slots=True)
class Aim:
    """A level to be at or below: its limit in %IS, its name beside a step, and one sentence."""

    limit: Decimal
    name: str
    sentence: str


def targets_now(timeline: Timeline) -> tuple[Target, ...]:
    """Return the published goals of the line of treatment that goes on; none off treatment or before it."""
    if not timeline.lines or timeline.course.remission is not None:
        return ()
    kept = timeline.course.year_one.status is YearOneStatus.KEPT
    return targets_of(timeline.rule_set, timeline.lines[-1], response_kept=kept)


def aim_now(timeline: Timeline) -> Aim | None:
    """Return the goal that today looks at; after stopping the line to stay at or below; None where there is none."""
    if timeline.course.remission is not None:
        said = _("The line to stay at or below is %(limit)s.") % {"limit": phrases.percent(MMR_LIMIT)}
        return Aim(MMR_LIMIT, _("your line"), said)
    target = target_at(targets_now(timeline), timeline.today)
    if target is None:
        return None
    limit = phrases.percent(target.limit)
    month = _MONTHS.get(target.time_point)
    if month is None:
        return Aim(target.limit, _("your goal"), _("The goal now is %(limit)s or lower.") % {"limit": limit})
    said = _("The goal for month %(month)s is %(limit)s or lower.") % {"month": month, "limit": limit}
    return Aim(target.limit, _("goal for month %(month)s") % {"month": month}, said)


def month_of(target: Target) -> int | None:
    """Return the month of treatment that a goal is set for; None for the one that holds from then on."""
    return _MONTHS.get(target.time_point)
