"""How far the next test has come, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows
from milestones.clinical.schedule import NextTestStage, stage_of_test
from milestones.explanations import phrases
from milestones.models import PlannedTest, RecordStatus
from milestones.selectors.timelines import Timeline

_planned = PreparedRows(
    lambda: PlannedTest.objects.order_by("created_at").values_list(
        "status", "id", "version", "booked_on", "taken_on", "idempotency_key"
    )
)


@dataclass(frozen=True, slots=True)
class PlannedTestRow:
    """The newest test that was written down and not taken back."""

    id: UUID
    version: int
    booked_on: date | None
    taken_on: date | None
    idempotency_key: UUID


@dataclass(frozen=True, slots=True)
class StageWords:
    """One station of a test's way, and whether it is passed."""

    label: str
    done: bool


@dataclass(frozen=True, slots=True)
class NextTestState:
    """How far the next test has come; ``row`` is None while nothing is written down of it."""

    row: PlannedTestRow | None
    said: str
    asks_if_taken: bool
    stages: tuple[StageWords, ...]


def get_planned_test(patient: Patient) -> PlannedTestRow | None:
    """Return the newest planned test, or None."""
    return read_planned_test(_planned(patient.pk))


def ask_planned_tests(patient: Patient) -> Ask:
    """Return the query that the planned test is read from."""
    return _planned.ask(patient.pk)


def read_planned_test(rows: Sequence[Sequence[Any]]) -> PlannedTestRow | None:
    """Return the newest planned test from the rows that ``ask_planned_tests`` asks for, or None."""
    counted = [row for row in rows if row[0] != RecordStatus.ENTERED_IN_ERROR.value]
    return PlannedTestRow(*counted[-1][1:]) if counted else None


def get_open_test(patient: Patient, timeline: Timeline) -> PlannedTestRow | None:
    """Return the planned test whose result is not in yet, or None."""
    return describe_planned_test(get_planned_test(patient), timeline).row


def describe_planned_test(
    planned: PlannedTestRow | None, timeline: Timeline, usual_days: int | None = None
) -> NextTestState:
    """Return how far the next test has come, as home says it.

    ``usual_days`` is how long a result usually takes, as the team has told; None where it has not.
    """
    samples = [row.observation.collected_on for row in timeline.rows]
    stage = stage_of_test(planned.booked_on, planned.taken_on, samples) if planned else NextTestStage.DUE
    if planned is None or stage is NextTestStage.DUE:
        due_on = timeline.course.next_test.due_on
        is_due = due_on is not None and due_on <= timeline.today
        return NextTestState(None, "", asks_if_taken=False, stages=_stages(1 if is_due else 0))
    if planned.taken_on is not None:
        said = _("Blood taken on %(date)s. The result is on its way.")
        words = said % {"date": phrases.long_date(planned.taken_on)}
        if usual_days is not None:
            usual = ngettext(
                "Your team says that it usually takes %(days)s day.",
                "Your team says that it usually takes %(days)s days.",
                usual_days,
            )
            words = f"{words} {usual % {'days': usual_days}}"
        return NextTestState(planned, words, asks_if_taken=False, stages=_stages(3))
    day = planned.booked_on or timeline.today
    said = _("Booked for %(date)s.") % {"date": phrases.long_date(day)}
    return NextTestState(planned, said, asks_if_taken=day <= timeline.today, stages=_stages(2))


def _stages(passed: int) -> tuple[StageWords, ...]:
    labels = (_("Due"), _("Booked"), _("Blood taken"), _("Result in"))
    return tuple(StageWords(label, place < passed) for place, label in enumerate(labels))
