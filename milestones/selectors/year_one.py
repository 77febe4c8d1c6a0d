"""MMR in the first year, in words: on home, and by itself on the page of goals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from milestones.clinical.goals import GoalProgress
from milestones.clinical.guidelines.loader import TimePoint
from milestones.clinical.milestones import YearOneMmr, YearOneStatus, is_above_mmr
from milestones.explanations import phrases
from milestones.explanations.catalogue import explain
from milestones.selectors.timelines import Timeline

_YEAR_MONTHS = 12
_HELD = {
    True: _lazy("it held"),
    False: _lazy("above the line"),
    None: _lazy("it has not come yet"),
}


@dataclass(frozen=True, slots=True)
class YearOneCard:
    """MMR in the first year: a title, twelve months as classes (none where there is nothing to draw), a sentence."""

    title: str
    months: tuple[str, ...]
    text: str


def shows_year_one(timeline: Timeline) -> bool:
    """Whether the first year is news to this person: not after it was kept or lost, and not off the scale."""
    goal = timeline.course.year_one
    if goal.status in (YearOneStatus.NO_TREATMENT, YearOneStatus.KEPT) or timeline.course.remission is not None:
        return False
    if goal.status is YearOneStatus.NOT_REACHED and not settings.PATIENT_VERDICTS:
        return False
    # MMR is a word of the International Scale: off it, nobody can say that it was not reached.
    # What was reached is no news to somebody who has just lost it.
    return not _is_off_scale(timeline) and not _is_lost(timeline)


def year_one_card(timeline: Timeline) -> YearOneCard | None:
    """Return the first year as home shows it, or None where it is no news."""
    goal = timeline.course.year_one
    if not shows_year_one(timeline):
        return None
    held = _("it is this one") if _was_month_12(timeline, goal.reached_on) else _HELD[goal.held_at_12]
    words = explain(
        goal.status,
        month=str(goal.month or goal.current_month or ""),
        months_left=phrases.months(goal.months_left or 0),
        goal_date=phrases.long_date(goal.goal_on) if goal.goal_on else "",
        reached_date=phrases.long_date(goal.reached_on) if goal.reached_on else "",
        held=str(held),
    )
    return YearOneCard(words.title, _ribbon(timeline, goal), words.body)


def _was_month_12(timeline: Timeline, reached_on: date | None) -> bool:
    """Whether the test that first showed MMR is the one that answers month 12: it cannot show that MMR held."""
    return any(
        entry.observation.collected_on == reached_on
        for entry in timeline.course.entries
        if entry.place.answers and entry.place.time_point is TimePoint.MONTH_12
    )


def year_one_goal(timeline: Timeline) -> YearOneCard:
    """Return the goal of the first year as the page of goals shows it: always, and with where it stands."""
    card = year_one_card(timeline)
    if card is not None:
        return card
    goal = timeline.course.year_one
    if timeline.course.remission is not None:
        return YearOneCard(
            _("Treatment is stopped"),
            (),
            _("The goal of the first year is about treatment. The line to stay at or below is 0.1% (MMR)."),
        )
    if goal.status in (YearOneStatus.NO_TREATMENT, YearOneStatus.KEPT):
        words = explain(goal.status)
    elif _is_off_scale(timeline):
        words = explain(GoalProgress.NO_RESULT)
    elif _is_lost(timeline) and goal.reached_on is not None:
        latest = phrases.long_date(timeline.rows[-1].observation.collected_on)
        reached = phrases.long_date(goal.reached_on)
        words = explain(
            GoalProgress.REACHED_ONCE, reached_date=reached, latest_date=latest, level=_("MMR (0.1% or lower)")
        )
    else:
        return YearOneCard(
            _("A published goal"), (), _("Guidelines name MMR (0.1% or lower) at 12 months of treatment as a goal.")
        )
    return YearOneCard(words.title, (), words.body)


def _is_off_scale(timeline: Timeline) -> bool:
    return bool(timeline.rows) and not any(entry.finding.on_is for entry in timeline.course.entries)


def _is_lost(timeline: Timeline) -> bool:
    goal = timeline.course.year_one
    return goal.reached_on is not None and is_above_mmr(timeline.course.entries[-1].finding)


def _ribbon(timeline: Timeline, goal: YearOneMmr) -> tuple[str, ...]:
    """Return twelve months as classes: past or goal, the month MMR was reached, now, and those with a test."""
    current = len(timeline.lines) - 1
    tested = {
        max(1, min(_YEAR_MONTHS, -(-entry.place.day * 12 // 365)))
        for entry in timeline.course.entries
        if entry.place.line == current and entry.place.day is not None and 0 <= entry.place.day <= 380
    }
    months = []
    for month in range(1, _YEAR_MONTHS + 1):
        classes = ["test"] if month in tested else []
        if goal.month is not None and goal.month <= _YEAR_MONTHS and month >= goal.month:
            classes += ["goal", "reached"] if month == goal.month else ["goal"]
        elif goal.current_month is not None and month == goal.current_month:
            classes.append("now")
        elif goal.current_month is None or month < goal.current_month:
            classes.append("past")
        months.append(" ".join(classes))
    return tuple(months)
