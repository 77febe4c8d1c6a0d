"""The history of every row replays to what the row says now, whatever was corrected, taken back or used again (S36)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Patient, User
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, PersonalGoal
from milestones.selectors.history import get_stored_result
from milestones.services.entries import personal_goals
from milestones.services.errors import TakenBackError, VersionConflictError
from milestones.services.results import correct_result, restore_result, withdraw_result
from tests.cast import months_ago, observe, owner, record, set_goal

pytestmark = pytest.mark.django_db

PLACES = st.integers(0, 3)
TEXTS = st.sampled_from(["0.5 %", "0.042 %", "<0.01 %", "not detected"])
WORDS = st.sampled_from(["To sleep", "To run", "To work"])


class Replay(RuleBasedStateMachine):
    """Beside what is stored stands what was written: for each row the list of all that it has said."""

    patient: Patient
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[UUID, list[tuple[str, str]]] = {}
        self.goals: dict[UUID, list[tuple[str, str]]] = {}

    @property
    def by(self) -> User:
        return owner(self.patient)

    @rule(text=TEXTS)
    def add_a_result(self, text: str) -> None:
        row = record(self.patient, text, months_ago(len(self.results)))
        self.results[row.pk] = [(text, "final")]

    @rule(place=PLACES, text=TEXTS, is_stale=st.booleans())
    def correct_a_result(self, place: int, text: str, is_stale: bool) -> None:
        for row in self._at(LabResult, self.results, place):
            draft = ResultDraft(observe(text, row.collected_on))
            # One that was written already is answered like the first time, and is no second version.
            version = row.version - is_stale
            said = self.results[row.pk]
            try:
                correct_result(patient=self.patient, result_id=row.pk, version=version, draft=draft, by=self.by)
            except TakenBackError:
                assert said[-1][1] == "entered-in-error"
            except VersionConflictError:
                assert is_stale
            else:
                if is_stale:
                    assert said[-1] == (text, "corrected")
                else:
                    said.append((text, "corrected"))

    @rule(place=PLACES, restores=st.booleans())
    def take_a_result_back(self, place: int, restores: bool) -> None:
        act, status = (restore_result, "corrected") if restores else (withdraw_result, "entered-in-error")
        for row in self._at(LabResult, self.results, place):
            act(patient=self.patient, result_id=row.pk, version=row.version, by=self.by)
            self.results[row.pk].append((self.results[row.pk][-1][0], status))

    @rule(place=PLACES, number=st.integers(1, 6))
    def use_an_earlier_version(self, place: int, number: int) -> None:
        for row in self._at(LabResult, self.results, place):
            stored, said = get_stored_result(self.patient, row.pk), self.results[row.pk]
            assert stored is not None
            version = stored.version_to_use(str(number))
            assert (version is not None) == (number <= len(said) and said[number - 1][0] != said[-1][0])
            if version is not None and not stored.is_withdrawn:
                draft = ResultDraft(version.observation, version.day_is_known)
                correct_result(patient=self.patient, result_id=row.pk, version=row.version, draft=draft, by=self.by)
                said.append((said[number - 1][0], "corrected"))

    @rule(words=WORDS)
    def set_a_goal(self, words: str) -> None:
        self.goals[set_goal(self.patient, words).pk] = [(words, "final")]

    @rule(place=PLACES, words=WORDS)
    def change_a_goal(self, place: int, words: str) -> None:
        for row in self._at(PersonalGoal, self.goals, place):
            said = self.goals[row.pk]
            try:
                personal_goals.correct(
                    patient=self.patient, row_id=row.pk, version=row.version, columns={"words": words}, by=self.by
                )
            except TakenBackError:
                assert said[-1][1] == "entered-in-error"
            else:
                said.append((words, "corrected"))

    @rule(place=PLACES, restores=st.booleans())
    def take_a_goal_back(self, place: int, restores: bool) -> None:
        act, status = (
            (personal_goals.restore, "corrected") if restores else (personal_goals.withdraw, "entered-in-error")
        )
        for row in self._at(PersonalGoal, self.goals, place):
            act(patient=self.patient, row_id=row.pk, version=row.version, by=self.by)
            self.goals[row.pk].append((self.goals[row.pk][-1][0], status))

    @invariant()
    def every_history_replays(self) -> None:
        type(self).steps += 1
        for model, text, said in ((LabResult, "reported_text", self.results), (PersonalGoal, "words", self.goals)):
            history: Any = model.history
            kept: dict[UUID, list[tuple[str, str]]] = {key: [] for key in said}
            versions = history.filter(patient=self.patient).order_by("history_id")
            for key, number, words, status in versions.values_list("id", "version", text, "status"):
                kept[key].append((words, status))
                assert number == len(kept[key])
            assert kept == said
            rows = model._default_manager.filter(patient=self.patient).values_list("pk", "version", text, "status")
            assert {key: (number, words, status) for key, number, words, status in rows} == {
                key: (len(words), *words[-1]) for key, words in said.items()
            }

    def _at(self, model: Any, said: dict[UUID, Any], place: int) -> list[Any]:
        return [model.objects.get(pk=key) for key in list(said)[place : place + 1]]


def test_history_replays_to_what_stands_there(alices_record: Patient) -> None:
    class Apart(Replay):
        patient = alices_record

        def __init__(self) -> None:
            super().__init__()
            self._undone = transaction.atomic()
            self._undone.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._undone.__exit__(None, None, None)

    few = settings(
        max_examples=30,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(Apart, settings=few)
    assert Apart.steps > 400, Apart.steps
