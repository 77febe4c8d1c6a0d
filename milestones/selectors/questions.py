"""Questions for a visit: the top three, the others, the answers, and what one's own data suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation
from milestones.models import RecordStatus, VisitQuestion
from milestones.selectors.parts import contact_now
from milestones.selectors.private import seen_by_reader
from milestones.selectors.suggestions import Suggestion, suggestions_of
from milestones.selectors.timelines import Timeline
from milestones.selectors.visits import VisitRow, VisitWords, calendar_of, describe_visit

PLACES = 3
_COLUMNS = (
    "id",
    "version",
    "status",
    "words",
    "suggested_by",
    "rank",
    "answer",
    "answered_on",
    "visit_id",
    "created_at",
    "entered_by_id",
    "answered_by_id",
    "is_private",
)
_questions = PreparedRows(lambda: VisitQuestion.objects.order_by("created_at", "id").values_list(*_COLUMNS))
# A question with a place counts and waits for its answer: the services see to it.
_top = PreparedRows(
    lambda: VisitQuestion.objects.filter(rank__isnull=False).order_by("rank").values_list("words", "is_private")
)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A stored question."""

    id: UUID
    version: int
    status: str
    words: str
    suggested_by: str
    rank: int | None
    answer: str
    answered_on: date | None
    visit_id: UUID | None
    created_at: datetime
    entered_by: UUID | None = None
    answered_by: UUID | None = None
    is_private: bool = False

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer: when it was given, and at which visit."""

    row: QuestionRow
    when: str


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """Visits and questions: what is next, what to ask, what was answered, and what was said before."""

    contact_now: Explanation | None
    next_visit: VisitWords | None
    later_visits: tuple[VisitWords, ...]
    top: tuple[QuestionRow, ...]
    is_full: bool
    others: tuple[QuestionRow, ...]
    suggestions: tuple[Suggestion, ...]
    answered: tuple[Answered, ...]
    past: tuple[VisitWords, ...]
    withdrawn_visits: tuple[VisitWords, ...]
    withdrawn_questions: tuple[QuestionRow, ...]


def get_questions(patient: Patient) -> tuple[QuestionRow, ...]:
    """Return every question in the order they were written in, mistakes included.

    Where visits are not shared there is none, and a private one is there for the person alone.
    """
    if not patient.viewing.shares.visits:
        return ()
    rows = seen_by_reader(patient, (QuestionRow(*row) for row in _questions(patient.pk)))
    return rows if patient.viewing.is_own else _without_gaps(rows)


def _without_gaps(rows: tuple[QuestionRow, ...]) -> tuple[QuestionRow, ...]:
    """Return questions with the places counted anew: a gap would tell that a private one stands there."""
    held = sorted(row.rank for row in rows if row.rank is not None)
    places = {rank: place for place, rank in enumerate(held, start=1)}
    return tuple(row if row.rank is None else replace(row, rank=places[row.rank]) for row in rows)


def ask_top_three(patient: Patient) -> Ask:
    """Return the query for the words of the top three questions; whoever asks sees to it that they are shared."""
    return _top.ask(patient.pk)


def read_top_three(patient: Patient, rows: Sequence[tuple[str, bool]]) -> tuple[str, ...]:
    """Return the words of the top three that this reader sees, from the rows that ``ask_top_three`` asks for."""
    return tuple(words for words, is_private in rows if patient.viewing.is_own or not is_private)


def visits_page(timeline: Timeline, visits: Sequence[VisitRow], questions: Sequence[QuestionRow]) -> VisitsPage:
    """Return the page of visits and questions."""
    calendar = calendar_of(visits, timeline.today)
    to_come = tuple(describe_visit(row) for row in calendar.to_come)
    waiting = [row for row in questions if row.counts and row.answered_on is None]
    top = sorted((row for row in waiting if row.rank is not None), key=lambda row: row.rank or 0)
    return VisitsPage(
        contact_now=contact_now(timeline),
        next_visit=to_come[0] if to_come else None,
        later_visits=to_come[1:],
        top=tuple(top),
        is_full=len(top) >= PLACES,
        others=tuple(row for row in waiting if row.rank is None),
        suggestions=open_suggestions(timeline, questions),
        answered=_answered(questions, visits),
        past=tuple(describe_visit(row) for row in calendar.past),
        withdrawn_visits=tuple(describe_visit(row) for row in visits if not row.counts),
        withdrawn_questions=tuple(row for row in questions if not row.counts),
    )


def open_suggestions(timeline: Timeline, questions: Sequence[QuestionRow]) -> tuple[Suggestion, ...]:
    """Return what one's own data suggests to ask, without what is in the list.

    A question that was answered before the latest sample was taken may be asked again.
    """
    latest = timeline.rows[-1].observation.collected_on if timeline.rows else None
    taken = [
        row.words
        for row in questions
        if row.counts and (row.answered_on is None or latest is None or row.answered_on >= latest)
    ]
    return suggestions_of(timeline, taken)


def _answered(questions: Sequence[QuestionRow], visits: Sequence[VisitRow]) -> tuple[Answered, ...]:
    at = {row.id: row for row in visits if row.counts}
    pairs = [(row.answered_on, row) for row in questions if row.counts and row.answered_on is not None]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(Answered(row, _when(day, at.get(row.visit_id) if row.visit_id else None)) for day, row in pairs)


def _when(day: date, visit: VisitRow | None) -> str:
    said = phrases.long_date(day)
    if visit is None:
        return _("Answered on %(date)s") % {"date": said}
    if visit.with_whom:
        return _("Answered on %(date)s, at the visit: %(whom)s") % {"date": said, "whom": visit.with_whom}
    return _("Answered on %(date)s, at the visit") % {"date": said}
