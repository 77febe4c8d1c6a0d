"""One person's whole course: every result with its level, place, change, verdicts and flags, in one pass.

Pages, exports and the batch command all read this one object, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from milestones.clinical.guidelines.loader import RuleSet, Verdict
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import (
    MmrEvent,
    Place,
    YearOneMmr,
    assess_year_one,
    can_be_judged,
    follow_mmr,
    judge,
    place_results,
)
from milestones.clinical.observation import Observation, ReadingKind, effective_scale
from milestones.clinical.remission import (
    RemissionCourse,
    follow_remission,
    next_test_after_stopping,
    restart_triggers,
)
from milestones.clinical.response import classify_level
from milestones.clinical.schedule import DueReason, NextTest, next_test_on_treatment
from milestones.clinical.treatment import WINDOWS, TreatmentBreak, TreatmentLine, is_near_a_break
from milestones.clinical.trends import RISING, Change, assess_changes


class CourseFlag(StrEnum):
    """Something about a result's place in the course, shown beside it."""

    MMR_REACHED = "MMR reached"
    POSSIBLE_LOSS_OF_MMR = "possible loss of MMR"
    CONFIRMED_LOSS_OF_MMR = "confirmed loss of MMR"
    RESTART_TRIGGER = "above 0.1% after stopping"
    OTHER_RESULT_ANSWERS = "another result answers this time point"
    CONFIRMED_BY_SECOND = "confirmed by a second result"
    RESPONSE_KEPT = "response kept at the change of medicine"
    NEAR_A_BREAK = "near a break in treatment"


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One result in its course. ``verdicts`` stand in the order of the rule sets that were asked."""

    observation: Observation
    finding: LevelFinding
    place: Place
    change: Change
    verdicts: tuple[Verdict, ...]
    mmr_event: MmrEvent
    flags: tuple[CourseFlag, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A person's results in order of collection, and what they add up to on the day they were read."""

    entries: tuple[CourseEntry, ...]
    year_one: YearOneMmr
    next_test: NextTest
    remission: RemissionCourse | None

    @property
    def latest(self) -> CourseEntry | None:
        """The result whose sample was taken last."""
        return self.entries[-1] if self.entries else None

    @property
    def before_latest(self) -> LevelFinding | None:
        """The finding that the latest result is compared with; None where it is compared with none."""
        before = self.latest.change.before if self.latest else None
        return self.entries[before].finding if before is not None else None


_WINDOW_POINTS = frozenset(window.time_point for window in WINDOWS)
_MMR_FLAGS = {
    MmrEvent.REACHED: CourseFlag.MMR_REACHED,
    MmrEvent.POSSIBLE_LOSS: CourseFlag.POSSIBLE_LOSS_OF_MMR,
    MmrEvent.CONFIRMED_LOSS: CourseFlag.CONFIRMED_LOSS_OF_MMR,
}


def classify_entries(
    observations: Sequence[Observation],
    lines: Sequence[TreatmentLine],
    rule_sets: Sequence[RuleSet],
    *,
    baselines: Sequence[Observation | None] | None = None,
    breaks: Sequence[TreatmentBreak] = (),
    resistance_found_on: date | None = None,
) -> list[CourseEntry]:
    """Return each result with everything that is said of it.

    Args:
        observations: one person's results in order of collection.
        lines: lines of treatment in order of their start.
        rule_sets: the rule sets to ask, in the order in which their verdicts are wanted.
        baselines: the own baseline that each result is held against, in the order of the results; None for none.
        breaks: breaks within the lines.
        resistance_found_on: see ``milestones.judge``.
    """
    own = baselines if baselines is not None else [None] * len(observations)
    findings = [classify_level(observation, base) for observation, base in zip(observations, own, strict=True)]
    places = place_results(observations, findings, lines)
    dates = [observation.collected_on for observation in observations]
    changes = assess_changes(observations, findings)
    on_scale = [can_be_judged(*pair) for pair in zip(observations, findings, strict=True)]
    events = follow_mmr(findings, places, on_scale)
    triggers = restart_triggers(findings, places, on_scale)
    judged = [
        judge(findings, places, dates, rule_set, resistance_found_on=resistance_found_on) for rule_set in rule_sets
    ]
    verdicts = list(zip(*judged, strict=True)) if judged else [()] * len(observations)
    entries = []
    for index, observation in enumerate(observations):
        flags = _flags(places[index], verdicts[index], events[index], index in triggers)
        if breaks and is_near_a_break(breaks, observation.collected_on):
            flags = (*flags, CourseFlag.NEAR_A_BREAK)
        entries.append(
            CourseEntry(
                observation,
                findings[index],
                places[index],
                changes[index],
                verdicts[index],
                events[index],
                flags,
            )
        )
    return entries


def values_before_treatment(observations: Sequence[Observation], first_dose: date | None) -> list[Observation | None]:
    """Return for each result the person's own value before treatment that it can be held against, if there is one.

    That is the last measured value on or before the first dose, from the same laboratory, method, specimen and scale
    and of the same transcript; no result is its own baseline.

    Args:
        observations: one person's results in order of collection.
        first_dose: the day of the first dose of all; None where no treatment is recorded.
    """
    before = measured_before(observations, first_dose)
    if not before:
        return [None] * len(observations)
    found = [before.get(_baseline_key(observation)) for observation in observations]
    return [own if own is not observation else None for own, observation in zip(found, observations, strict=True)]


def measured_before(
    observations: Sequence[Observation], first_dose: date | None
) -> dict[tuple[object, ...], Observation]:
    """Return the last measured value on or before the first dose of each series; arguments as above."""
    if first_dose is None:
        return {}
    return {
        _baseline_key(observation): observation
        for observation in observations
        if observation.collected_on <= first_dose and observation.reading.kind is ReadingKind.NUMBER
    }


def _baseline_key(observation: Observation) -> tuple[object, ...]:
    return (
        effective_scale(observation),
        observation.laboratory,
        observation.method,
        observation.specimen,
        observation.transcript,
    )


def _flags(place: Place, verdicts: tuple[Verdict, ...], event: MmrEvent, is_trigger: bool) -> tuple[CourseFlag, ...]:
    flags = []
    if event is not MmrEvent.NONE:
        flags.append(_MMR_FLAGS[event])
    if is_trigger:
        flags.append(CourseFlag.RESTART_TRIGGER)
    if place.is_judged and place.time_point in _WINDOW_POINTS and not place.answers:
        flags.append(CourseFlag.OTHER_RESULT_ANSWERS)
    for verdict in verdicts:
        if verdict.confirmed:
            flags.append(CourseFlag.CONFIRMED_BY_SECOND)
            break
    if place.response_kept and place.day is not None:
        flags.append(CourseFlag.RESPONSE_KEPT)
    return tuple(flags)


def calls_for_a_repeat(entry: CourseEntry) -> bool:
    """Whether a result rose, or may be a loss of MMR, so that a repeat is usual before the planned test."""
    return entry.change.kind in RISING or entry.mmr_event in (MmrEvent.POSSIBLE_LOSS, MmrEvent.CONFIRMED_LOSS)


def read_course(
    observations: Sequence[Observation],
    lines: Sequence[TreatmentLine],
    rule_sets: Sequence[RuleSet],
    today: date,
    *,
    baselines: Sequence[Observation | None] | None = None,
    breaks: Sequence[TreatmentBreak] = (),
    resistance_found_on: date | None = None,
    chosen_interval_months: int | None = None,
) -> Course:
    """Return a person's course as it stands on the day ``today``; see ``classify_entries`` for the arguments."""
    entries = classify_entries(
        observations,
        lines,
        rule_sets,
        baselines=baselines,
        breaks=breaks,
        resistance_found_on=resistance_found_on,
    )
    findings = [entry.finding for entry in entries]
    places = [entry.place for entry in entries]
    dates = [observation.collected_on for observation in observations]
    on_scale = [can_be_judged(entry.observation, entry.finding) for entry in entries]
    remission = follow_remission(findings, places, on_scale, lines, today)
    if remission is not None:
        next_test = next_test_after_stopping(remission.stopped_on, dates)
    elif lines:
        next_test = next_test_on_treatment(lines[-1].started_on, dates, findings, chosen_interval_months)
        if entries and calls_for_a_repeat(entries[-1]):
            next_test = replace(next_test, reason=DueReason.REPEAT)
    else:
        next_test = NextTest(None, None, DueReason.NO_TREATMENT)
    year_one = assess_year_one(findings, places, dates, lines, today)
    return Course(tuple(entries), year_one, next_test, remission)
