"""The words for a response level, its limits, and what a finding holds.

Limits are inclusive and in %IS, exactly as published. Source: clinical rules, section 1; Hughes 2006,
doi:10.1182/blood-2006-01-0092; Cross 2015, doi:10.1038/leu.2015.29, Table 1.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from milestones.clinical.quantity import STANDARD_START, Comparator, times_below


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

NO_FLAGS: frozenset[LevelFlag] = frozenset()
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
    flags: frozenset[LevelFlag] = NO_FLAGS

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


def level_by_value(percent: Decimal) -> ResponseLevel:
    """Return the deepest level whose limit is at or above ``percent`` (in %IS, above 0)."""
    for limit, level in IS_LIMITS:
        if percent <= limit:
            return level
    return _L.ABOVE_10
