"""Questions before a result is saved: a slip of a digit, a date or a scale is asked about and never blocked.

Source: checks H5, H17, H19 and H20; ux rules, forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from milestones.clinical.levels import LevelFlag
from milestones.clinical.observation import Observation, Reading, ReadingKind, effective_scale
from milestones.clinical.quantity import EXACT, Comparator
from milestones.clinical.response import classify_level


class Question(StrEnum):
    """What a person is asked to look at again."""

    SAME_SAMPLE = "same sample"
    SAME_DAY = "same day"
    MUCH_HIGHER = "much higher than the last"
    MUCH_LOWER = "much lower than the last"
    MAYBE_LOG_REDUCTION = "maybe a log reduction"
    ABOVE_100 = "above 100%"
    VERY_SMALL = "very small"
    BEFORE_DIAGNOSIS = "before diagnosis"
    LONG_AGO = "long ago"
    LEVEL_CONTRADICTS = "printed level contradicts"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the index of the earlier result that it is about."""

    question: Question
    earlier: int | None = None


_SAME_SAMPLE_DAYS = 3
_FIRST_SENSIBLE_DAY = date(2001, 1, 1)
_LARGEST_USUAL = Decimal(100)
_SMALLEST_USUAL = Decimal("0.00001")
_LOG_REDUCTION_FROM = Decimal(2)
_LOG_REDUCTION_TO = Decimal(6)
_LOW_BEFORE = Decimal(1)
# A slip of one digit moves a value 10-fold. Two tests of a steady level differ by up to 0.5 log in 19 of 20 pairs, so
# 3.5-fold (0.54 log) prompts at 19 of 20 slips or more, and falsely at 1 of 20 pairs or fewer.
_MUCH_HIGHER = Decimal("3.5")
_MUCH_LOWER = Decimal("3.5")


def ask_about(
    observation: Observation, earlier: Sequence[Observation], *, diagnosed_on: date | None = None
) -> list[Asked]:
    """Return what to ask before this result is saved, most telling first.

    Args:
        observation: the result as it was understood.
        earlier: the person's other results, in order of collection.
        diagnosed_on: first day of the month of diagnosis, if known.
    """
    asked = _ask_about_duplicates(observation, earlier)
    if not any(one.question is Question.SAME_SAMPLE for one in asked):
        asked += _ask_about_value(observation, earlier)
    if LevelFlag.PRINTED_LEVEL_CONTRADICTS in classify_level(observation).flags:
        asked.append(Asked(Question.LEVEL_CONTRADICTS))
    if diagnosed_on is not None and observation.collected_on < diagnosed_on:
        asked.append(Asked(Question.BEFORE_DIAGNOSIS))
    if observation.collected_on < _FIRST_SENSIBLE_DAY:
        asked.append(Asked(Question.LONG_AGO))
    return asked


def _ask_about_duplicates(observation: Observation, earlier: Sequence[Observation]) -> list[Asked]:
    same_day = None
    for index, other in enumerate(earlier):
        apart = abs(other.collected_on - observation.collected_on)
        if apart <= timedelta(days=_SAME_SAMPLE_DAYS) and _says_the_same(observation.reading, other.reading):
            return [Asked(Question.SAME_SAMPLE, index)]
        if not apart:
            same_day = index
    return [] if same_day is None else [Asked(Question.SAME_DAY, same_day)]


def _says_the_same(one: Reading, other: Reading) -> bool:
    return (one.kind, one.value, one.comparator, one.detected) == (
        other.kind,
        other.value,
        other.comparator,
        other.detected,
    )


def _ask_about_value(observation: Observation, earlier: Sequence[Observation]) -> list[Asked]:
    value = observation.reading.value
    if value is None:
        return []
    asked = []
    last, before = _last_measured_before(observation, earlier)
    if before is not None:
        is_plain = observation.reading.comparator is Comparator.EQ
        if is_plain and _LOG_REDUCTION_FROM <= value <= _LOG_REDUCTION_TO and before <= _LOW_BEFORE:
            asked.append(Asked(Question.MAYBE_LOG_REDUCTION, last))
        elif value >= EXACT.multiply(before, _MUCH_HIGHER):
            asked.append(Asked(Question.MUCH_HIGHER, last))
        elif is_plain and EXACT.multiply(value, _MUCH_LOWER) <= before:
            asked.append(Asked(Question.MUCH_LOWER, last))
    if value > _LARGEST_USUAL:
        asked.append(Asked(Question.ABOVE_100))
    if value < _SMALLEST_USUAL:
        asked.append(Asked(Question.VERY_SMALL))
    return asked


def _last_measured_before(
    observation: Observation, earlier: Sequence[Observation]
) -> tuple[int | None, Decimal | None]:
    """Return the index and the number of the nearest earlier result on the same scale that has one."""
    found: tuple[int | None, Decimal | None] = (None, None)
    scale = effective_scale(observation)
    for index, other in enumerate(earlier):
        if other.collected_on > observation.collected_on:
            break
        if other.reading.kind is ReadingKind.NUMBER and effective_scale(other) is scale:
            found = index, other.reading.value
    return found
