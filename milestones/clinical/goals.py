"""How a person's own goal of a level stands: reached on which day, held since when, or how much time is left.

Words are made of these findings and of nothing else: there is no score. Source: clinical rules, sections 1, 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from milestones.clinical.levels import LIMIT_OF, RANK, LevelFinding, ResponseLevel


class GoalProgress(StrEnum):
    """Where a goal of a level stands. The first five are about a level by a day, the next three about staying."""

    REACHED = "level reached by the day"
    REACHED_LATER = "level reached after the day"
    REACHED_ONCE = "level was reached, and the latest result is above it"
    WAITING = "level not reached yet, and there is time left"
    DAY_PASSED = "level not reached, and the day has passed"
    HELD = "level held"
    NOT_THERE_YET = "level not reached yet"
    NOT_NOW = "level was held, and the latest result is above it"
    NO_RESULT = "no result can be held against the level"


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """Where a goal stands; ``since`` and ``latest_on`` are days of samples, ``days_left`` counts to the goal's day.

    ``since`` is the first day at the level: of the run that goes on, or for a level that was left the first of all by
    the goal's day. ``last_at`` is the last day at the level, ``latest_on`` the last day that says anything about it.
    """

    progress: GoalProgress
    since: date | None = None
    last_at: date | None = None
    latest_on: date | None = None
    days_left: int | None = None


def is_at_level(finding: LevelFinding, level: ResponseLevel) -> bool | None:
    """Tell whether a result is at a level of the International Scale or deeper; None where it leaves that open.

    A result off the scale, without a level, or whose bounds or sample depth reach to both sides, leaves it open.
    """
    if not (finding.on_is and finding.is_evaluable):
        return None
    if RANK[finding.level] >= RANK[level]:
        return True
    limit = LIMIT_OF[level]
    low = finding.low
    if low is None or low < limit:
        return None
    is_above = low > limit or (finding.high is None and finding.comparator == ">")
    return False if is_above else None


def assess_level_by(
    dates: Sequence[date], findings: Sequence[LevelFinding], level: ResponseLevel, by_on: date, today: date
) -> GoalStanding:
    """Return where "this level by this day" stands.

    Args:
        dates: the day each sample was taken, in order; only of results that a guideline can judge.
        findings: the level finding of each.
        level: MMR or deeper, on the International Scale.
        by_on: the day; a sample of that day is in time, whenever its result comes.
        today: the day to read it on.
    """
    told = _told(dates, findings, level)
    at_level = [day for day, is_at in told if is_at]
    if told and told[-1][1]:
        since = _run_start(told)
        in_time = [day for day in at_level if day <= by_on]
        if in_time and since > by_on:
            since = in_time[0]  # it was reached in time, left, and reached again
        return GoalStanding(
            GoalProgress.REACHED if since <= by_on else GoalProgress.REACHED_LATER, since, at_level[-1], told[-1][0]
        )
    if at_level:
        return GoalStanding(GoalProgress.REACHED_ONCE, at_level[0], at_level[-1], told[-1][0])
    latest_on = told[-1][0] if told else None
    if today > by_on:
        progress = GoalProgress.DAY_PASSED if told else GoalProgress.NO_RESULT
        return GoalStanding(progress, latest_on=latest_on)
    progress = GoalProgress.WAITING if told else GoalProgress.NO_RESULT
    return GoalStanding(progress, latest_on=latest_on, days_left=(by_on - today).days)


def assess_staying(dates: Sequence[date], findings: Sequence[LevelFinding], level: ResponseLevel) -> GoalStanding:
    """Return where "staying at this level" stands; see ``assess_level_by`` for the arguments."""
    told = _told(dates, findings, level)
    if not told:
        return GoalStanding(GoalProgress.NO_RESULT)
    at_level = [day for day, is_at in told if is_at]
    if told[-1][1]:
        return GoalStanding(GoalProgress.HELD, _run_start(told), at_level[-1], told[-1][0])
    if at_level:
        return GoalStanding(GoalProgress.NOT_NOW, at_level[0], at_level[-1], told[-1][0])
    return GoalStanding(GoalProgress.NOT_THERE_YET, latest_on=told[-1][0])


def _told(dates: Sequence[date], findings: Sequence[LevelFinding], level: ResponseLevel) -> list[tuple[date, bool]]:
    """Return the results that say whether they are at the level, each with its day."""
    pairs = [(day, is_at_level(finding, level)) for day, finding in zip(dates, findings, strict=True)]
    return [(day, is_at) for day, is_at in pairs if is_at is not None]


def _run_start(told: Sequence[tuple[date, bool]]) -> date:
    """Return the first day of the unbroken run at the level that the last result ends."""
    since = told[-1][0]
    for day, is_at in reversed(told):
        if not is_at:
            break
        since = day
    return since
