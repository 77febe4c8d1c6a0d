"""The track of a course: one number for each result, in order of collection.

A number holds the day of the sample and which side of MMR its level lies on. That is all that the standing to MMR and
the days of the tests rest on, so that both can be told of a whole course without its results.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from milestones.clinical.guidelines.loader import TimePoint
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import (
    MmrEvent,
    MmrSide,
    MmrStanding,
    Place,
    can_be_judged,
    side_of_mmr,
    step_mmr,
)
from milestones.clinical.observation import Observation
from milestones.clinical.schedule import NextTest, next_test_after

Track = tuple[int, ...]

# The day stands in the upper bits, so that the numbers of two days are in the order of the days.
_SIDE, _IS_JUDGED, _IS_OFF_TREATMENT, _DAY_SHIFT = 0b0011, 0b0100, 0b1000, 4
_FACTS = _SIDE | _IS_JUDGED | _IS_OFF_TREATMENT
_MMR_ON_TREATMENT = MmrSide.WITHIN | _IS_JUDGED
_SIDES = tuple(MmrSide)


def tracked(observation: Observation, finding: LevelFinding, place: Place) -> int:
    """Return the number of one result."""
    found = observation.collected_on.toordinal() << _DAY_SHIFT | side_of_mmr(finding)
    if can_be_judged(observation, finding):
        found |= _IS_JUDGED
    if place.time_point is TimePoint.OFF_TREATMENT:
        found |= _IS_OFF_TREATMENT
    return found


def day_of(one: int) -> date:
    """Return the day of a sample from the number of its result."""
    return date.fromordinal(one >> _DAY_SHIFT)


def has_level(one: int) -> bool:
    """Whether a result has a level on the International Scale, from its number."""
    return one & _SIDE != MmrSide.NO_LEVEL


def place_of_day(track: Track, day: date) -> int | None:
    """Return the place that a result of a day takes in a track; None where there is one of that day already."""
    place = bisect_left(track, day.toordinal() << _DAY_SHIFT)
    return None if place < len(track) and day_of(track[place]) == day else place


def last_mmr_event(track: Track) -> MmrEvent:
    """Return what the last result does to MMR on treatment, as ``follow_mmr`` tells it."""
    # MMR on treatment is held from there on whatever came before, so that the rest is told from the last such result.
    held_at = next((place for place in range(len(track) - 2, -1, -1) if track[place] & _FACTS == _MMR_ON_TREATMENT), -1)
    event, standing = MmrEvent.NONE, MmrStanding.NOT_HELD if held_at < 0 else MmrStanding.HELD
    for one in track[held_at + 1 :]:
        event = MmrEvent.NONE
        if one & _IS_JUDGED:
            event, standing = step_mmr(standing, _SIDES[one & _SIDE], is_off_treatment=bool(one & _IS_OFF_TREATMENT))
    return event


def planned_after(track: Track, started_on: date, chosen_interval_months: int | None) -> NextTest:
    """Return the next test after all results of a track; the arguments as ``next_test_on_treatment`` takes them."""
    sides = (_SIDES[one & _SIDE] for one in reversed(track))
    return next_test_after(day_of(track[-1]) if track else None, sides, started_on, chosen_interval_months)
