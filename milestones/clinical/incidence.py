"""The share of lines of treatment in which something has happened by a day, where something else may come first.

The estimator of Aalen and Johansen, in exact fractions. Source: Aalen 1978, doi:10.2307/4615704; worked numbers in
Satagopan 2004, doi:10.1038/sj.bjc.6602102, table 2. Why it is our own: docs/decisions/0014-cumulative-incidence.md
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Outcome(StrEnum):
    """How the time that was seen of one line ended."""

    EVENT = "event"
    COMPETING = "competing event"
    CENSORED = "censored"


@dataclass(frozen=True, slots=True)
class Followed:
    """One line: how many days were seen of it, and what ended them."""

    days: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class IncidenceStep:
    """A day on which something happened.

    ``at_risk`` is the number just before it; ``events`` and ``competing`` what happened on it. ``incidence`` and
    ``competing_incidence`` are the shares from 0 to 1 up to and with that day.
    """

    day: int
    at_risk: int
    events: int
    competing: int
    incidence: Fraction
    competing_incidence: Fraction


def cumulative_incidence(lines: Sequence[Followed]) -> tuple[IncidenceStep, ...]:
    """Return the steps of both curves, in order of time.

    Args:
        lines: in any order. Who is censored on a day is at risk on it.
    """
    days = sorted({line.days for line in lines if line.outcome is not Outcome.CENSORED})
    free, incidence, competing_incidence = Fraction(1), Fraction(0), Fraction(0)
    steps = []
    for day in days:
        at_risk = sum(line.days >= day for line in lines)
        events = sum(line.days == day and line.outcome is Outcome.EVENT for line in lines)
        competing = sum(line.days == day and line.outcome is Outcome.COMPETING for line in lines)
        incidence += free * Fraction(events, at_risk)
        competing_incidence += free * Fraction(competing, at_risk)
        free *= Fraction(at_risk - events - competing, at_risk)
        steps.append(IncidenceStep(day, at_risk, events, competing, incidence, competing_incidence))
    return tuple(steps)


def incidence_by(steps: Sequence[IncidenceStep], day: int) -> tuple[Fraction, Fraction]:
    """Return both shares at the end of a day: what was asked about, and what came before it."""
    before = [step for step in steps if step.day <= day]
    return (before[-1].incidence, before[-1].competing_incidence) if before else (Fraction(0), Fraction(0))


def at_risk_on(lines: Sequence[Followed], day: int) -> int:
    """Return how many lines are still followed on a day, nothing having happened in them before it."""
    return sum(line.days >= day for line in lines)
