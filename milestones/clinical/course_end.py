"""The end of a course: as much of it as one more result is held against.

With it, where a course stands after one more result is told without the others, wherever that lies after the last
change of treatment. ``read_course`` stays the one truth: what is said here of the latest result is what it says of the
same result in the whole course, and where that would need more, nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from milestones.clinical.course import Course, CourseEntry, measured_before, values_before_treatment
from milestones.clinical.guidelines.loader import RuleSet, Standing
from milestones.clinical.incidence import Followed, Outcome
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import (
    CONFIRMATION_LAST_DAY,
    Place,
    can_be_judged,
    is_above_mmr,
    judge,
    place_results,
)
from milestones.clinical.observation import Observation
from milestones.clinical.quality import OnTime, count_tests_on_time, follow_to_mmr
from milestones.clinical.remission import next_test_after_stopping
from milestones.clinical.response import classify_level
from milestones.clinical.schedule import NextTest
from milestones.clinical.track import Track, has_level, last_mmr_event, place_of_day, planned_after, tracked
from milestones.clinical.treatment import AFTER_FIRST_DAY, WINDOWS, TreatmentLine
from milestones.clinical.trends import assess_changes, says_something, series_key

_LONGEST_WINDOW = max(window.last_day - window.first_day for window in WINDOWS)
#: A result is confirmed by one of these days.
_CONFIRMATION = timedelta(days=CONFIRMATION_LAST_DAY)
#: While there are time points to come, whether the earlier one answers its own rests on others in the same window.
_TO_TIME_POINT = timedelta(days=CONFIRMATION_LAST_DAY + _LONGEST_WINDOW)
#: A result is compared with the last one of its series, and with the one before that.
_COMPARED_WITH = 2
#: The next test rests on so many results with a level.
_LEVELS_PLANNED_BY = 2


@dataclass(frozen=True, slots=True)
class CourseEnd:
    """What one more result of a course is held against.

    ``observations`` are those results, in order of collection: the latest and the last two of each series before it,
    the last before each line, the values before treatment, and all that lie near enough to the latest to be confirmed
    or to answer the same time point. ``track`` has each result of the course, as a number. ``baseline`` is the own
    level at diagnosis. ``followed`` tells of each line, in order, how it came to MMR; ``tests`` are those since the
    last line began, as if it went on; ``has_trigger`` tells that a result since its last dose lies above 0.1. None of
    it rests on a day of reading.
    """

    observations: tuple[Observation, ...]
    lines: tuple[TreatmentLine, ...]
    baseline: Observation | None
    chosen_interval_months: int | None
    track: Track
    followed: tuple[Followed | None, ...]
    tests: OnTime
    has_trigger: bool


@dataclass(frozen=True, slots=True)
class AddedResult:
    """A course with one more result: the latest, the finding that it is compared with, what is due, and the new end."""

    latest: CourseEntry
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
    track = tuple(tracked(entry.observation, entry.finding, entry.place) for entry in entries)
    return CourseEnd(
        tuple(observations[index] for index in _held_against(observations, findings, lines, baseline)),
        tuple(lines),
        baseline,
        chosen_interval_months,
        track,
        tuple(follow_to_mmr(entries, lines, number) for number in range(len(lines))),
        count_tests_on_time(track, lines[-1].started_on, chosen_interval_months) if lines else OnTime(0, 0),
        any(_is_trigger(entry, len(lines) - 1) for entry in entries),
    )


def _is_trigger(entry: CourseEntry, line: int) -> bool:
    """Whether a result after the last dose of a line lies above 0.1, as ``follow_remission`` counts it on any day."""
    is_after = entry.place.line == line and entry.place.day is None
    return is_after and can_be_judged(entry.observation, entry.finding) and is_above_mmr(entry.finding)


def _held_against(
    observations: Sequence[Observation],
    findings: Sequence[LevelFinding],
    lines: Sequence[TreatmentLine],
    baseline: Observation | None,
) -> list[int]:
    """Return the indices of the results that one more is held against, and the latest beside it, in order.

    For those and one more result it gives the same as for all and that one.
    """
    if not observations:
        return []
    latest = observations[-1].collected_on
    has_time_points = not lines or (latest - lines[-1].started_on).days < AFTER_FIRST_DAY
    near = latest - (_TO_TIME_POINT if has_time_points else _CONFIRMATION)
    found: set[int] = set()
    series: dict[tuple[str, ...], int] = {}
    last = len(observations) - 1
    starts = [line.started_on for line in lines[1:]]
    for index in range(len(observations) - 1, -1, -1):
        observation, finding = observations[index], findings[index]
        if observation.collected_on >= near:
            found.add(index)
        key = series_key(observation, finding) if says_something(observation, finding) else None
        if key is not None and index < last and series.get(key, 0) < _COMPARED_WITH:
            series[key] = series.get(key, 0) + 1
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
    """Return a course with one more result, as the whole course says it; None where it needs the whole course.

    That is without a treatment on record, for a result that does not come after the last change of treatment or that
    has the day of another, and where no rule set has a word on the latest result on treatment: what stands is then
    what they say of one before.

    Args:
        end: the end of the course.
        observation: the result; others may come after it.
        rule_sets: the rule sets to ask, in the order in which their verdicts are wanted.
        today: the day to read it on.
    """
    day = observation.collected_on
    tracked_at = place_of_day(end.track, day)
    if tracked_at is None or not _is_after_all_changes(end.lines, day, today):
        return None
    lines, is_on = end.lines, end.lines[-1].stopped_on is None
    added = bisect_left(end.observations, day, key=_day_of)
    observations = [*end.observations[:added], observation, *end.observations[added:]]
    dates = [one.collected_on for one in observations]
    own = [end.baseline] * len(dates) if end.baseline else values_before_treatment(observations, lines[0].started_on)
    findings = [classify_level(*pair) for pair in zip(observations, own, strict=True)]
    places = place_results(observations, findings, lines)
    last = len(dates) - 1
    verdicts = tuple(verdict for rules in rule_sets for verdict in judge(findings, places, dates, rules, first=last))
    if is_on and all(verdict.standing is Standing.NONE for verdict in verdicts):
        return None
    finding, place = findings[added], places[added]
    number = tracked(observation, finding, place)
    track = (*end.track[:tracked_at], number, *end.track[tracked_at:])
    is_trigger = not is_on and can_be_judged(observation, finding) and is_above_mmr(finding)
    change = assess_changes(observations, findings)[-1]
    return AddedResult(
        CourseEntry(observations[-1], findings[-1], places[-1], change, verdicts, last_mmr_event(track), ()),
        findings[change.before] if change.before is not None else None,
        _next_test(end, track, dates),
        replace(
            end,
            observations=tuple(
                observations[index] for index in _held_against(observations, findings, lines, end.baseline)
            ),
            track=track,
            followed=(*end.followed[:-1], _followed_with(end.followed[-1], finding, place)),
            tests=_tests_with(end, track, tracked_at),
            has_trigger=end.has_trigger or is_trigger,
        ),
    )


def _day_of(observation: Observation) -> date:
    return observation.collected_on


def _is_after_all_changes(lines: Sequence[TreatmentLine], day: date, today: date) -> bool:
    """Whether a day lies after the last change of treatment, which is no day to come."""
    if not lines:
        return False
    started_on, stopped_on = lines[-1].started_on, lines[-1].stopped_on
    if stopped_on is None:
        return day > started_on
    return day > max(started_on, stopped_on) and stopped_on <= today


def _next_test(end: CourseEnd, track: Track, dates: Sequence[date]) -> NextTest:
    line = end.lines[-1]
    if line.stopped_on is not None:
        return next_test_after_stopping(line.stopped_on, dates)
    return planned_after(track, line.started_on, end.chosen_interval_months)


def _followed_with(before: Followed | None, finding: LevelFinding, place: Place) -> Followed | None:
    """Return how the last line came to MMR, with one more result of it."""
    if not place.is_judged or place.response_kept:
        return before
    day, way = place.day or 0, before or Followed(0, Outcome.CENSORED)
    if finding.is_mmr_or_deeper:
        return Followed(min(day, way.days) if way.outcome is Outcome.EVENT else day, Outcome.EVENT)
    return replace(way, days=max(day, way.days)) if way.outcome is Outcome.CENSORED else way


def _tests_with(end: CourseEnd, track: Track, added: int) -> OnTime:
    """Return the tests since the last line began, with the one at a place of the new track.

    It changes what was planned for those that came after it, up to the second of them that has a level.
    """
    until, levels = added, 0
    while until < len(end.track) and levels < _LEVELS_PLANNED_BY:
        levels += has_level(end.track[until])
        until += 1
    before, after = (
        count_tests_on_time(one, end.lines[-1].started_on, end.chosen_interval_months, places=range(added, stop))
        for one, stop in ((end.track, until), (track, until + 1))
    )
    return OnTime(end.tests.on_time - before.on_time + after.on_time, end.tests.due - before.due + after.due)
