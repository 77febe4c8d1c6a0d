"""Where somebody stands, in the team's voice: treatment, the latest result, its change, and the guideline's word."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from milestones.clinical.guidelines.loader import Standing as Goal
from milestones.clinical.guidelines.loader import Verdict
from milestones.clinical.trends import Change
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, Explanation, explain
from milestones.selectors.on_treatment import on_treatment
from milestones.selectors.parts import next_test_card
from milestones.selectors.pictures import result_href_base
from milestones.selectors.presenting import ChangeWords, describe_change, describe_level, headline, scale_words
from milestones.selectors.timelines import Timeline
from milestones.selectors.treatments import dose_now

TEAM = Audience.TEAM


@dataclass(frozen=True, slots=True)
class LatestForTeam:
    """The latest result in the team's voice."""

    href: str
    date_text: str
    value_text: str
    is_words: bool
    scale_text: str
    level: Explanation
    change: ChangeWords
    log_text: str
    verdict: str
    flags: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Months and medicine, the latest result, and when the next test is due."""

    on_treatment: str
    latest: LatestForTeam | None
    next_test: str


def standing_of(timeline: Timeline) -> Standing:
    """Return where somebody stands; the guideline's word is that of the person's own rule set, which stands first."""
    return Standing(_on_treatment(timeline), _latest(timeline) if timeline.rows else None, _next_test(timeline))


def log_words(change: Change) -> str:
    """Return "+0.52 log" for a measured pair, else ""."""
    if change.log10 is None:
        return ""
    return _("%(number)s log") % {"number": f"{change.log10:+.2f}".replace("-", "\N{MINUS SIGN}")}


def _on_treatment(timeline: Timeline) -> str:
    if not timeline.lines:
        return on_treatment("", None, None, timeline.today)
    line, remission = timeline.lines[-1], timeline.course.remission
    said = on_treatment(
        line.medicine.value, line.started_on, remission.stopped_on if remission else None, timeline.today
    )
    row = [row for row in timeline.treatments if row.counts][-1]
    dose = "" if remission else dose_now(row, timeline.today)
    return f"{said}, {dose}" if dose else said


def _latest(timeline: Timeline) -> LatestForTeam:
    index = len(timeline.rows) - 1
    row, entry = timeline.rows[index], timeline.course.entries[index]
    return LatestForTeam(
        href=f"{result_href_base(timeline.patient_id)}{row.id}/",
        date_text=phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        is_words=entry.observation.reading.value is None,
        scale_text=scale_words(entry),
        level=describe_level(entry, TEAM),
        change=describe_change(timeline, index, TEAM),
        log_text=log_words(entry.change),
        verdict=_verdict(timeline, entry.verdicts[0]),
        flags=tuple(explain(flag, TEAM) for flag in (*entry.flags, *sorted(entry.finding.flags))),
    )


def _verdict(timeline: Timeline, verdict: Verdict) -> str:
    words = verdict.words if verdict.standing is not Goal.NONE else _("no verdict")
    return f"{timeline.rule_set.short_name}: {words}"


def _next_test(timeline: Timeline) -> str:
    due = timeline.course.next_test
    words = explain(due.reason, TEAM, interval=phrases.months(due.interval_months or 0))
    return f"{next_test_card(timeline).title}. {words.body}" if due.due_on else words.body
