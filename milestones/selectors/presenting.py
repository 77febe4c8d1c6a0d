"""Findings in words: what every page says of one result comes from here, so that no two pages differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.clinical.guidelines.loader import Standing
from milestones.clinical.levels import OWN_LEVELS, LevelFlag, ResponseLevel
from milestones.clinical.observation import ReadingKind, Scale
from milestones.clinical.quantity import plain
from milestones.clinical.trends import RISING, Change, ChangeKind
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, Explanation, explain, title_of
from milestones.selectors.timelines import Timeline

_BADGES = {
    Standing.AT_GOAL: "goal",
    Standing.NOT_YET: "talk",
    Standing.ABOVE_GOAL: "soon",
    Standing.NONE: "none",
}
_CHANGE_ICONS = {
    ChangeKind.FALLING: "down",
    ChangeKind.STEADY: "same",
    ChangeKind.WITHIN_TEST: "same",
    ChangeKind.JUST_ABOVE_LINE: "up",
    ChangeKind.ONE_RISE: "up",
    ChangeKind.TWO_IN_A_ROW: "up",
    ChangeKind.CLEAR_RISE: "up",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A standing in words; ``kind`` is goal, talk, soon or none, for shape and colour."""

    kind: str
    text: str


_BADGE_OF = {standing: Badge(kind, title_of(standing)) for standing, kind in _BADGES.items()}
_CHANGE_TITLES = {kind: title_of(kind) for kind in ChangeKind}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """The one answer to "is it a change?"."""

    icon: str
    title: str
    body: str
    needs_attention: bool


class ResultWords(NamedTuple):
    """A result in few words: its value, its level ("–" where there is none), and what it says of a change."""

    value: str
    level: str
    change: str


def describe_change(timeline: Timeline, index: int, audience: Audience = Audience.PATIENT) -> ChangeWords:
    """Return what is said of the change of a result: the same words on home, list, chart, page and print."""
    change: Change = timeline.course.entries[index].change
    before = before_date = ""
    if change.before is not None:
        row = timeline.rows[change.before]
        before = phrases.result(row.observation)
        before_date = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    words = explain(
        change.kind,
        audience,
        before=phrases.in_sentence(before),
        before_date=before_date,
        now=phrases.in_sentence(phrases.result(timeline.rows[index].observation)),
    )
    return ChangeWords(_CHANGE_ICONS.get(change.kind, "info"), words.title, words.body, change.kind in RISING)


def change_title(entry: CourseEntry) -> str:
    """Return the few words of a change; the same as ``describe_change`` begins with."""
    return _CHANGE_TITLES[entry.change.kind]


def said_of_result(entry: CourseEntry) -> ResultWords:
    """Return the few words that a chart and a table say of a result."""
    return ResultWords(headline(entry), short_level(entry), change_title(entry))


def describe_level(entry: CourseEntry, audience: Audience = Audience.PATIENT) -> Explanation:
    """Return name and meaning of a level; for one that is not evaluable, the reason and what would help."""
    finding = entry.finding
    key: StrEnum = finding.level if finding.level is not ResponseLevel.NOT_EVALUABLE else finding.reason
    return explain(key, audience)


def has_restarted(timeline: Timeline, entry: CourseEntry) -> bool:
    """Whether treatment was begun again after a result that called for it: then nobody has to call any more."""
    return CourseFlag.RESTART_TRIGGER in entry.flags and (
        timeline.course.remission is None or entry.observation.collected_on <= timeline.course.remission.stopped_on
    )


def badge_of(timeline: Timeline, entry: CourseEntry) -> Badge | None:
    """Return where a result stands to the goal for its time; None where the site shows patients no verdicts."""
    if not settings.PATIENT_VERDICTS:
        return None
    if has_restarted(timeline, entry):
        return Badge("none", _("Above 0.1% after stopping; treatment began again"))
    if CourseFlag.RESTART_TRIGGER in entry.flags:
        return Badge("soon", title_of(CourseFlag.RESTART_TRIGGER))
    if entry.place.line is None:
        return Badge("none", _("No first dose recorded, so no goal"))
    if entry.place.day is None and entry.finding.on_is and entry.finding.is_mmr_or_deeper:
        return Badge("goal", _("At or below 0.1%, the line after stopping"))
    standing = entry.verdicts[0].standing if entry.verdicts else Standing.NONE
    return _BADGE_OF[standing]


def scale_words(entry: CourseEntry) -> str:
    """Return the scale that a result is shown on, in words."""
    observation = entry.observation
    factor = observation.conversion_factor
    if factor is not None and LevelFlag.CONVERTED_BY_FACTOR in entry.finding.flags:
        return _("International Scale, converted by the laboratory's factor %(factor)s") % {"factor": plain(factor)}
    if entry.finding.on_is:
        return _("International Scale")
    if observation.scale is Scale.NOT_IS:
        return _("not on the International Scale")
    return _("scale not known")


def headline(entry: CourseEntry) -> str:
    """Return the value in the largest letters: the %IS where a factor converted it, else what the report says."""
    finding = entry.finding
    is_converted = finding.flags and LevelFlag.CONVERTED_BY_FACTOR in finding.flags
    if is_converted and entry.observation.reading.kind is ReadingKind.NUMBER and finding.percent_is:
        text = phrases.bounded_percent(finding.percent_is.normalize(), finding.comparator)
        return text[0].upper() + text[1:]
    return phrases.result(entry.observation)


def short_level(entry: CourseEntry) -> str:
    """Return the level in a word or two for a table; a dash where there is none."""
    level = entry.finding.level
    if level is ResponseLevel.NOT_EVALUABLE:
        return "–"
    return level.replace(" own baseline", "") if level in OWN_LEVELS else level
