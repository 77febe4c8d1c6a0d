"""Change between results: the one answer to "is this a blip or a trend?".

Source: clinical rules, section 5. Ratios are compared exactly; logarithms are only for showing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum
from typing import NamedTuple

from milestones.clinical.levels import MMR_LIMIT, MR4_5_LIMIT, LevelFinding, LevelReason
from milestones.clinical.observation import Observation, ReadingKind, Scale, Transcript, effective_scale
from milestones.clinical.quantity import EXACT


class ChangeKind(StrEnum):
    """The one vocabulary of change, in the words of the batch command's ``change`` column."""

    FIRST = "first result"
    STEADY = "steady"
    WITHIN_TEST = "within what the test can tell"
    ONE_RISE = "one rise"
    TWO_IN_A_ROW = "two in a row"
    CLEAR_RISE = "clear rise"
    JUST_ABOVE_LINE = "just above the line"
    FALLING = "falling"
    CANNOT_COMPARE = "cannot be compared"
    NOT_DEEP_ENOUGH = "not deep enough to say"
    NO_RESULT = "no result"


RISING = frozenset({ChangeKind.ONE_RISE, ChangeKind.TWO_IN_A_ROW, ChangeKind.CLEAR_RISE, ChangeKind.JUST_ABOVE_LINE})


class Change(NamedTuple):
    """How a result differs from the last one that it can be compared with.

    ``before`` is that result's place in the series. ``at_least`` tells that one of the two is a bound, so that the
    real change may be larger. ``now`` and ``then`` are the two percentages that were compared, None if none were.
    """

    kind: ChangeKind
    before: int | None = None
    then: Decimal | None = None
    now: Decimal | None = None
    at_least: bool = False

    @property
    def log10(self) -> Decimal | None:
        """``log10(now / before)`` to 8 digits, for measured pairs only."""
        if self.then is None or self.now is None or self.at_least:
            return None
        return _SHOWN.subtract(_log10(self.now), _log10(self.then))


_SHOWN = Context(prec=8)
_WORKING = Context(prec=12)
_LN_10 = _WORKING.ln(Decimal(10))
_ONE, _HALF, _THIRD, _QUARTER = (_WORKING.divide(Decimal(1), Decimal(part)) for part in (1, 2, 3, 4))
_LOG10_OF = {leading: _WORKING.log10(Decimal(leading)) for leading in range(100, 1000)}
_FIRST = Change(ChangeKind.FIRST)
_THREE = Decimal(3)
_TEN = Decimal(10)
_HUNDRED = Decimal(100)
_THOUSAND = Decimal(1_000)
_BELOW_THIRD_LOG = Decimal(199)  # 1.99-fold, in hundredths, is 0.299 log


def _log10(value: Decimal) -> Decimal:
    """Return log10 of a printed value, right to at least 9 places.

    The batch command asks for one a row, and the general logarithm would be a third of its time: here it is the
    logarithm of the first three digits, from a table, and four terms of the series for the rest.
    """
    leading, rest = divmod(value, _WORKING.scaleb(_ONE, value.adjusted() - 2))
    step = _WORKING.divide(rest, _WORKING.scaleb(leading, value.adjusted() - 2))
    series = step * (_ONE - step * (_HALF - step * (_THIRD - step * _QUARTER)))
    return _LOG10_OF[int(leading)] + series / _LN_10 + (value.adjusted() - 2)


def rises_by_third_log(then: Decimal, now: Decimal) -> bool:
    """Whether ``now`` is at least 0.3 log above ``then``: ``(now / then) ** 10 >= 10 ** 3``, exactly."""
    if now >= then + then:  # 2-fold is 0.301 log
        return True
    if EXACT.multiply(now, _HUNDRED) < EXACT.multiply(then, _BELOW_THIRD_LOG):
        return False
    return EXACT.power(now, 10) >= EXACT.multiply(_THOUSAND, EXACT.power(then, 10))


def rises_by_half_log(then: Decimal, now: Decimal) -> bool:
    """Whether ``now`` is at least 0.5 log above ``then``: ``now ** 2 >= 10 * then ** 2``, exactly."""
    if now < EXACT.multiply(then, _THREE):  # 3-fold is 0.477 log
        return False
    return EXACT.multiply(now, now) >= EXACT.multiply(_TEN, EXACT.multiply(then, then))


def rises_by_one_log(then: Decimal, now: Decimal) -> bool:
    """Whether ``now`` is at least 10 times ``then``, exactly."""
    return now >= EXACT.multiply(_TEN, then)


def series_key(observation: Observation, finding: LevelFinding) -> tuple[str, ...] | None:
    """Return what two observations must share to be compared, or None if this one compares with nothing."""
    scale = Scale.IS if finding.on_is else effective_scale(observation)
    if scale is None or scale is Scale.UNKNOWN or observation.transcript is Transcript.UNKNOWN:
        return None
    return (scale, observation.laboratory, observation.method, observation.specimen, observation.transcript)


def assess_changes(observations: Sequence[Observation], findings: Sequence[LevelFinding]) -> list[Change]:
    """Return the change of each result, in order of collection.

    Args:
        observations: one person's, in order of collection.
        findings: the level finding of each, in the same order.

    A result is compared with the last one before it of the same laboratory, method, scale and specimen that has a
    value or a bound. What is not evaluable is neither compared with nor in between.
    """
    changes: list[Change] = []
    series: dict[tuple[str, ...], list[int]] = {}
    for index, (observation, finding) in enumerate(zip(observations, findings, strict=True)):
        if not says_something(observation, finding):
            changes.append(_unplaced(observation))
            continue
        key = series_key(observation, finding)
        if key is None:
            changes.append(_FIRST if not series and index == 0 else Change(ChangeKind.CANNOT_COMPARE))
            continue
        earlier = series.get(key)
        if earlier is None:
            changes.append(Change(ChangeKind.CANNOT_COMPARE) if series else _FIRST)
            series[key] = [index]
            continue
        changes.append(_compare(findings, earlier, index))
        earlier.append(index)
    return changes


def says_something(observation: Observation, finding: LevelFinding) -> bool:
    """Whether a result has a value or a bound to compare; "not detected" in too shallow a sample has none."""
    if finding.low is None and finding.high is None:
        return False
    return observation.reading.kind is not ReadingKind.NOT_DETECTED or not finding.on_is or finding.is_evaluable


def _unplaced(observation: Observation) -> Change:
    kind = observation.reading.kind
    if kind is ReadingKind.NOT_DETECTED:
        return Change(ChangeKind.NOT_DEEP_ENOUGH)
    if kind is ReadingKind.NO_RESULT:
        return Change(ChangeKind.NO_RESULT)
    return Change(ChangeKind.CANNOT_COMPARE)


def _compare(findings: Sequence[LevelFinding], earlier: list[int], index: int) -> Change:
    """Compare a result with the last of its series, and with the one before that for "two in a row"."""
    before = earlier[-1]
    then, now = findings[before], findings[index]
    if then.low is not None and then.low == then.high and now.low is not None and now.low == now.high:
        kind = _kind_of_pair(then.low, now.low, on_is=now.on_is)
        if now.low > then.low and kind is not ChangeKind.CLEAR_RISE and _is_second_rise(findings, earlier, now.low):
            kind = ChangeKind.TWO_IN_A_ROW
        return Change(kind, before, then.low, now.low)
    return _compare_bounds(findings, earlier, index)


def _kind_of_pair(then: Decimal, now: Decimal, *, on_is: bool) -> ChangeKind:
    """Name the change between two measured percentages of one series."""
    if now <= then:
        if rises_by_half_log(now, then):
            return ChangeKind.FALLING
        return ChangeKind.WITHIN_TEST if rises_by_third_log(now, then) else ChangeKind.STEADY
    if rises_by_half_log(then, now):
        return ChangeKind.CLEAR_RISE if rises_by_one_log(then, now) else ChangeKind.ONE_RISE
    if on_is and then <= MMR_LIMIT < now:  # the line is the International Scale's
        return ChangeKind.JUST_ABOVE_LINE
    return ChangeKind.WITHIN_TEST if rises_by_third_log(then, now) else ChangeKind.STEADY


def _is_second_rise(findings: Sequence[LevelFinding], earlier: list[int], now: Decimal) -> bool:
    """Whether the last two results each rose, by 0.5 log or more in all."""
    if len(earlier) < 2:
        return False
    first, second = findings[earlier[-2]], findings[earlier[-1]]
    if first.high is None or not first.high or second.low is None or second.low <= first.high:
        return False
    return rises_by_half_log(first.high, now)


def _compare_bounds(findings: Sequence[LevelFinding], earlier: list[int], index: int) -> Change:
    """Compare two results of which one is a bound: only what holds for every value within the bounds is said."""
    before = earlier[-1]
    then, now = findings[before], findings[index]
    if now.low is not None and then.high is not None and now.low > then.high:
        # From "not detected" to a trace is within what so deep a test can tell.
        if now.high is not None and now.high <= MR4_5_LIMIT:
            return Change(ChangeKind.STEADY, before, then.high, now.low, at_least=True)
        kind = _kind_of_pair(then.high, now.low, on_is=now.on_is)
        if kind is not ChangeKind.CLEAR_RISE and _is_second_rise(findings, earlier, now.low):
            kind = ChangeKind.TWO_IN_A_ROW
        return Change(kind, before, then.high, now.low, at_least=True)
    if now.high is not None and then.low is not None and now.high < then.low:
        return Change(_kind_of_pair(then.low, now.high, on_is=now.on_is), before, then.low, now.high, at_least=True)
    if now.high is None or then.high is None or _hides_a_change(then, now) or _hides_a_change(now, then):
        return Change(ChangeKind.CANNOT_COMPARE, before)
    return Change(ChangeKind.STEADY, before)


def _hides_a_change(bound: LevelFinding, measured: LevelFinding) -> bool:
    """Whether a printed bound is so wide that the measured value beside it may be a rise or a fall."""
    is_wide = bound.reason is LevelReason.BY_BOUND and bound.high is not None and bound.high > MR4_5_LIMIT
    return is_wide and measured.low is not None and measured.low == measured.high
