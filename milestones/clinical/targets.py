"""The published goals of one line of treatment as days: what is asked for when, and what comes next.

Source: clinical rules, section 4. The limits stand in the rule-set files, the windows in ``treatment``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from milestones.clinical.guidelines.loader import RuleSet, TimePoint
from milestones.clinical.treatment import AFTER_FIRST_DAY, WINDOWS, TreatmentLine


@dataclass(frozen=True, slots=True)
class Target:
    """One published goal: a level of at most ``limit`` (in %IS, inclusive) from ``first_on`` to ``last_on``.

    Both days are inclusive; ``last_on`` None: from then on.
    """

    time_point: TimePoint
    limit: Decimal
    first_on: date
    last_on: date | None


def targets_of(rule_set: RuleSet, line: TreatmentLine, *, response_kept: bool = False) -> tuple[Target, ...]:
    """Return the goals that a rule set publishes for a line of treatment, in order of time.

    Args:
        rule_set: the rules; a time point that they do not judge has no goal.
        line: the line; days are counted from its first dose.
        response_kept: MMR was held when the line began, so that only the last row of the rules judges it.
    """
    start = line.started_on
    targets = []
    if not response_kept:
        for window in WINDOWS:
            limit = _limit_at(rule_set, window.time_point)
            if limit is not None:
                first, last = (start + timedelta(days=day) for day in (window.first_day, window.last_day))
                targets.append(Target(window.time_point, limit, first, last))
    limit = _limit_at(rule_set, TimePoint.AFTER)
    if limit is not None:
        first = start if response_kept else start + timedelta(days=AFTER_FIRST_DAY)
        targets.append(Target(TimePoint.AFTER, limit, first, None))
    return tuple(targets)


def target_at(targets: Sequence[Target], day: date) -> Target | None:
    """Return the goal that a day looks at: the one whose days it lies in, else the next one; None after the last."""
    return next((target for target in targets if target.last_on is None or target.last_on >= day), None)


def _limit_at(rule_set: RuleSet, point: TimePoint) -> Decimal | None:
    """Return the highest level of the first band of a time point: what is at the goal."""
    bands = rule_set.bands.get(point)
    return bands[0].up_to if bands else None
