"""Whatever is done to a record, one step after the other: the kept worklist equals what the records give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Patient, User
from milestones.clinical.course_end import AddedResult, CourseEnd, add_result
from milestones.clinical.observation import ControlGene, Observation, Scale, Transcript
from milestones.clinical.units import Unit
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, RecordStatus, ResultSource
from milestones.selectors import worklist_facts
from milestones.services.check_ins import check_ins
from milestones.services.results import correct_result, record_result, restore_result, withdraw_result
from milestones.services.worklist import check_entries
from tests.cast import (
    NORTH,
    SOUTH,
    TODAY,
    ask_question,
    check_in,
    make_team,
    months_ago,
    observe,
    owner,
    record,
    record_visit,
    set_up,
    share_with_team,
    stop,
    treat,
)

pytestmark = pytest.mark.django_db
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
#: The first example has only what is simplest, one step again and again: there have to be others.
FEW = settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Let it be the cast's day, its clock running."""
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def shared(alices_record: Patient, bob: User) -> Patient:
    share_with_team(alices_record, make_team(bob), by=bob)
    return alices_record


class Kept(RuleBasedStateMachine):
    """Each example begins with the record as the test has it; after each step the kept entry is the computed one."""

    patient: Patient

    def __init__(self) -> None:
        super().__init__()
        self._undone = transaction.atomic()
        self._undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    @invariant()
    def kept_is_computed(self) -> None:
        assert list(check_entries(fix=False)) == []


class Edits(Kept):
    """Whatever is recorded, back-dated, corrected, withdrawn and restored, the kept entry is the computed one."""

    @initialize()
    def begin(self) -> None:
        self.line = treat(self.patient, months_ago(30))

    @rule(months=st.integers(0, 36), text=st.sampled_from(["0.05 %", "0.2 %", "2 %", "not detected", "<0.01 %", "bad"]))
    def record(self, months: int, text: str) -> None:
        record(self.patient, "invalid" if text == "bad" else text, months_ago(months))

    @rule(place=st.integers(0, 5), text=st.sampled_from(["0.005 %", "0.9 %"]))
    def correct(self, place: int, text: str) -> None:
        counting = [row for row in self._rows() if row.status != RecordStatus.ENTERED_IN_ERROR.value]
        for row in counting[place : place + 1]:
            draft = ResultDraft(observe(text, row.collected_on))
            correct_result(
                patient=self.patient, result_id=row.pk, version=row.version, draft=draft, by=owner(self.patient)
            )

    @rule(place=st.integers(0, 5), restores=st.booleans())
    def withdraw(self, place: int, restores: bool) -> None:
        act = restore_result if restores else withdraw_result
        for row in self._rows()[place : place + 1]:
            act(patient=self.patient, result_id=row.pk, version=row.version, by=owner(self.patient))

    @rule(degree=st.sampled_from(["a little", "very much"]), private=st.booleans())
    def check_in(self, degree: str, private: bool) -> None:
        row = check_in(self.patient, TODAY, tiredness=degree, private=("tiredness",) if private else ())
        if private:
            check_ins.withdraw(patient=self.patient, row_id=row.pk, version=row.version, by=owner(self.patient))

    @rule()
    def ask(self) -> None:
        ask_question(self.patient, "Why?")
        record_visit(self.patient, TODAY + timedelta(days=3))

    @rule(rule_set=st.sampled_from(["eln_2020", "eln_2025", "nccn_2024"]))
    def choose(self, rule_set: str) -> None:
        set_up(self.patient, rule_set=rule_set)

    @rule()
    def stop(self) -> None:
        self.line.refresh_from_db()
        self.line = stop(self.line, months_ago(2))

    def _rows(self) -> list[LabResult]:
        return list(LabResult.objects.filter(patient=self.patient).order_by("created_at"))


def test_kept_is_computed_after_random_edits(shared: Patient) -> None:
    class Apart(Edits):
        patient = shared

    run_state_machine_as_test(Apart, settings=FEW)


class Following(Kept):
    """As results come, most after the others, the entry that is kept without reading them is the computed one."""

    bob: User

    @initialize(months=st.sampled_from([60, 20]))
    def begin(self, months: int) -> None:
        self.line = treat(self.patient, months_ago(months))
        self.day = months_ago(months) - timedelta(days=5)
        # Both ways without the whole course are taken in each example, whatever the steps at random bring about.
        for days in (91, 91, 91, 91, -40):
            self.follow(days=days, text="0.07 %", laboratory=NORTH, copies=40_000, by_team=False)

    @rule(
        days=st.sampled_from([1, 28, 45, 91, 120, -1, -10, -40, -100, -300]),
        text=st.sampled_from(["60 %", "0.9 %", "0.3 %", "0.07 %", "0.02 %", "not detected", "<0.01 %", "invalid"]),
        laboratory=st.sampled_from([NORTH, NORTH, SOUTH]),
        copies=st.sampled_from([5_000, 40_000]),
        by_team=st.booleans(),
    )
    def follow(self, days: int, text: str, laboratory: str, copies: int, by_team: bool) -> None:
        day = min(self.day + timedelta(days=days), TODAY)
        self.day = max(self.day, day)
        around: dict[str, Any] = {"laboratory": laboratory, "copies": copies, "gene": ControlGene.ABL1}
        draft = ResultDraft(observe(text, day, limit="0.0032" if copies < 10_000 else None, **around))
        by, source = (self.bob, ResultSource.TEAM) if by_team else (owner(self.patient), None)
        record_result(patient=self.patient, draft=draft, by=by, idempotency_key=uuid4(), source=source)

    @rule(switches=st.integers(0, 5))
    def switch(self, switches: int) -> None:
        self.line.refresh_from_db()
        if switches == 5 and self.line.stopped_on is None and self.day < TODAY:
            self.line = stop(self.line, max(self.day, self.line.started_on))
            self.line = treat(self.patient, self.day + timedelta(days=1), medicine="dasatinib")

    @rule(stops=st.integers(0, 5))
    def stop(self, stops: int) -> None:
        self.line.refresh_from_db()
        if stops == 5 and self.line.stopped_on is None:
            self.line = stop(self.line, max(self.day, self.line.started_on))

    @rule(transcript=st.sampled_from(list(Transcript)), interval=st.sampled_from([None, 6]))
    def set_up(self, transcript: Transcript, interval: int | None) -> None:
        set_up(self.patient, transcript=transcript.value, test_interval_months=interval)

    @rule(text=st.sampled_from(["", "80 %"]))
    def diagnose(self, text: str) -> None:
        set_up(
            self.patient,
            baseline_text=text,
            baseline_unit=Unit.PERCENT.value if text else "",
            baseline_scale=Scale.IS.value,
            baseline_laboratory=NORTH,
        )


@pytest.mark.parametrize("teams", [1, 2])
def test_kept_is_computed_as_results_follow_one_another(
    shared: Patient, bob: User, make_user: Callable[..., User], teams: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if teams > 1:
        dana = make_user("dana@example.org")
        share_with_team(shared, make_team(dana, "South"), by=dana)
    lead, read = bob, Counter[str]()

    class Apart(Following):
        patient, bob = shared, lead

    def add_and_count(end: CourseEnd, one: Observation, *around: Any) -> AddedResult | None:
        found = add_result(end, one, *around)
        if found is not None:
            read["after the others" if found.latest.observation is one else "before others"] += 1
        return found

    monkeypatch.setattr(worklist_facts, "add_result", add_and_count)
    run_state_machine_as_test(Apart, settings=FEW)
    assert min(read["after the others"], read["before others"]) > 3, read
