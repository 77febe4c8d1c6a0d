"""How far an observation is below the same person's own level at diagnosis or before treatment.

It decides where there is no value on the International Scale. Source: clinical rules, section 2.
"""

from __future__ import annotations

from decimal import Decimal

from milestones.clinical.levels import LevelReason, ResponseLevel
from milestones.clinical.observation import Observation, ReadingKind, Scale, effective_scale
from milestones.clinical.quantity import EXACT, Comparator, times_below

THREE_LOG = Decimal(1_000)
_FOUR_LOG = Decimal(10_000)
_L = ResponseLevel


def times_below_baseline(
    observation: Observation, baseline: Observation, percent: Decimal | None, factor: Decimal
) -> Decimal | None:
    """Return how many times below the own baseline a value is; None where the two tests cannot be compared.

    Args:
        observation: the result whose value it is.
        baseline: the person's own level at diagnosis or before treatment.
        percent: the value in %IS, or None where it has none.
        factor: what turns a percentage of this laboratory into %IS; 1 on the scale.
    """
    start = _baseline_start(baseline)
    if percent is None or start is None or observation.reading.comparator.is_lower_bound:
        return None
    if not _is_comparable(observation, baseline, laboratory_decides=False):
        return None
    return times_below(start if factor == 1 else EXACT.multiply(start, factor), percent)


def level_below_baseline(
    observation: Observation,
    baseline: Observation | None,
    scale: Scale,
    low: Decimal | None,
    high: Decimal | None,
) -> tuple[ResponseLevel, LevelReason, Decimal | None]:
    """Return level, reason and fold below the own baseline: at least 1,000-fold is 3-log, at least 10,000-fold 4-log.

    Args:
        observation: the result.
        baseline: the person's own level at diagnosis or before treatment, if known.
        scale: the scale that report and answer agree on.
        low: the least value in percent that the reading leaves open, or None where nothing is known.
        high: the highest, or None above a bound.
    """
    if scale is Scale.UNKNOWN:
        return _L.NOT_EVALUABLE, LevelReason.SCALE_UNKNOWN, None
    if baseline is None:
        return _L.NOT_EVALUABLE, LevelReason.NO_OWN_BASELINE, None
    start = _baseline_start(baseline)
    if start is None or not _is_comparable(observation, baseline, laboratory_decides=True):
        return _L.NOT_EVALUABLE, LevelReason.BASELINE_NOT_COMPARABLE, None
    if low is None:
        kind = observation.reading.kind
        unknown = LevelReason.DEPTH_UNKNOWN if kind is ReadingKind.NOT_DETECTED else LevelReason.NO_BOUND
        return _L.NOT_EVALUABLE, unknown, None
    if high is None:
        # Above x the fold is below start / x, so only the shallowest level can be proved.
        strict = observation.reading.comparator is Comparator.GT
        edge = THREE_LOG * low
        below = start < edge or (start == edge and strict)
        if below and baseline.reading.comparator is Comparator.EQ:
            return _L.OWN_BELOW_3_LOG, LevelReason.OWN_BASELINE, None
        return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE, None
    fold = times_below(start, high)
    if fold >= _FOUR_LOG:
        return _L.OWN_4_LOG, LevelReason.OWN_BASELINE, fold
    if fold >= THREE_LOG:
        return _L.OWN_3_LOG, LevelReason.OWN_BASELINE, fold
    is_exact = low == high and baseline.reading.comparator is Comparator.EQ
    if is_exact:
        return _L.OWN_BELOW_3_LOG, LevelReason.OWN_BASELINE, fold
    return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE, fold


def _is_comparable(observation: Observation, baseline: Observation, *, laboratory_decides: bool) -> bool:
    """Whether two observations of one person share scale, transcript, specimen, method and laboratory."""
    scale = effective_scale(observation)
    same = (
        scale is not Scale.UNKNOWN
        and scale is effective_scale(baseline)
        and observation.transcript is baseline.transcript
        and observation.specimen is baseline.specimen
        and observation.method == baseline.method
    )
    if not laboratory_decides and not (observation.laboratory and baseline.laboratory):
        return same
    return same and observation.laboratory == baseline.laboratory


def _baseline_start(baseline: Observation) -> Decimal | None:
    """Return the least percentage that the own baseline proves, or None if it proves none."""
    reading = baseline.reading
    if reading.kind is not ReadingKind.NUMBER or reading.comparator.is_upper_bound:
        return None
    return reading.value
