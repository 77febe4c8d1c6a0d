"""The end of a course: as much of it as the next result is held against.

With it, one more result after all others is read without them. ``read_course`` stays the one truth: what is said here
of a result is what it says of the same result in the whole course, and where that would need more, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from milestones.clinical.course import Course, CourseEntry, measured_before, values_before_treatment
from milestones.clinical.guidelines.loader import RuleSet, Standing, TimePoint
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import (
    CONFIRMATION_LAST_DAY,
    MmrEvent,
    MmrStanding,
    Place,
    can_be_judged,
    is_above_mmr,
    judge,
    place_results,
    step_mmr,
)
from milestones.clinical.observation import Observation
from milestones.clinical.quality import OnTime, count_one_test, count_tests_on_time, follow_to_mmr
from milestones.clinical.remission import next_test_after_stopping
from milestones.clinical.response import classify_level
from milestones.clinical.schedule import NextTest, next_test_on_treatment
from milestones.clinical.treatment import AFTER_FIRST_DAY, WINDOWS, TreatmentLine
from milestones.clinical.trends import assess_changes, says_something, series_key

_LONGEST_WINDOW = max(window.last_day - window.first_day for window in WINDOWS)
#: A result is confirmed by one of these days.
_CONFIRMATION = timedelta(days=CONFIRMATION_LAST_DAY)
#: While there are time points to come, whether the earlier one answers its own rests on others in the same window.
_TO_TIME_POINT = timedelta(days=CONFIRMATION_LAST_DAY + _LONGEST_WINDOW)
_COMPARED_WITH = 2


@dataclass(frozen=True, slots=True)
class CourseEnd:
    """What the next result of a course is held against.

    ``observations`` are those results, in order of collection: the last two of each series, the last two with a level,
    the last before each line, the values before treatment, and all that lie near enough to be confirmed or to answer
    the same time point. ``baseline`` is the own level at diagnosis, ``mmr`` where the course stands to MMR.
    ``followed`` tells of each line, in order, how it came to MMR; ``tests`` are those since the last line began, as if
    it went on; ``has_trigger`` tells that a result since its last dose lies above 0.1. None of it rests on a day of
    reading.
    """

    observations: tuple[Observation, ...]
    lines: tuple[TreatmentLine, ...]
    baseline: Observation | None
    chosen_interval_months: int | None
    mmr: MmrStanding
    followed: tuple[Followed | None, ...]
    tests: OnTime
    has_trigger: bool


@dataclass(frozen=True, slots=True)
class AddedResult:
    """One more result of a course, the finding that it is compared with, what is due after it, and the new end."""

    entry: CourseEntry
    before: LevelFinding | None
    next_test: NextTest
    end: CourseEnd


def end_of_course(
    course: Course,
    lines: Sequence[TreatmentLine],
    *,
    baseline: Observation | None = None,
    chosen_interval_months: int | None = None,
) -> CourseEnd:
    """Return the end of a course.

    Args:
        course: as ``read_course`` gives it.
        lines: lines of treatment in order of their start.
        baseline: the own level at diagnosis, where it is on record.
        chosen_interval_months: as ``next_test_on_treatment`` takes it.
    """
    entries = course.entries
    observations = [entry.observation for entry in entries]
    findings = [entry.finding for entry in entries]
    return CourseEnd(
        tuple(observations[index] for index in _held_against(observations, findings, lines, baseline)),
        tuple(lines),
        baseline,
        chosen_interval_months,
        _mmr_after(entries),
        tuple(follow_to_mmr(entries, lines, number) for number in range(len(lines))),
        count_tests_on_time(entries, lines[-1].started_on, chosen_interval_months) if lines else OnTime(0, 0),
        any(_is_trigger(entry, len(lines) - 1) for entry in entries),
    )


def _is_trigger(entry: CourseEntry, line: int) -> bool:
    """Whether a result after the last dose of a line lies above 0.1, as ``follow_remission`` counts it on any day."""
    is_after = entry.place.line == line and entry.place.day is None
    return is_after and can_be_judged(entry.observation, entry.finding) and is_above_mmr(entry.finding)


def _mmr_after(entries: Sequence[CourseEntry]) -> MmrStanding:
    standing = MmrStanding.NOT_HELD
    for entry in entries:
        if can_be_judged(entry.observation, entry.finding):
            off_treatment = entry.place.time_point is TimePoint.OFF_TREATMENT
            _event, standing = step_mmr(standing, entry.finding, is_off_treatment=off_treatment)
    return standing


def _held_against(
    observations: Sequence[Observation],
    findings: Sequence[LevelFinding],
    lines: Sequence[TreatmentLine],
    baseline: Observation | None,
) -> list[int]:
    """Return the indices of the results that one after all of them is held against, in order.

    For those and one more result it gives the same as for all and that one.
    """
    if not observations:
        return []
    latest = observations[-1].collected_on
    has_time_points = not lines or (latest - lines[-1].started_on).days < AFTER_FIRST_DAY
    near = latest - (_TO_TIME_POINT if has_time_points else _CONFIRMATION)
    found: set[int] = set()
    series: dict[tuple[str, ...], int] = {}
    levels = 0
    starts = [line.started_on for line in lines[1:]]
    for index in range(len(observations) - 1, -1, -1):
        observation, finding = observations[index], findings[index]
        if observation.collected_on >= near:
            found.add(index)
        key = series_key(observation, finding) if says_something(observation, finding) else None
        if key is not None and series.get(key, 0) < _COMPARED_WITH:
            series[key] = series.get(key, 0) + 1
            found.add(index)
        if levels < _COMPARED_WITH and finding.on_is and finding.is_evaluable:
            levels += 1
            found.add(index)
        if starts and observation.collected_on <= starts[-1] and can_be_judged(observation, finding):
            starts = [start for start in starts if observation.collected_on > start]
            found.add(index)
    if baseline is None:
        first_dose = lines[0].started_on if lines else None
        before = {id(value) for value in measured_before(observations, first_dose).values()}
        found |= {index for index, observation in enumerate(observations) if id(observation) in before}
    return sorted(found)


def add_result(
    end: CourseEnd, observation: Observation, rule_sets: Sequence[RuleSet], today: date
) -> AddedResult | None:
    """Return one more result after all others, as the whole course says it; None where it needs the whole course.

    That is without a treatment on record, for a result that does not come after all others and after the last change
    of treatment, and for one on treatment on which no rule set has a word: it may change what stands of the others.

    Args:
        end: the end of the course.
        observation: the result.
        rule_sets: the rule sets to ask, in the order in which their verdicts are wanted.
        today: the day to read it on.
    """
    if not end.lines or not _comes_last(end, observation.collected_on, today):
        return None
    lines, is_on = end.lines, end.lines[-1].stopped_on is None
    observations = [*end.observations, observation]
    dates = [one.collected_on for one in observations]
    own = [end.baseline] * len(dates) if end.baseline else values_before_treatment(observations, lines[0].started_on)
    findings = [classify_level(*pair) for pair in zip(observations, own, strict=True)]
    places = place_results(observations, findings, lines)
    last, finding, place = len(dates) - 1, findings[-1], places[-1]
    verdicts = tuple(verdict for rules in rule_sets for verdict in judge(findings, places, dates, rules, first=last))
    if is_on and all(verdict.standing is Standing.NONE for verdict in verdicts):
        return None
    event, mmr, has_trigger = MmrEvent.NONE, end.mmr, end.has_trigger
    if can_be_judged(observation, finding):
        event, mmr = step_mmr(end.mmr, finding, is_off_treatment=not is_on)
        has_trigger = has_trigger or (not is_on and is_above_mmr(finding))
    change = assess_changes(observations, findings)[-1]
    planned, next_test = (
        next_test_on_treatment(lines[-1].started_on, dates[:count], findings[:count], end.chosen_interval_months)
        for count in (last, last + 1)
    )
    if lines[-1].stopped_on is not None:
        next_test = next_test_after_stopping(lines[-1].stopped_on, dates)
    return AddedResult(
        CourseEntry(observation, finding, place, change, verdicts, event, ()),
        findings[change.before] if change.before is not None else None,
        next_test,
        replace(
            end,
            observations=tuple(
                observations[index] for index in _held_against(observations, findings, lines, end.baseline)
            ),
            mmr=mmr,
            followed=(*end.followed[:-1], _followed_with(end.followed[-1], finding, place)),
            tests=count_one_test(end.tests, planned, observation.collected_on),
            has_trigger=has_trigger,
        ),
    )


def _comes_last(end: CourseEnd, day: date, today: date) -> bool:
    """Whether a day lies after all samples and after the last change of treatment, which is no day to come."""
    line = end.lines[-1]
    if line.stopped_on is not None and line.stopped_on > today:
        return False
    changed_on = max(line.started_on, line.stopped_on or line.started_on)
    return day > changed_on and all(day > one.collected_on for one in end.observations[-1:])


def _followed_with(before: Followed | None, finding: LevelFinding, place: Place) -> Followed | None:
    """Return how the last line came to MMR, with one more result."""
    is_open = before is None or before.outcome is Outcome.CENSORED
    if not is_open or not place.is_judged or place.response_kept:
        return before
    return Followed(max(0, place.day or 0), Outcome.EVENT if finding.is_mmr_or_deeper else Outcome.CENSORED)
