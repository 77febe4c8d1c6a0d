"""Where rule sets differ at one time point, and by which of their limits. Source: clinical rules, section 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from milestones.clinical.guidelines.loader import RuleSet, Standing, TimePoint, Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """One rule set's limits at one time point, in %IS, each inclusive for the better side.

    Up to ``goal`` a result is at the goal, above ``failure`` it has the most serious word. None: the rule set has no
    such line here; ``is_judged`` False: it has no verdict at all for this time.
    """

    is_judged: bool
    goal: Decimal | None = None
    failure: Decimal | None = None


def limits_at(rule_set: RuleSet, point: TimePoint) -> Limits:
    """Return the limits of a rule set at a time point."""
    bands = rule_set.bands.get(point)
    if not bands:
        return Limits(is_judged=False)
    goal = failure = None
    for band, following in pairwise(bands):
        if band.verdict.standing is Standing.AT_GOAL:
            goal = band.up_to
        if following.verdict.standing is Standing.ABOVE_GOAL and band.verdict.standing is not Standing.ABOVE_GOAL:
            failure = band.up_to
    return Limits(True, goal, failure)


def standings_differ(verdicts: Sequence[Verdict]) -> bool:
    """Whether rule sets place one result differently.

    Two words for one standing, as optimal and sensitive, do not differ, and one that has no verdict says nothing.
    """
    return len({verdict.standing for verdict in verdicts} - {Standing.NONE}) > 1
