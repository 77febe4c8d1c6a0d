"""The response level of one observation, with its reason. Computed on read, never stored.

Limits are inclusive and in %IS, exactly as published; levels are compared as printed, never as logarithms.
Source: clinical rules, sections 1 to 3; Hughes 2006, doi:10.1182/blood-2006-01-0092; Cross 2015,
doi:10.1038/leu.2015.29, Table 1.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.quantity import EXACT, STANDARD_START, Comparator, times_below
from milestones.clinical.units import Unit, log_reduction_to_percent


class ResponseLevel(StrEnum):
    """A response level, in the words of the batch command's ``level`` column."""

    ABOVE_10 = ">10%"
    MR1 = "MR1"
    MR2 = "MR2"
    MMR = "MMR"
    MR4 = "MR4"
    MR4_5 = "MR4.5"
    MR5 = "MR5"
    OWN_BELOW_3_LOG = "<3-log own baseline"
    OWN_3_LOG = "3-log own baseline"
    OWN_4_LOG = "4-log own baseline"
    NOT_EVALUABLE = "not evaluable"


class LevelReason(StrEnum):
    """Why a level, or no level, was given."""

    BY_VALUE = "by value"
    BY_BOUND = "by bound"
    BY_DETECTION_LIMIT = "by detection limit"
    BY_COPIES = "by control-gene copies"
    CAPPED_BY_COPIES = "capped by control-gene copies"
    STATED_BY_LABORATORY = "as stated by the laboratory"
    OWN_BASELINE = "by own baseline"
    SCALE_UNKNOWN = "scale unknown"
    SCALE_CONTRADICTION = "scale contradicts the report"
    TRANSCRIPT_UNKNOWN = "transcript unknown"
    NO_OWN_BASELINE = "no own baseline"
    BASELINE_NOT_COMPARABLE = "own baseline not comparable"
    CONTROL_GENE_UNSUITABLE = "control gene unsuitable"
    NOT_DEEP_ENOUGH = "sample not deep enough"
    DEPTH_UNKNOWN = "depth unknown"
    NO_BOUND = "detected without a number"
    BOUND_TOO_WIDE = "bound proves no level"
    LOG_REDUCTION_NOT_IS = "log reduction not on the International Scale"
    NO_RESULT = "no result"


class LevelFlag(StrEnum):
    """Something to show beside a level."""

    NEAR_LIMIT = "near a limit"
    PRINTED_LEVEL_CONTRADICTS = "printed level contradicts the percentage"
    CONVERTED_BY_FACTOR = "converted by laboratory factor"
    IS_NOT_VALID_FOR_TRANSCRIPT = "International Scale not valid for this transcript"
    FEW_COPIES = "few control-gene copies"
    COPIES_WITHOUT_GENE = "copies without a control gene"
    BASELINES_DIFFER = "standard and own baseline differ"
    BONE_MARROW = "bone marrow"


_L = ResponseLevel
MR1_LIMIT = Decimal(10)
MR2_LIMIT = Decimal(1)
MMR_LIMIT = Decimal("0.1")
MR4_LIMIT = Decimal("0.01")
MR4_5_LIMIT = Decimal("0.0032")
MR5_LIMIT = Decimal("0.001")

# Deepest first; a limit belongs to the deeper level.
IS_LIMITS: tuple[tuple[Decimal, ResponseLevel], ...] = (
    (MR5_LIMIT, _L.MR5),
    (MR4_5_LIMIT, _L.MR4_5),
    (MR4_LIMIT, _L.MR4),
    (MMR_LIMIT, _L.MMR),
    (MR2_LIMIT, _L.MR2),
    (MR1_LIMIT, _L.MR1),
)
LIMIT_OF: dict[ResponseLevel, Decimal] = {level: limit for limit, level in IS_LIMITS}
RANK: dict[ResponseLevel, int] = {
    level: rank for rank, level in enumerate((_L.ABOVE_10, *(level for _, level in reversed(IS_LIMITS))))
}
OWN_LEVELS = frozenset({_L.OWN_BELOW_3_LOG, _L.OWN_3_LOG, _L.OWN_4_LOG})

_COPIES_FOR: dict[ControlGene, tuple[tuple[int, ResponseLevel], ...]] = {
    ControlGene.ABL1: ((100_000, _L.MR5), (32_000, _L.MR4_5), (10_000, _L.MR4)),
    ControlGene.GUSB: ((240_000, _L.MR5), (77_000, _L.MR4_5), (24_000, _L.MR4)),
}
_THREE_LOG = Decimal(1_000)
_FOUR_LOG = Decimal(10_000)

# "Within 5 % of a limit" is within what the test can tell (clinical rules, section 1, rule 4).
_NEAR = tuple((limit * Decimal("0.95"), limit * Decimal("1.05")) for limit, _ in IS_LIMITS)
_NO_FLAGS: frozenset[LevelFlag] = frozenset()
_ZERO = Decimal(0)
_ONE = Decimal(1)  # the factor of a percentage that is on its scale already
_MMR_RANK = RANK[_L.MMR]
_MR4_RANK = RANK[_L.MR4]


class LevelFinding(NamedTuple):
    """The level of one observation, and what it rests on.

    ``percent_is`` is the printed (or converted) %IS that ``comparator`` belongs to, ``None`` off the scale. ``low``
    and ``high`` hold the interval, in percent, in which the measured value lies for certain: equal for a measured
    value, ``low`` 0 for "not detected" or below a bound, ``high`` None above one; both None where nothing is known.
    ``depth`` is the deepest level that the sample could have shown. ``on_is`` tells which scale the interval is on.
    """

    level: ResponseLevel
    reason: LevelReason
    percent_is: Decimal | None = None
    comparator: Comparator = Comparator.EQ
    low: Decimal | None = None
    high: Decimal | None = None
    on_is: bool = False
    depth: ResponseLevel | None = None
    times_below_diagnosis: Decimal | None = None
    flags: frozenset[LevelFlag] = _NO_FLAGS

    @property
    def is_evaluable(self) -> bool:
        """Whether the finding names a level."""
        return self.level is not _L.NOT_EVALUABLE

    @property
    def is_mmr_or_deeper(self) -> bool:
        """Whether the level is MMR or deeper on the International Scale; never true of an own-baseline level."""
        return RANK.get(self.level, 0) >= _MMR_RANK

    @property
    def is_mr4_or_deeper(self) -> bool:
        """Whether the level is MR4 (deep molecular response) or deeper on the International Scale."""
        return RANK.get(self.level, 0) >= _MR4_RANK

    @property
    def ceiling(self) -> Decimal | None:
        """The highest %IS that level and interval leave open, for a verdict; None if open or unknown."""
        limit = LIMIT_OF.get(self.level)
        if self.reason is LevelReason.CAPPED_BY_COPIES and limit is not None:
            return limit
        return self.high

    @property
    def times_below_standard(self) -> Decimal | None:
        """How many times below the standard 100 % the printed value is (at least, for a bound); None off the scale."""
        return None if self.percent_is is None else times_below(STANDARD_START, self.percent_is)


def effective_scale(observation: Observation) -> Scale | None:
    """Return the scale that report and answer agree on, or None where they contradict each other."""
    given, printed = observation.scale, observation.reading.scale
    if given is printed or printed is Scale.UNKNOWN:
        return given
    if given is Scale.UNKNOWN:
        return printed
    return None


def level_by_value(percent: Decimal) -> ResponseLevel:
    """Return the deepest level whose limit is at or above ``percent`` (in %IS, above 0)."""
    for limit, level in IS_LIMITS:
        if percent <= limit:
            return level
    return _L.ABOVE_10


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
    fold = _times_below_baseline(observation, baseline, percent, factor) if baseline is not None else None
    if level is not _L.NOT_EVALUABLE:
        if observation.reading.log_reduction is not None and _printed_level_contradicts(
            observation.reading, percent, level
        ):
            flags.add(LevelFlag.PRINTED_LEVEL_CONTRADICTS)
        if low is None and high is None:
            low, high = _ZERO, LIMIT_OF[level]
        is_measured = comparator is Comparator.EQ and fold is not None
        if is_measured and fold is not None and (fold >= _THREE_LOG) is not (RANK[level] >= _MMR_RANK):
            flags.add(LevelFlag.BASELINES_DIFFER)
    return LevelFinding(
        level, reason, percent, comparator, low, high, True, depth, fold, frozenset(flags) if flags else _NO_FLAGS
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


def _times_below_baseline(
    observation: Observation, baseline: Observation, percent: Decimal | None, factor: Decimal
) -> Decimal | None:
    """Return how many times below the own baseline ``percent`` is (in %IS), if the tests can be compared."""
    start = _baseline_start(baseline)
    if percent is None or start is None or observation.reading.comparator.is_lower_bound:
        return None
    if not _is_comparable(observation, baseline, laboratory_decides=False):
        return None
    return times_below(start if factor is _ONE else EXACT.multiply(start, factor), percent)


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
    level, reason, fold = _own_level(observation, baseline, scale, low, high)
    return LevelFinding(
        level,
        reason,
        comparator=observation.reading.comparator,
        low=low,
        high=high,
        times_below_diagnosis=fold,
        flags=frozenset(flags),
    )


def _own_level(
    observation: Observation,
    baseline: Observation | None,
    scale: Scale,
    low: Decimal | None,
    high: Decimal | None,
) -> tuple[ResponseLevel, LevelReason, Decimal | None]:
    """Return level, reason and fold below the own baseline."""
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
        edge = _THREE_LOG * low
        below = start < edge or (start == edge and strict)
        if below and baseline.reading.comparator is Comparator.EQ:
            return _L.OWN_BELOW_3_LOG, LevelReason.OWN_BASELINE, None
        return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE, None
    fold = times_below(start, high)
    if fold >= _FOUR_LOG:
        return _L.OWN_4_LOG, LevelReason.OWN_BASELINE, fold
    if fold >= _THREE_LOG:
        return _L.OWN_3_LOG, LevelReason.OWN_BASELINE, fold
    is_exact = low == high and baseline.reading.comparator is Comparator.EQ
    if is_exact:
        return _L.OWN_BELOW_3_LOG, LevelReason.OWN_BASELINE, fold
    return _L.NOT_EVALUABLE, LevelReason.BOUND_TOO_WIDE, fold
