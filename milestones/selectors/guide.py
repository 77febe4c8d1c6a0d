"""The discussion guide: what somebody takes to a visit, on two sides of paper. Source: ux rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Patient
from milestones.charts.geometry import PAPER
from milestones.charts.svg import render_chart_svg
from milestones.explanations import phrases
from milestones.models import InterferenceChoice
from milestones.reports.room import fit, lines_of
from milestones.selectors.check_ins import CheckInRow, counted_check_ins, get_check_ins, without_private
from milestones.selectors.life import LifeEvent, LifePlaces, Surroundings
from milestones.selectors.markup import drawn
from milestones.selectors.missed_doses import get_missed_doses
from milestones.selectors.my_goals import get_goals, my_goals_page
from milestones.selectors.other_medicines import CmlMedicine, other_medicines_page
from milestones.selectors.parts import next_test_card
from milestones.selectors.pictures import chart_of
from milestones.selectors.planned_tests import describe_planned_test, get_planned_test
from milestones.selectors.presenting import headline, scale_words, short_level
from milestones.selectors.private import open_to_others
from milestones.selectors.questions import PLACES, get_questions, visits_page
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.since_visit import changes_since, since_words, visit_before
from milestones.selectors.timelines import Timeline, get_timeline
from milestones.selectors.visits import get_visits

# What two sides hold at 12 points, with the longest words that the forms take: a test prints just that.
_RESULTS, _LISTED, _LINES = 6, 6, 24
_LONGEST_WORDS, _LONGEST_NAME = 160, 22
# The sheets know no addresses: they are of paper.
_NOWHERE = LifePlaces("", "", "", "", "")


class GuideSection(StrEnum):
    """A part of the guide that can be left out, in the order of the paper."""

    QUESTIONS = "questions"
    CHANGES = "changes"
    RESULTS = "results"
    SIDE_EFFECTS = "side-effects"
    MEDICINES = "medicines"
    MISSED_DOSES = "missed-doses"
    GOALS = "goals"
    ANSWERS = "answers"


SECTION_NAMES: dict[GuideSection, Promise] = {
    GuideSection.QUESTIONS: _lazy("My top three questions"),
    GuideSection.CHANGES: _lazy("What changed since the last visit"),
    GuideSection.RESULTS: _lazy("My results: the last six, and a small chart"),
    GuideSection.SIDE_EFFECTS: _lazy("Side effects that get in the way"),
    GuideSection.MEDICINES: _lazy("My medicines"),
    GuideSection.MISSED_DOSES: _lazy("Missed doses"),
    GuideSection.GOALS: _lazy("What matters most to me, and my goals"),
    GuideSection.ANSWERS: _lazy("Lines to write answers on, and the next test"),
}
#: Missed doses are on paper only for who ticks them.
USUAL_SECTIONS = tuple(section for section in GuideSection if section is not GuideSection.MISSED_DOSES)


@dataclass(frozen=True, slots=True)
class GuideEvent:
    """One thing that changed."""

    date_text: str
    words: str

    def __str__(self) -> str:
        return f"{self.date_text}: {self.words}"


@dataclass(frozen=True, slots=True)
class GuideResult:
    """One result as the table prints it."""

    date_text: str
    value_text: str
    level: str
    laboratory: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class GuideEffect:
    """A side effect of the latest check-in, the most in the way first."""

    name: str
    how_much: str
    since: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that the sheets say; a part that was not ticked, or holds nothing, is empty."""

    name: str
    is_own: bool
    printed_on: str
    visit: str
    sections: frozenset[GuideSection]
    top_questions: tuple[str, ...]
    other_questions: tuple[str, ...]
    since: str
    changes: tuple[GuideEvent, ...]
    results: tuple[GuideResult, ...]
    chart: str
    story: str
    effects_on: str
    effects: tuple[GuideEffect, ...]
    cml_medicines: tuple[str, ...]
    other_medicines: tuple[str, ...]
    missed_doses: str
    goals: tuple[str, ...]
    next_test: str
    next_test_said: str
    answer_lines: tuple[int, ...]
    more: dict[str, int]

    @property
    def has(self) -> dict[str, bool]:
        """Which parts were ticked, for the template: ``has.side_effects``."""
        return {section.value.replace("-", "_"): section in self.sections for section in GuideSection}


def sections_open_to(patient: Patient) -> tuple[GuideSection, ...]:
    """Return the parts that this reader can print: what is not shared with them is not among them."""
    shares = patient.viewing.shares
    closed = set()
    if not shares.visits:
        closed |= {GuideSection.QUESTIONS, GuideSection.GOALS}
    if not shares.side_effects:
        closed.add(GuideSection.SIDE_EFFECTS)
    if not shares.missed_doses:
        closed.add(GuideSection.MISSED_DOSES)
    return tuple(section for section in GuideSection if section not in closed)


def get_guide(patient: Patient, chosen: Collection[GuideSection], *, chart_style: str = "") -> Guide:
    """Return the guide with the parts that are chosen and that this reader may see. At most thirteen queries.

    ``chart_style`` is the style sheet of the drawing, for a PDF.
    """
    sections = frozenset(chosen) & frozenset(sections_open_to(patient))
    timeline, visits = get_timeline(patient), open_to_others(get_visits(patient))
    asks_how = sections & {GuideSection.SIDE_EFFECTS, GuideSection.CHANGES}
    check_ins = without_private(get_check_ins(patient)) if asks_how else ()
    questions = open_to_others(get_questions(patient)) if GuideSection.QUESTIONS in sections else ()
    page = visits_page(timeline, visits, questions)
    last = visit_before(timeline, visits)
    changes = changes_since(last, timeline, Surroundings(check_ins), _NOWHERE)
    effects_on, effects = _effects(check_ins if GuideSection.SIDE_EFFECTS in sections else ())
    medicines = other_medicines_page(patient) if GuideSection.MEDICINES in sections else None
    lists: dict[str, list[Any]] = {
        "other_questions": [_short(row.words) for row in page.others],
        "changes": [_event(one) for one in changes] if GuideSection.CHANGES in sections else [],
        "effects": effects,
        "other_medicines": [_with(one.name, one.how_taken) for one in medicines.taken] if medicines else [],
        "goals": _goals(patient, timeline) if GuideSection.GOALS in sections else [],
    }
    top = [row.words for row in page.top]
    room = _LINES - sum(lines_of(words) for words in top)
    counts = fit({name: [str(one) for one in rows[:_LISTED]] for name, rows in lists.items()}, room)
    kept: dict[str, Any] = {name: tuple(rows[: counts[name]]) for name, rows in lists.items()}
    test = next_test_card(timeline)
    has_results = GuideSection.RESULTS in sections and bool(timeline.rows)
    return Guide(
        **kept,
        more={name: len(rows) - counts[name] for name, rows in lists.items()},
        name=patient.display_name,
        is_own=patient.viewing.is_own,
        printed_on=phrases.long_date(timeline.today),
        visit=page.next_visit.when if page.next_visit else "",
        sections=sections,
        top_questions=tuple(top),
        since=since_words(last),
        results=_results(patient, timeline) if has_results else (),
        chart=_chart(timeline, chart_style) if has_results else "",
        story=chart_of(timeline).story if has_results else "",
        effects_on=effects_on,
        cml_medicines=tuple(_cml(one) for one in medicines.cml) if medicines else (),
        missed_doses=_missed(patient) if GuideSection.MISSED_DOSES in sections else "",
        next_test=test.title,
        next_test_said=describe_planned_test(get_planned_test(patient), timeline).said,
        answer_lines=tuple(range(1, PLACES + 1)) if GuideSection.ANSWERS in sections else (),
    )


def _short(words: str, longest: int = _LONGEST_WORDS) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def _with(name: str, more: str) -> str:
    return _short(f"{name}, {more}" if more else name)


def _event(event: LifeEvent) -> GuideEvent:
    return GuideEvent(event.date, _short(f"{event.title}. {event.text}" if event.text else event.title))


def _results(patient: Patient, timeline: Timeline) -> tuple[GuideResult, ...]:
    pairs = list(zip(timeline.rows, timeline.course.entries, strict=True))[-_RESULTS:]
    return tuple(
        GuideResult(
            phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
            headline(entry),
            short_level(entry) if entry.finding.on_is else scale_words(entry),
            _short(row.observation.laboratory, _LONGEST_NAME),
            _entered_by(row, patient),
        )
        for row, entry in reversed(pairs)
    )


def _entered_by(row: ResultRow, patient: Patient) -> str:
    if row.is_from_team:
        return _("the care team")
    is_own = row.entered_by is None or row.entered_by == patient.user_id
    return _("the patient") if is_own else _("a carer")


def _chart(timeline: Timeline, style: str) -> str:
    if not timeline.rows:
        return ""
    chart = chart_of(timeline)
    return drawn(render_chart_svg(chart, layout=PAPER, element_id="guide", with_words=False, style=style))


def _effects(check_ins: Sequence[CheckInRow]) -> tuple[str, list[GuideEffect]]:
    """Return the day of the latest check-in, and what got in the way then, the most first.

    Paper lies about, so what is private is not on it; nor does it say that nothing got in the way where it cannot tell.
    """
    counted = [row for row in counted_check_ins(check_ins) if row.in_the_way or not row.holds_back]
    if not counted:
        return "", []
    effects = counted[-1].in_the_way
    return phrases.long_date(counted[-1].noted_on), [
        GuideEffect(
            _short(one.name, _LONGEST_NAME * 2),
            str(InterferenceChoice(one.interference).label),
            phrases.short_date(one.since_on, day_is_known=one.since_day_is_known) if one.since_on else "",
        )
        for one in effects
    ]


def _cml(one: CmlMedicine) -> str:
    said = _("%(medicine)s, since %(date)s") % {"medicine": f"{one.name} {one.dose}".strip(), "date": one.since}
    return said + (_("; in a break since %(date)s") % {"date": one.pause} if one.pause else "")


def _missed(patient: Patient) -> str:
    row = next((row for row in get_missed_doses(patient) if not row.is_withdrawn), None)
    if row is None:
        return ""
    return _("In the 4 weeks before %(date)s: %(answer)s") % {"date": row.date_text, "answer": row.title}


def _goals(patient: Patient, timeline: Timeline) -> list[str]:
    page = my_goals_page(timeline, open_to_others(get_goals(patient)))
    return [_short(goal.title) for goal in (*page.matters, *page.with_team)]
