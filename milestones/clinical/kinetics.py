"""How fast a level falls or rises, for the team's view only: figures, and no verdict.

Source: clinical rules, section 5; Branford 2014, doi:10.1182/blood-2014-03-566323.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import can_be_judged
from milestones.clinical.observation import Observation, ReadingKind
from milestones.clinical.quantity import EXACT, Comparator
from milestones.clinical.trends import Change

_SHOWN = Context(prec=8)
_LN_2 = EXACT.ln(Decimal(2))


@dataclass(frozen=True, slots=True)
class Kinetics:
    """How a level moved between two results.

    ``before`` is the earlier result's place in the series, ``days`` the days between the two samples. One of
    ``halving_days`` and ``doubling_days`` is set, in days; neither where the level is the same.
    """

    before: int
    days: int
    halving_days: Decimal | None = None
    doubling_days: Decimal | None = None


def halving_time_days(then: Decimal, now: Decimal, days: int) -> Decimal | None:
    """Return the days in which the level halves (or, negated, doubles) between two measured percentages.

    ``days * ln 2 / ln(then / now)``, to 8 digits; None where nothing changed or no day passed.

    Args:
        then: the earlier percentage, above 0.
        now: the later one, of the same unit, above 0.
        days: the days between the two samples.

    Source: clinical rules, section 5; Branford 2014, doi:10.1182/blood-2014-03-566323.
    """
    if days <= 0 or then == now:
        return None
    ratio = EXACT.ln(EXACT.divide(then, now))
    return _SHOWN.divide(EXACT.multiply(Decimal(days), _LN_2), ratio)


def measure_kinetics(
    observations: Sequence[Observation], findings: Sequence[LevelFinding], changes: Sequence[Change]
) -> list[Kinetics | None]:
    """Return for each result how fast the level moved since the one that it is compared with.

    Only between two measured values on the International Scale, from blood, that the change itself compares: None
    where either is a bound or not detected, where they cannot be compared, or where both are of one day.

    Args:
        observations: one person's results in order of collection.
        findings: the level finding of each.
        changes: the change of each (``trends.assess_changes``), which names the result before.
    """
    is_measured = [_is_measured(*pair) for pair in zip(observations, findings, strict=True)]
    found: list[Kinetics | None] = []
    for index, change in enumerate(changes):
        before = change.before
        if before is None or not (is_measured[before] and is_measured[index]):
            found.append(None)
            continue
        days = (observations[index].collected_on - observations[before].collected_on).days
        found.append(_between(findings[before].low, findings[index].low, before, days))
    return found


def _is_measured(observation: Observation, finding: LevelFinding) -> bool:
    reading = observation.reading
    is_number = reading.kind is ReadingKind.NUMBER and reading.comparator is Comparator.EQ
    return is_number and bool(finding.low) and can_be_judged(observation, finding)


def _between(then: Decimal | None, now: Decimal | None, before: int, days: int) -> Kinetics | None:
    if then is None or now is None or days <= 0:
        return None
    halving = halving_time_days(then, now, days)
    if halving is None:
        return Kinetics(before, days)
    return Kinetics(before, days, halving) if halving > 0 else Kinetics(before, days, None, -halving)
