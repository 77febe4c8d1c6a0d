"""Visits, questions and goals of two made-up people: one who waits for month 12, and one who looks back on much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from accounts.models import Patient, User
from milestones.clinical.calendar import add_months
from milestones.models import GoalState, VisitQuestion
from milestones.services.entries import personal_goals, visits
from milestones.services.personal_goals import set_goal_state
from milestones.services.questions import place_question, questions


@dataclass(frozen=True, slots=True)
class _Author:
    patient: Patient
    user: User
    today: date
    key: Callable[[str, int], UUID]


def record_visits_and_goals(
    name: str, patient: Patient, user: User, today: date, key: Callable[[str, int], UUID]
) -> None:
    """Write down what this made-up person has of visits, questions and goals; most have none.

    Args:
        name: which of the made-up people.
        patient: their record.
        user: who writes it down.
        today: the day that everything is told from.
        key: gives each row of a kind, by its number, the same key each time.
    """
    author = _Author(patient, user, today, key)
    if name == "Hana":
        _hana(author)
    elif name == "Amina":
        _amina(author)


def _hana(author: _Author) -> None:
    today = author.today
    past = _visit(
        author, 0, add_months(today, -1), "CML clinic", "We looked at the 6-month result together.", time(10, 15)
    )
    _visit(author, 1, today + timedelta(days=24), "CML clinic, Dr Example", "", time(9, 30))
    asked = _question(author, 0, "Can I have my reports on paper?")
    questions.answer(
        patient=author.patient,
        row_id=asked.pk,
        version=asked.version,
        answer="Yes. The nurse prints them at each visit.",
        answered_on=add_months(today, -1),
        visit_id=past,
        by=author.user,
    )
    for number, words in enumerate(
        ("What is the plan if I am above 0.1% at month 12?", "My legs cramp at night. What helps?"), 1
    ):
        row = _question(author, number, words)
        place_question(patient=author.patient, row_id=row.pk, version=row.version, place=number, by=author.user)
    _question(author, 3, "Is it safe to travel for three weeks?")
    _goal(author, 0, "matters", "To see my daughter finish school.")
    _goal(author, 1, "level", "", level="MMR", by_on=add_months(today, 5))
    _goal(author, 2, "side effects", "Fewer cramps at night.")


def _amina(author: _Author) -> None:
    for number in range(6):
        said = "Result looked at together. Next test in 3 months." if number else "We talked about travel."
        _visit(author, number, add_months(author.today, -3 * number - 1), "CML clinic", said, None)
    _goal(author, 0, "matters", "To travel again.")
    _goal(author, 1, "stay", "", level="MR4")
    _goal(author, 2, "stopping", "To talk about a try without treatment when the time has come.")
    work = _goal(author, 3, "work", "To work four days a week.")
    set_goal_state(
        patient=author.patient,
        row_id=work,
        version=1,
        state=GoalState.REACHED,
        on=add_months(author.today, -4),
        by=author.user,
    )


def _visit(author: _Author, number: int, on: date, whom: str, notes: str, at: time | None) -> UUID:
    columns = {"visit_on": on, "at_time": at, "with_whom": whom, "notes": notes}
    key = author.key("visit", number)
    return visits.record(patient=author.patient, columns=columns, by=author.user, idempotency_key=key).pk


def _question(author: _Author, number: int, words: str) -> VisitQuestion:
    key = author.key("question", number)
    return questions.record(patient=author.patient, columns={"words": words}, by=author.user, idempotency_key=key)


def _goal(author: _Author, number: int, kind: str, words: str, *, level: str = "", by_on: date | None = None) -> UUID:
    columns = {"kind": kind, "words": words, "level": level, "by_on": by_on, "is_with_team": kind != "matters"}
    key = author.key("goal", number)
    return personal_goals.record(patient=author.patient, columns=columns, by=author.user, idempotency_key=key).pk
