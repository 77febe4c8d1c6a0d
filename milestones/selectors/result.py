"""What the page of one result shows, in the four parts that every result page has."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.clinical.course import CourseEntry, CourseFlag, calls_for_a_repeat
from milestones.clinical.guidelines.loader import Standing
from milestones.clinical.levels import LevelFlag, LevelReason
from milestones.clinical.observation import ReadingKind, Scale
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain
from milestones.selectors.parts import NextTestCard, ladder_part, next_test_card, questions_to_ask, standard_words
from milestones.selectors.presenting import (
    Badge,
    ChangeWords,
    badge_of,
    describe_change,
    describe_level,
    has_restarted,
    headline,
    scale_words,
)
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline

_SCALE_FACTS = {
    Scale.IS: gettext_lazy("International Scale (IS)"),
    Scale.NOT_IS: gettext_lazy("not the International Scale"),
    Scale.UNKNOWN: gettext_lazy("not known"),
}
_SOURCE_WORDS = {
    "typed": gettext_lazy("typed in"),
    "imported": gettext_lazy("from a file"),
    "team": gettext_lazy("by the care team"),
}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One result in the four parts that every result page has."""

    id: UUID
    version: int
    date_text: str
    value_text: str
    is_words: bool
    scale_text: str
    badge: Badge | None
    level: Explanation
    reason: Explanation | None
    times_text: str
    diagnosis_text: str
    differ_text: str
    depth_text: str
    flags: tuple[Explanation, ...]
    goal_text: str
    change: ChangeWords
    next_test: NextTestCard
    asks: tuple[str, ...]
    standing: Explanation | None
    contact: tuple[str, ...]
    rule_name: str
    rule_source: str
    facts: tuple[tuple[str, str], ...]
    ladder: str


def result_page(timeline: Timeline, index: int) -> ResultPage:
    """Return what the page of one result shows."""
    row, entry = timeline.rows[index], timeline.course.entries[index]
    finding = entry.finding
    differ = explain(LevelFlag.BASELINES_DIFFER).body if LevelFlag.BASELINES_DIFFER in finding.flags else ""
    standing = entry.verdicts[0].standing
    return ResultPage(
        id=row.id,
        version=row.version,
        date_text=phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        is_words=entry.observation.reading.value is None,
        scale_text=scale_words(entry),
        badge=badge_of(timeline, entry),
        level=describe_level(entry),
        reason=explain(finding.reason) if finding.is_evaluable and finding.reason is not LevelReason.BY_VALUE else None,
        times_text=standard_words(entry),
        diagnosis_text=diagnosis_words(entry),
        differ_text=differ,
        depth_text=_depth_words(entry),
        flags=_flag_words(timeline, entry),
        goal_text=_goal_text(timeline, entry),
        change=describe_change(timeline, index),
        next_test=next_test_card(timeline),
        asks=questions_to_ask(timeline, index),
        standing=explain(standing) if settings.PATIENT_VERDICTS and standing is not Standing.NONE else None,
        contact=_contact_reasons(timeline, index, entry),
        rule_name=timeline.rule_set.short_name,
        rule_source=timeline.rule_set.source,
        facts=report_facts(row),
        ladder=ladder_part(timeline),
    )


def _depth_words(entry: CourseEntry) -> str:
    """Return how deep the sample was, where that says something of the result: not beside a value far above it."""
    measured = entry.observation.reading.kind is ReadingKind.NUMBER
    if measured and entry.finding.on_is and not entry.finding.is_mr4_or_deeper:
        return ""
    return phrases.sample_depth(entry.observation, entry.finding)


def diagnosis_words(entry: CourseEntry) -> str:
    """Return how far below the own level at diagnosis a result is, where it was computed; else ""."""
    fold = entry.finding.times_below_diagnosis
    if fold is None or fold <= 1:
        return ""
    is_bound = entry.finding.low != entry.finding.high
    words = phrases.at_least_times(fold) if is_bound else phrases.times(fold)
    return (_("%(times)s lower than your own level at diagnosis.") % {"times": words}).capitalize()


def _contact_reasons(timeline: Timeline, index: int, entry: CourseEntry) -> tuple[str, ...]:
    """Return when to contact the team, for the newest result where it rose or lies above the goal; else nothing."""
    is_newest = index == len(timeline.rows) - 1
    above = settings.PATIENT_VERDICTS and entry.verdicts[0].standing is Standing.ABOVE_GOAL
    if not is_newest or not (above or calls_for_a_repeat(entry) or CourseFlag.RESTART_TRIGGER in entry.flags):
        return ()
    if has_restarted(timeline, entry):
        return ()
    return (_("you have not talked about this result yet"), _("you have new symptoms that worry you"))


def _flag_words(timeline: Timeline, entry: CourseEntry) -> tuple[Explanation, ...]:
    shown = [flag for flag in sorted(entry.finding.flags) if flag is not LevelFlag.BASELINES_DIFFER]
    flags = [f for f in entry.flags if f is not CourseFlag.RESTART_TRIGGER or not has_restarted(timeline, entry)]
    return tuple(explain(flag) for flag in (*flags, *shown, *sorted(entry.observation.reading.notes)))


def _goal_text(timeline: Timeline, entry: CourseEntry) -> str:
    """Return which goal holds for the time of this result, in words with its source."""
    if entry.place.line is None:
        return _("We do not know the day of your first dose. Add it under Treatment, to see which goal holds.")
    if not entry.finding.on_is:
        return _("The published goals hold only on the International Scale.")
    words = explain(entry.place.time_point)
    bands = timeline.rule_set.bands.get(entry.place.time_point)
    if not bands or bands[0].up_to is None:
        return words.body
    goal = phrases.percent(bands[0].up_to)
    said = _("The goal for this time is %(level)s or lower (%(rules)s).")
    return f"{words.body} {said % {'level': goal, 'rules': timeline.rule_set.short_name}}"


def report_facts(row: ResultRow) -> tuple[tuple[str, str], ...]:
    """Return what the report says and who entered it, as term and text."""
    observation = row.observation
    facts = [
        (_("The report says"), observation.reading.text or phrases.result(observation)),
        (_("Scale"), str(_SCALE_FACTS[observation.scale])),
        (_("Laboratory"), observation.laboratory),
        (_("Control gene"), observation.control_gene.value),
        (
            _("Copies of the control gene"),
            f"{observation.control_gene_copies:,}" if observation.control_gene_copies else "",
        ),
        (_("Sample"), observation.specimen.value),
        (_("Entered"), str(_SOURCE_WORDS[row.source])),
    ]
    return tuple((term, text) for term, text in facts if text)
