"""What a team needs at a visit: what changed since the last one, the open questions, today's plan, the next test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.selectors.team_habits import TeamHabits, get_team_habits
from milestones.clinical.calendar import add_months
from milestones.explanations import phrases
from milestones.selectors.check_ins import get_check_ins
from milestones.selectors.life import LifeEvent, LifePlaces, Surroundings
from milestones.selectors.planned_tests import PlannedTestRow, describe_planned_test, get_planned_test
from milestones.selectors.questions import QuestionRow, get_questions
from milestones.selectors.since_visit import changes_since, since_words, visit_before
from milestones.selectors.timelines import get_timeline
from milestones.selectors.visits import VisitRow, get_visits, visit_of_day

_MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit of today, as a team prepares and writes it down."""

    today: date
    since: str
    changes: tuple[LifeEvent, ...]
    more_changes: int
    questions: tuple[QuestionRow, ...]
    answered_today: tuple[QuestionRow, ...]
    all_questions: tuple[QuestionRow, ...]
    todays: VisitRow | None
    planned: PlannedTestRow | None
    planned_said: str
    usual_said: str

    @property
    def visit_id(self) -> UUID | None:
        """The visit of today, where it is written down."""
        return self.todays.id if self.todays else None

    def question(self, row_id: str) -> QuestionRow | None:
        """Return a question of this record that counts, answered or not, or None."""
        return next((row for row in self.all_questions if str(row.id) == row_id and row.counts), None)


def get_visit_view(patient: Patient, places: LifePlaces) -> VisitView:
    """Return what a team needs at a visit today, as far as it is shared. Ten queries."""
    timeline, visits, questions = get_timeline(patient), get_visits(patient), get_questions(patient)
    test = describe_planned_test(get_planned_test(patient), timeline)
    last = visit_before(timeline, visits)
    changes = changes_since(last, timeline, Surroundings(get_check_ins(patient)), places)
    todays = visit_of_day(visits, timeline.today)
    return VisitView(
        today=timeline.today,
        since=since_words(last),
        changes=tuple(changes[:_MOST_CHANGES]),
        more_changes=max(0, len(changes) - _MOST_CHANGES),
        questions=_waiting(questions),
        answered_today=tuple(row for row in questions if row.counts and row.answered_on == timeline.today),
        all_questions=questions,
        todays=next((row for row in visits if row.id == todays), None),
        planned=test.row,
        planned_said=test.said,
        usual_said=_usual_words(get_team_habits(patient), timeline.today),
    )


def _usual_words(habits: TeamHabits | None, today: date) -> str:
    """Return when the team's own usual interval ends, counted from today; "" where it has told none."""
    if habits is None or habits.test_interval_months is None:
        return ""
    months = habits.test_interval_months
    said = _("%(team)s usually tests again after %(months)s: around %(date)s.")
    day = phrases.long_date(add_months(today, months))
    return said % {"team": habits.name, "months": phrases.months(months), "date": day}


def _waiting(questions: Sequence[QuestionRow]) -> tuple[QuestionRow, ...]:
    """Return the open questions: the patient's top three first, then the others as they were written."""
    waiting = [row for row in questions if row.counts and row.answered_on is None]
    return tuple(sorted(waiting, key=lambda row: row.rank or len(waiting) + 1))
