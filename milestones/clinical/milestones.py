"""Verdicts at the time points of treatment, loss of MMR, and MMR at year 1.

Source: clinical rules, section 4. The limits stand in the rule-set files; the windows in ``treatment``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from milestones.clinical.calendar import add_months, month_of_treatment
from milestones.clinical.guidelines.loader import Band, RuleSet, Standing, TimePoint, Verdict
from milestones.clinical.levels import MMR_LIMIT, LevelFinding
from milestones.clinical.observation import Observation, Specimen
from milestones.clinical.treatment import (
    NOMINAL_DAYS,
    WINDOWS,
    TreatmentLine,
    is_off_treatment,
    last_passed_time_point,
    line_index_at,
    time_point_of,
)

# "Within 1 to 3 months" of the first, in days, both inclusive.
CONFIRMATION_FIRST_DAY = 28
CONFIRMATION_LAST_DAY = 92
_YEAR_1_MONTHS = 12
_YEAR_1_DAY = 365


class MmrEvent(StrEnum):
    """What a result does to a major molecular response on treatment."""

    NONE = ""
    REACHED = "MMR reached"
    POSSIBLE_LOSS = "possible loss of MMR"
    CONFIRMED_LOSS = "confirmed loss of MMR"


class MmrStanding(StrEnum):
    """Where a course stands to a major molecular response between two results."""

    NOT_HELD = ""
    HELD = "held"
    IN_DOUBT = "one result above since"


class MmrSide(IntEnum):
    """Which side of a major molecular response a level on the International Scale lies on.

    ``OPEN`` is a level whose bounds leave it open; ``NO_LEVEL`` a result off the scale, or one that is not evaluable.
    """

    NO_LEVEL = 0
    OPEN = 1
    ABOVE = 2
    WITHIN = 3


class Place(NamedTuple):
    """Where a result stands in treatment.

    ``line`` is the index of its line (None where no treatment is recorded), ``day`` the days since that line's first
    dose (None off treatment). ``answers`` tells that it is the result that answers its time point; ``is_judged`` that
    it can be judged at all: blood, on the International Scale, with a level, on treatment. ``response_kept`` tells
    that MMR was held when the line began, so that the last row judges it.
    """

    line: int | None
    day: int | None
    time_point: TimePoint
    answers: bool = False
    is_judged: bool = False
    response_kept: bool = False


_UNPLACED = Place(None, None, TimePoint.NONE)


def can_be_judged(observation: Observation, finding: LevelFinding) -> bool:
    """Whether a result has a level that a guideline can judge: on the International Scale, from blood."""
    return finding.on_is and finding.is_evaluable and observation.specimen is Specimen.BLOOD


def place_results(
    observations: Sequence[Observation], findings: Sequence[LevelFinding], lines: Sequence[TreatmentLine]
) -> list[Place]:
    """Return where each result stands in treatment.

    Args:
        observations: one person's, in order of collection.
        findings: the level finding of each, in the same order.
        lines: lines of treatment in order of their start; empty where none is recorded.

    Of several results in a window, the one nearest its nominal day answers; of two as near, the earlier.
    """
    if not lines:
        return [_UNPLACED] * len(observations)
    kept = lines_with_response_kept(observations, findings, lines)
    nearest: dict[tuple[int, TimePoint], tuple[int, int]] = {}
    drafts: list[tuple[int, int | None, TimePoint, bool]] = []
    for index, (observation, finding) in enumerate(zip(observations, findings, strict=True)):
        line_index = line_index_at(lines, observation.collected_on) or 0
        line = lines[line_index]
        if is_off_treatment(line, observation.collected_on):
            drafts.append((line_index, None, TimePoint.OFF_TREATMENT, False))
            continue
        day = (observation.collected_on - line.started_on).days
        point = time_point_of(day)
        judged = can_be_judged(observation, finding)
        if judged and point in NOMINAL_DAYS:
            candidate = (abs(day - NOMINAL_DAYS[point]), index)
            key = (line_index, point)
            nearest[key] = min(nearest.get(key, candidate), candidate)
        drafts.append((line_index, day, point, judged))
    answering = {index for _, index in nearest.values()}
    return [
        Place(
            line_index,
            day,
            TimePoint.AFTER if kept[line_index] and point is not TimePoint.BASELINE and day is not None else point,
            index in answering,
            judged,
            kept[line_index],
        )
        for index, (line_index, day, point, judged) in enumerate(drafts)
    ]


def lines_with_response_kept(
    observations: Sequence[Observation], findings: Sequence[LevelFinding], lines: Sequence[TreatmentLine]
) -> list[bool]:
    """Return for each line whether MMR was held at the switch to it: by the last result before, on treatment."""
    kept = [False] * len(lines)
    for position, line in enumerate(lines[1:], start=1):
        before = lines[position - 1]
        held = False
        for observation, finding in zip(observations, findings, strict=True):
            if observation.collected_on > line.started_on:
                break
            if can_be_judged(observation, finding):
                on_treatment = not is_off_treatment(before, observation.collected_on)
                held = finding.is_mmr_or_deeper and (on_treatment or observation.collected_on == line.started_on)
        kept[position] = held
    return kept


def band_of(bands: Sequence[Band], finding: LevelFinding) -> Band | None:
    """Return the one band that a finding lies in for certain, or None where its bounds leave more than one open."""
    low, high = finding.low, finding.ceiling
    for band in bands:
        if band.up_to is None or (high is not None and high <= band.up_to):
            return band
        if low is None or low < band.up_to or (low == band.up_to and not _is_above(finding)):
            return None
    return None


def _is_above(finding: LevelFinding) -> bool:
    """Whether the value lies strictly above its lower end."""
    return finding.high is None and finding.comparator == ">"


def judge(
    findings: Sequence[LevelFinding],
    places: Sequence[Place],
    dates: Sequence[date],
    rule_set: RuleSet,
    *,
    resistance_found_on: date | None = None,
    first: int = 0,
) -> list[Verdict]:
    """Return one rule set's verdict on each result from the ``first`` on.

    Args:
        findings: level findings in order of collection.
        places: where each stands in treatment (``place_results``).
        dates: the day each sample was taken.
        rule_set: the rules.
        resistance_found_on: the day a resistance mutation or a high-risk additional chromosome change was found; from
            that day on each judged result has the rule set's verdict for it, at any level.
        first: index of the first result whose verdict is wanted.

    A result that does not answer a time point has no verdict, except one worse than the failure line of the last time
    point that has passed. A time point that no band answers for certain has none either.
    """
    verdicts = []
    baseline, after = TimePoint.BASELINE, TimePoint.AFTER
    for index in range(first, len(places)):
        place = places[index]
        verdict = rule_set.no_verdict
        if place.is_judged:
            resistant = resistance_found_on is not None and dates[index] >= resistance_found_on
            if resistant and rule_set.resistance is not None:
                verdict = rule_set.resistance
            elif place.answers or place.time_point is after:
                verdict = _verdict_at(index, findings, places, dates, rule_set)
            elif place.time_point is not baseline:
                verdict = _verdict_between(index, findings, places, dates, rule_set)
        verdicts.append(verdict)
    return verdicts


def _verdict_at(
    index: int,
    findings: Sequence[LevelFinding],
    places: Sequence[Place],
    dates: Sequence[date],
    rule_set: RuleSet,
) -> Verdict:
    """Return the verdict of a result that answers its time point.

    Where a second result has to confirm it, that may be a later one, or this one may confirm an earlier one of the
    same window.
    """
    bands = rule_set.bands.get(places[index].time_point)
    band = band_of(bands, findings[index]) if bands else None
    if band is None:
        return rule_set.no_verdict
    if band.confirmed_verdict is not None and bands is not None:
        for other in range(len(findings)):
            if other < index:
                same_window = places[other].time_point is places[index].time_point and places[other].is_judged
                confirms = same_window and _confirms(other, index, places, dates)
            else:
                confirms = _confirms(index, other, places, dates)
            if confirms and band_of(bands, findings[other]) is band:
                return band.confirmed_verdict
    return band.verdict


def _verdict_between(
    index: int,
    findings: Sequence[LevelFinding],
    places: Sequence[Place],
    dates: Sequence[date],
    rule_set: RuleSet,
) -> Verdict:
    """Return the verdict of a result between time points: failure if worse than the last passed failure line."""
    day = places[index].day
    passed = TimePoint.NONE if day is None else last_passed_time_point(day)
    bands = rule_set.bands.get(passed)
    band = band_of(bands, findings[index]) if bands else None
    if band is None or bands is None:
        return rule_set.no_verdict
    if band.verdict.standing is Standing.ABOVE_GOAL:
        return band.verdict
    if band.confirmed_verdict is not None:
        for earlier in range(index):
            first = places[earlier]
            is_first = first.answers and first.time_point is passed and _confirms(earlier, index, places, dates)
            if is_first and band_of(bands, findings[earlier]) is band:
                return band.confirmed_verdict
    return rule_set.no_verdict


def _confirms(first: int, second: int, places: Sequence[Place], dates: Sequence[date]) -> bool:
    """Whether the second result can confirm the first: judged, of the same line, 1 to 3 months later."""
    same_line = places[second].is_judged and places[second].line == places[first].line
    return same_line and CONFIRMATION_FIRST_DAY <= (dates[second] - dates[first]).days <= CONFIRMATION_LAST_DAY


def is_above_mmr(finding: LevelFinding) -> bool:
    """Whether a finding lies above the MMR limit for certain."""
    if finding.low is None:
        return False
    return finding.low > MMR_LIMIT or (finding.low == MMR_LIMIT and _is_above(finding))


def side_of_mmr(finding: LevelFinding) -> MmrSide:
    """Return which side of MMR a finding lies on."""
    if finding.is_mmr_or_deeper:
        return MmrSide.WITHIN
    if not (finding.on_is and finding.is_evaluable):
        return MmrSide.NO_LEVEL
    return MmrSide.ABOVE if is_above_mmr(finding) else MmrSide.OPEN


def follow_mmr(
    findings: Sequence[LevelFinding], places: Sequence[Place], is_on_scale: Sequence[bool]
) -> list[MmrEvent]:
    """Return what each result does to MMR on treatment.

    Args:
        findings: level findings in order of collection.
        places: where each stands in treatment.
        is_on_scale: whether each can be judged at all (``can_be_judged``), on treatment or off.

    The first value above 0.1 after MMR is a possible loss, the second in a row confirms it. A result that is not
    evaluable, or whose bounds leave it open, neither breaks nor extends the run. What happens off treatment is
    remission's to tell, but MMR has to be reached again after it was lost there.
    """
    events = []
    standing, nothing, off_treatment = MmrStanding.NOT_HELD, MmrEvent.NONE, TimePoint.OFF_TREATMENT
    for finding, place, on_scale in zip(findings, places, is_on_scale, strict=True):
        event = nothing
        if on_scale:
            is_off_treatment = place.time_point is off_treatment
            event, standing = step_mmr(standing, side_of_mmr(finding), is_off_treatment=is_off_treatment)
        events.append(event)
    return events


def step_mmr(standing: MmrStanding, side: MmrSide, *, is_off_treatment: bool) -> tuple[MmrEvent, MmrStanding]:
    """Return what one result that can be judged does to MMR, and where the course stands after it.

    Args:
        standing: where the course stood before.
        side: which side of MMR its level lies on.
        is_off_treatment: whether its sample was taken after the last dose.
    """
    if side is MmrSide.WITHIN:
        if is_off_treatment:
            return MmrEvent.NONE, MmrStanding.NOT_HELD if standing is MmrStanding.NOT_HELD else MmrStanding.HELD
        return MmrEvent.REACHED if standing is MmrStanding.NOT_HELD else MmrEvent.NONE, MmrStanding.HELD
    if standing is MmrStanding.NOT_HELD or side is not MmrSide.ABOVE:
        return MmrEvent.NONE, standing
    if is_off_treatment:
        return MmrEvent.NONE, MmrStanding.NOT_HELD
    if standing is MmrStanding.IN_DOUBT:
        return MmrEvent.CONFIRMED_LOSS, MmrStanding.NOT_HELD
    return MmrEvent.POSSIBLE_LOSS, MmrStanding.IN_DOUBT


class YearOneStatus(StrEnum):
    """Where a person stands to the goal of MMR in the first year."""

    NO_TREATMENT = "no treatment recorded"
    KEPT = "response kept"
    REACHED = "reached in the first year"
    REACHED_LATER = "reached after the first year"
    WAITING = "not yet, within the first year"
    NOT_REACHED = "not reached in the first year"


@dataclass(frozen=True, slots=True)
class YearOneMmr:
    """MMR at year 1 of one line of treatment.

    ``month`` is the month of treatment in which MMR was reached; ``held_at_12`` whether the 12-month test still had it
    (None: no such test, or MMR came later); ``months_left`` counts whole and begun months to ``goal_on``.
    """

    status: YearOneStatus
    reached_on: date | None = None
    month: int | None = None
    held_at_12: bool | None = None
    months_left: int | None = None
    current_month: int | None = None
    goal_on: date | None = None


def assess_year_one(
    findings: Sequence[LevelFinding],
    places: Sequence[Place],
    dates: Sequence[date],
    lines: Sequence[TreatmentLine],
    today: date,
) -> YearOneMmr:
    """Return where the current line of treatment stands to MMR in the first year, on the day ``today``."""
    if not lines:
        return YearOneMmr(YearOneStatus.NO_TREATMENT)
    current = len(lines) - 1
    started_on = lines[current].started_on
    goal_on = add_months(started_on, _YEAR_1_MONTHS)
    today_day = (min(today, lines[current].stopped_on or today) - started_on).days
    month_now = min(month_of_treatment(today_day), _YEAR_1_MONTHS)
    reached: int | None = None
    test_12: int | None = None
    for index, place in enumerate(places):
        if place.line == current and place.is_judged:
            if place.response_kept:
                return YearOneMmr(YearOneStatus.KEPT, goal_on=goal_on, current_month=month_now)
            if reached is None and findings[index].is_mmr_or_deeper:
                reached = index
            if place.answers and place.time_point is TimePoint.MONTH_12:
                test_12 = index
    if reached is None:
        if today_day > WINDOWS[-1].last_day or (test_12 is not None and is_above_mmr(findings[test_12])):
            return YearOneMmr(YearOneStatus.NOT_REACHED, goal_on=goal_on)
        left = max(0, _YEAR_1_MONTHS - month_now)
        return YearOneMmr(YearOneStatus.WAITING, months_left=left, current_month=month_now, goal_on=goal_on)
    day = places[reached].day or 0
    in_time = day <= _YEAR_1_DAY or reached == test_12
    held = None
    if test_12 is not None and test_12 >= reached:
        held = findings[test_12].is_mmr_or_deeper
    return YearOneMmr(
        YearOneStatus.REACHED if in_time else YearOneStatus.REACHED_LATER,
        reached_on=dates[reached],
        month=month_of_treatment(day),
        held_at_12=held,
        current_month=month_now,
        goal_on=goal_on,
    )


def treatment_free_standing(finding: LevelFinding, rule_set: RuleSet) -> Standing:
    """Return where a result stands for someone who aims at treatment-free remission, at any time in treatment."""
    goal: Decimal | None = rule_set.treatment_free_goal
    if goal is None or not (finding.on_is and finding.is_evaluable):
        return Standing.NONE
    ceiling = finding.ceiling
    if ceiling is not None and ceiling <= goal:
        return Standing.AT_GOAL
    return Standing.NOT_YET if finding.low is not None and finding.low > goal else Standing.NONE
