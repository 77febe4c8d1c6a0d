"""The response level of one observation, with its reason. Computed on read, never stored.

Levels are compared as printed, never as logarithms.
Source: clinical rules, sections 1 to 3; Hughes 2006, doi:10.1182/blood-2006-01-0092; Cross 2015,
doi:10.1038/leu.2015.29, Table 1.
"""

from __future__ import annotations

from decimal import Decimal

from milestones.clinical.levels import (
    IS_LIMITS,
    LIMIT_OF,
    MR1_LIMIT,
    NO_FLAGS,
    RANK,
    LevelFinding,
    LevelFlag,
    LevelReason,
    ResponseLevel,
    level_by_value,
)
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
    effective_scale,
)
from milestones.clinical.own_baseline import THREE_LOG, level_below_baseline, times_below_baseline
from milestones.clinical.quantity import EXACT, Comparator
from milestones.clinical.units import Unit, log_reduction_to_percent

_L = ResponseLevel
_COPIES_FOR: dict[ControlGene, tuple[tuple[int, ResponseLevel], ...]] = {
    ControlGene.ABL1: ((100_000, _L.MR5), (32_000, _L.MR4_5), (10_000, _L.MR4)),
    ControlGene.GUSB: ((240_000, _L.MR5), (77_000, _L.MR4_5), (24_000, _L.MR4)),
}
# "Within 5 % of a limit" is within what the test can tell (clinical rules, section 1, rule 4).
_NEAR = tuple((limit * Decimal("0.95"), limit * Decimal("1.05")) for limit, _ in IS_LIMITS)
_ZERO = Decimal(0)
_ONE = Decimal(1)  # the factor of a percentage that is on its scale already
_MMR_RANK = RANK[_L.MMR]


def depth_by_copies(control_gene: ControlGene, copies: int | None) -> ResponseLevel | None:
    """Return the deepest level that a sample with so many control-gene copies can show.

    Args:
        control_gene: only ABL1 and GUSB have published rows.
        copies: number of control-gene copies, or None if unknown.

    Returns:
        ``MR4``, ``MR4_5`` or ``MR5``; None under the MR4 row, or where copies or rows are not known.
        Source: Cross 2015, Table 1.
    """
    if copies is None:
        return None
    for least, level in _COPIES_FOR.get(control_gene, ()):
        if copies >= least:
            return level
    return None


def has_known_copies(observation: Observation) -> bool:
    """Whether copies of a control gene with published rows are known."""
    return observation.control_gene_copies is not None and observation.control_gene in _COPIES_FOR


def classify_level(observation: Observation, baseline: Observation | None = None) -> LevelFinding:
    """Return the response level of an observation, or "not evaluable" with its reason.

    Args:
        observation: one result; its reading is in percent of the control gene.
        baseline: the same person's own level at diagnosis or before treatment, if known. It decides where there is
            no value on the International Scale, and is shown beside the level where there is.

    Returns:
        A finding; nothing raises. Unknown scale, transcript or depth give "not evaluable", never a level.
        Source: clinical rules, sections 2 and 3.
    """
    if observation.reading.kind is ReadingKind.NO_RESULT:
        return _none(LevelReason.NO_RESULT)
    scale = effective_scale(observation)
    if scale is None:
        return _none(LevelReason.SCALE_CONTRADICTION)
    if observation.transcript is Transcript.UNKNOWN:
        return _none(LevelReason.TRANSCRIPT_UNKNOWN)
    if observation.control_gene is ControlGene.OTHER:
        return _none(LevelReason.CONTROL_GENE_UNSUITABLE)
    if observation.transcript is Transcript.OTHER:
        flag = {LevelFlag.IS_NOT_VALID_FOR_TRANSCRIPT} if scale is Scale.IS else set()
        return _classify_own_baseline(observation, baseline, scale, flag)
    if scale is Scale.IS:
        return _classify_is(observation, _ONE, baseline, set())
    if scale is Scale.NOT_IS:
        if observation.conversion_factor is not None:
            flag = {LevelFlag.CONVERTED_BY_FACTOR}
            return _classify_is(observation, observation.conversion_factor, baseline, flag)
        return _classify_own_baseline(observation, baseline, scale, set())
    if _states_mr_level_only(observation.reading):
        return _classify_is(observation, _ONE, baseline, set())
    low, high = _interval(observation.reading, _ONE)
    return LevelFinding(_L.NOT_EVALUABLE, LevelReason.SCALE_UNKNOWN, low=low, high=high)


def _none(reason: LevelReason) -> LevelFinding:
    return LevelFinding(_L.NOT_EVALUABLE, reason)


def _states_mr_level_only(reading: Reading) -> bool:
    """Whether the report gives an MR level and no value: MR levels exist on the International Scale alone."""
    return (
        reading.log_reduction is not None
        and reading.kind is not ReadingKind.NUMBER
        and reading.unit is not Unit.LOG_REDUCTION
    )


def _interval(reading: Reading, factor: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Return the interval, in percent times ``factor``, that the reading proves."""
    if reading.kind is ReadingKind.NUMBER and reading.value is not None:
        value = reading.value if factor is _ONE or factor == 1 else EXACT.multiply(reading.value, factor)
        if reading.comparator is Comparator.EQ:
            return value, value
        return (_ZERO, value) if reading.comparator.is_upper_bound else (value, None)
    if reading.kind is ReadingKind.NOT_DETECTED and reading.limit_of_detection is not None:
        return _ZERO, EXACT.multiply(reading.limit_of_detection, factor)
    return None, None


def _classify_is(
    observation: Observation, factor: Decimal, baseline: Observation | None, flags: set[LevelFlag]
) -> LevelFinding:
    """Classify an observation on the International Scale; ``factor`` turns its percentage into %IS."""
    depth = depth_by_copies(observation.control_gene, observation.control_gene_copies)
    low, high = _interval(observation.reading, factor)
    level, reason = _level_on_is(observation, low, high, depth)
    percent, comparator = _percent_shown(observation.reading, low, high)
    _add_sample_flags(flags, observation, depth)
    if percent is not None and comparator is Comparator.EQ and _is_near_limit(percent):
        flags.add(LevelFlag.NEAR_LIMIT)
    fold = times_below_baseline(observation, baseline, percent, factor) if baseline is not None else None
    if level is not _L.NOT_EVALUABLE:
        if observation.reading.log_reduction is not None and _printed_level_contradicts(
            observation.reading, percent, level
        ):
            flags.add(LevelFlag.PRINTED_LEVEL_CONTRADICTS)
        if low is None and high is None:
            low, high = _ZERO, LIMIT_OF[level]
        is_measured = comparator is Comparator.EQ and fold is not None
        if is_measured and fold is not None and (fold >= THREE_LOG) is not (RANK[level] >= _MMR_RANK):
            flags.add(LevelFlag.BASELINES_DIFFER)
    return LevelFinding(
        level, reason, percent, comparator, low, high, True, depth, fold, frozenset(flags) if flags else NO_FLAGS
    )


def _percent_shown(reading: Reading, low: Decimal | None, high: Decimal | None) -> tuple[Decimal | None, Comparator]:
    """Return the %IS that is shown, and its comparator; for "not detected" the stated limit, as a bound."""
    if reading.kind is ReadingKind.NUMBER:
        return (low if high is None else high), reading.comparator
    if reading.kind is ReadingKind.NOT_DETECTED and high is not None:
        return high, Comparator.LT
    return None, Comparator.EQ


def _add_sample_flags(flags: set[LevelFlag], observation: Observation, depth: ResponseLevel | None) -> None:
    """Flag what the sample itself makes worth showing."""
    if observation.specimen is Specimen.BONE_MARROW:
        flags.add(LevelFlag.BONE_MARROW)
    if observation.control_gene_copies is not None and depth is None:
        if observation.control_gene is ControlGene.UNKNOWN:
            flags.add(LevelFlag.COPIES_WITHOUT_GENE)
        elif observation.control_gene in _COPIES_FOR:
            flags.add(LevelFlag.FEW_COPIES)


def _level_on_is(
    observation: Observation, low: Decimal | None, high: Decimal | None, depth: ResponseLevel | None
) -> tuple[ResponseLevel, LevelReason]:
    """Return level and reason for an observation on the International Scale, from the interval that it proves."""
    reading = observation.reading
    if reading.kind is ReadingKind.NUMBER:
        if high is not None:
            return _level_up_to(high, observation, depth, LevelReason.BY_BOUND)
        return _level_above(low or _ZERO, reading.comparator)
    if reading.kind is ReadingKind.NOT_DETECTED:
        return _level_not_detected(observation, high, depth)
    if reading.kind is ReadingKind.LEVEL_ONLY and reading.log_reduction is not None:
        return _level_stated(observation, reading.log_reduction, depth)
    return _L.NOT_EVALUABLE, LevelReason.NO_BOUND


def _level_up_to(
    high: Decimal, observation: Observation, depth: ResponseLevel | None, bound_reason: LevelReason
) -> tuple[ResponseLevel, LevelReason]:
    """Return the level of a measured value, or of one that lies at or below ``high``; copies cap either.

    A level that copies cap is never below MMR for a detected transcript. Where the report does not say whether it was
    detected, too few copies leave it open.
    """
    reading = observation.reading
    level = level_by_value(high)
    is_measured = reading.kind is ReadingKind.NUMBER and reading.comparator is Comparator.EQ
    if not is_measured:
        if level is _L.ABOVE_10:
            return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE
        if not reading.detected and depth is None and has_known_copies(observation):
            return _L.NOT_EVALUABLE, LevelReason.NOT_DEEP_ENOUGH
    if RANK[level] > _MMR_RANK and has_known_copies(observation):
        deepest = depth or _L.MMR
        if RANK[level] > RANK[deepest]:
            return deepest, LevelReason.CAPPED_BY_COPIES
    return level, LevelReason.BY_VALUE if is_measured else bound_reason


def _level_above(low: Decimal, comparator: Comparator) -> tuple[ResponseLevel, LevelReason]:
    """Return the level of ``>x``: one only where every value above x has it."""
    if low > MR1_LIMIT or (low == MR1_LIMIT and comparator is Comparator.GT):
        return _L.ABOVE_10, LevelReason.BY_BOUND
    return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE


def _level_not_detected(
    observation: Observation, limit: Decimal | None, depth: ResponseLevel | None
) -> tuple[ResponseLevel, LevelReason]:
    """Return the level of "not detected": as deep as copies and stated limit both allow."""
    if depth is None and has_known_copies(observation):
        return _L.NOT_EVALUABLE, LevelReason.NOT_DEEP_ENOUGH
    if limit is not None:
        level = level_by_value(limit)
        if level is _L.ABOVE_10:
            return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE
        if depth is not None and RANK[level] > RANK[depth]:
            return depth, LevelReason.BY_COPIES
        return level, LevelReason.BY_DETECTION_LIMIT
    if depth is not None:
        return depth, LevelReason.BY_COPIES
    if observation.reading.log_reduction is not None:
        return _level_stated(observation, observation.reading.log_reduction, None)
    return _L.NOT_EVALUABLE, LevelReason.DEPTH_UNKNOWN


def _level_stated(
    observation: Observation, log_reduction: Decimal, depth: ResponseLevel | None
) -> tuple[ResponseLevel, LevelReason]:
    """Return the level that the laboratory states, capped by the copies where they are known."""
    if observation.reading.unit is Unit.LOG_REDUCTION and effective_scale(observation) is not Scale.IS:
        return _L.NOT_EVALUABLE, LevelReason.LOG_REDUCTION_NOT_IS
    stated = log_reduction_to_percent(log_reduction)
    return _level_up_to(stated, observation, depth, LevelReason.STATED_BY_LABORATORY)


def _is_near_limit(percent: Decimal) -> bool:
    """Whether a value lies within 5 % of a limit, on either side."""
    for low, high in _NEAR:
        if percent <= high:
            return percent >= low
    return False


def _printed_level_contradicts(reading: Reading, percent: Decimal | None, level: ResponseLevel) -> bool:
    """Whether a printed MR number or level and the percentage cannot both be right.

    A printed number agrees if it is the level's own (MR4.5 beside 0.0032 %); a number with decimals, which may be a
    rounded logarithm, also within one unit of its last digit of ``2 - log10(%IS)``. MMR, MR3, MR4 and MR5 are names
    of levels. Beside "not detected" it contradicts only if it is deeper than the level.
    """
    printed = reading.log_reduction
    if printed is None or reading.kind is ReadingKind.LEVEL_ONLY:
        return False
    stated = level_by_value(log_reduction_to_percent(printed))
    if stated is level:
        return False
    if percent is None or reading.comparator is not Comparator.EQ or reading.kind is ReadingKind.NOT_DETECTED:
        return RANK[stated] > RANK[level]
    last_digit = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    exact = EXACT.subtract(Decimal(2), EXACT.log10(percent))
    return last_digit == 1 or abs(EXACT.subtract(exact, printed)) > last_digit


def _classify_own_baseline(
    observation: Observation, baseline: Observation | None, scale: Scale, flags: set[LevelFlag]
) -> LevelFinding:
    """Return the level of an observation that is not on the International Scale, from the own baseline.

    The level is the fold decrease: at least 1,000-fold is 3-log, at least 10,000-fold is 4-log. It is never called
    MMR, as the guideline limits were set on the International Scale. Source: clinical rules, section 2.
    """
    if observation.specimen is Specimen.BONE_MARROW:
        flags.add(LevelFlag.BONE_MARROW)
    low, high = _interval(observation.reading, _ONE)
    level, reason, fold = level_below_baseline(observation, baseline, scale, low, high)
    return LevelFinding(
        level,
        reason,
        comparator=observation.reading.comparator,
        low=low,
        high=high,
        times_below_diagnosis=fold,
        flags=frozenset(flags),
    )
