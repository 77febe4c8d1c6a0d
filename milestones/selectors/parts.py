"""Parts that more than one page shows: the ladder, the chart, the next test, and what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from milestones.charts.key import render_key
from milestones.charts.ladder import render_ladder
from milestones.charts.spec import ChartSpec
from milestones.charts.svg import render_chart
from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.clinical.schedule import DueReason
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain, questions_about
from milestones.selectors.markup import drawn
from milestones.selectors.presenting import has_restarted, headline
from milestones.selectors.steps import ladder_of
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class NextTestCard:
    """The next test: when, how often, and whether it is overdue."""

    title: str
    text: str
    is_overdue: bool
    needs_treatment: bool = False


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A chart's markup: the drawing, its key, and the sentences around it."""

    svg: str
    key: str
    story: str
    help_line: str


def standard_words(entry: CourseEntry) -> str:
    """Return "Your result is 1,000 times lower than the standard starting point (100%)." or ""."""
    fold = phrases.times_below_standard(entry.finding)
    return (
        _("Your result is %(times)s lower than the standard starting point (100%%).") % {"times": fold} if fold else ""
    )


def ladder_part(timeline: Timeline) -> str:
    """Return the steps, or nothing where no result has a place on them."""
    spec = ladder_of(timeline)
    return drawn(render_ladder(spec)) if spec.has_place else ""


def contact_now(timeline: Timeline) -> Explanation | None:
    """Return what to do after the first result above 0.1%, with that result and its day; None where there is none."""
    remission = timeline.course.remission
    if remission is None or remission.triggered_by is None:
        return None
    row, entry = timeline.rows[remission.triggered_by], timeline.course.entries[remission.triggered_by]
    when = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    words = explain(CourseFlag.RESTART_TRIGGER)
    said = _("%(result)s on %(date)s.") % {"result": headline(entry), "date": when}
    return Explanation(words.title, f"{said} {words.body}", words.ask)


def next_test_card(timeline: Timeline) -> NextTestCard:
    """Return when the next test is due, and why then."""
    due = timeline.course.next_test
    words = explain(due.reason, interval=phrases.months(due.interval_months or 0))
    if due.due_on is None:
        return NextTestCard(words.title, words.body, is_overdue=False, needs_treatment=not timeline.lines)
    overdue = due.is_overdue(timeline.today)
    return NextTestCard(_around(timeline, due.due_on), f"{words.body} {_until(timeline)}".strip(), is_overdue=overdue)


def _until(timeline: Timeline) -> str:
    """Return how long tests come that often; off the International Scale MMR is no end that one could wait for."""
    can_show_mmr = not timeline.rows or any(entry.finding.on_is for entry in timeline.course.entries)
    is_until_mmr = timeline.course.next_test.reason is DueReason.EVERY_3_MONTHS and can_show_mmr
    return _("That goes on until two tests in a row show MMR.") if is_until_mmr else ""


def _around(timeline: Timeline, due_on: date) -> str:
    days = (due_on - timeline.today).days
    text = phrases.long_date(due_on)
    return (_("Due since %(date)s") if days < 0 else _("Due on %(date)s")) % {"date": text}


def findings_to_ask_about(timeline: Timeline, index: int) -> list[StrEnum]:
    """Return what a result gives reason to ask about, the most pressing first."""
    entry = timeline.course.entries[index]
    keys: list[StrEnum] = [*entry.flags, entry.change.kind]
    if has_restarted(timeline, entry):
        keys.remove(CourseFlag.RESTART_TRIGGER)  # what was to be asked then has been answered
    keys.append(entry.finding.reason if not entry.finding.is_evaluable else entry.finding.level)
    if entry.verdicts and settings.PATIENT_VERDICTS:
        keys.append(entry.verdicts[0].standing)
    return keys


def questions_to_ask(timeline: Timeline, index: int) -> tuple[str, ...]:
    """Return questions for the visit that a result gives rise to, without repeats, three at most."""
    asks: list[str] = []
    for key in findings_to_ask_about(timeline, index):
        asks += [ask for ask in questions_about(key) if ask not in asks]
    return tuple(asks[:3])


def chart_part(spec: ChartSpec, *, element_id: str = "chart") -> ChartPart | None:
    """Return a chart's markup, or None where nothing has a place in it."""
    svg = render_chart(spec, element_id=element_id)
    return ChartPart(drawn(svg), drawn(render_key(spec)), spec.story, spec.help_line) if svg else None
