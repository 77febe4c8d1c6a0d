"""A visit, a question or a goal that somebody keeps to themselves: it is there for nobody else, on no page (S29)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import CareTeam, Patient, User
from milestones.models import PersonalGoal, Visit, VisitQuestion, WorklistEntry
from milestones.services.worklist import check_entries
from tests.cast import (
    TODAY,
    answer_question,
    ask_question,
    check_in,
    dated,
    form_on,
    make_team,
    months_ago,
    record,
    record_visit,
    set_goal,
    share,
    share_with_team,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

PAGES = ("home", "visits", "my_goals", "timeline", "guide_print", "care", "care_visit")
SECRETS = ("Secret-question", "Secret-answer", "Secret-visit", "Secret-goal")
OPEN = ("Open-question", "Open-answer", "Open-visit", "Open-goal")
EVERYTHING = {"part": ["questions", "goals", "changes", "results"], "paper": "a4"}


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def lived(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    """Return Alice's record, shared with Bob's team; of each kind one entry is private and one is not."""
    record(alices_record, "0.31 %", months_ago(1))
    share_with_team(alices_record, team, "manage", by=bob)
    for name, is_private in (("Secret", True), ("Open", False)):
        record_visit(alices_record, months_ago(2), notes=f"{name}-visit", is_private=is_private)
        ask_question(alices_record, f"{name}-question", place=1, is_private=is_private)
        answered = ask_question(alices_record, f"{name}-asked", is_private=is_private)
        answer_question(answered, f"{name}-answer")
        set_goal(alices_record, f"{name}-goal", kind="work", is_private=is_private)
    return alices_record


def read_all(client: Client, to: Addresses, pages: tuple[str, ...]) -> str:
    return " ".join(words_of(client.get(to(name), EVERYTHING if name == "guide_print" else {})) for name in pages)


def test_the_person_sees_all_and_what_is_private_is_marked(alices: Client, lived: Patient, to: Addresses) -> None:
    said = read_all(alices, to, PAGES[:4])
    assert all(words in said for words in (*SECRETS, *OPEN))
    assert words_of(alices.get(to("visits"))).count("Private") == 3
    assert words_of(alices.get(to("my_goals"))).count("Private") == 1


def test_a_team_sees_what_is_not_private(
    lived: Patient, bob: User, to: Addresses, sign_in_as: Callable[[User], Client]
) -> None:
    said = read_all(sign_in_as(bob), to, PAGES)
    assert [words for words in SECRETS if words in said] == []
    assert [words for words in OPEN if words not in said] == []
    assert "Private" not in said


def test_a_carer_sees_what_is_not_private(
    lived: Patient, charlie: User, to: Addresses, sign_in_as: Callable[[User], Client]
) -> None:
    share(lived, charlie, "manage")
    said = read_all(sign_in_as(charlie), to, PAGES[:5])
    assert [words for words in SECRETS if words in said] == []
    assert [words for words in OPEN if words not in said] == []


def test_no_guide_has_it_even_ones_own(alices: Client, lived: Patient, to: Addresses) -> None:
    said = words_of(alices.get(to("guide_print"), EVERYTHING))
    assert "Secret" not in said
    assert "Open-question" in said


def test_it_puts_nobody_on_a_list(lived: Patient) -> None:
    """Not even by a count: the questions and the next visit of a row are those that the team sees."""
    entry = WorklistEntry.objects.get()
    assert (entry.open_questions, entry.next_visit_on) == (1, None)
    row = record_visit(lived, TODAY + timedelta(days=3), is_private=True)
    entry.refresh_from_db()
    assert entry.next_visit_on is None
    assert list(check_entries(fix=False)) == []
    record_visit(lived, TODAY + timedelta(days=5))
    entry.refresh_from_db()
    assert entry.next_visit_on == TODAY + timedelta(days=5)
    assert Visit.objects.get(pk=row.pk).is_private


FORMS: tuple[tuple[str, dict[str, Any], type, dict[str, Any]], ...] = (
    ("question_add", {"words": "May I?"}, VisitQuestion, {}),
    ("visit_add", dated("on", TODAY), Visit, {}),
    ("my_goal_add", {"words": "To run"}, PersonalGoal, {"kind": "work"}),
)


@pytest.mark.parametrize(("name", "body", "model", "ids"), FORMS)
def test_it_is_ticked_and_unticked_where_it_is_written(
    alices: Client, to: Addresses, name: str, body: dict[str, Any], model: Any, ids: dict[str, Any]
) -> None:
    add = to(name, **ids)
    assert "Keep this private" in words_of(alices.get(add))
    assert alices.post(add, {**form_on(alices.get(add)), **body, "is_private": "on"}).status_code == 302
    row = model.objects.get()
    assert row.is_private
    change = to(name.replace("_add", "_change"), row_id=row.pk)
    form = form_on(alices.get(change))
    assert form.pop("is_private", None) is not None
    assert alices.post(change, {**form, **body}).status_code == 302
    row.refresh_from_db()
    assert (row.is_private, row.version) == (False, 2)
    assert list(model.history.order_by("version").values_list("is_private", flat=True)) == [True, False]


@pytest.mark.parametrize(("name", "body", "model"), [one[:3] for one in FORMS if not one[3]])
def test_nobody_else_is_asked_or_changes_it(
    alices_record: Patient, charlie: User, to: Addresses, sign_in_as: Callable[[User], Client], name: str,
    body: dict[str, Any], model: Any,
) -> None:  # fmt: skip
    share(alices_record, charlie, "manage")
    client, add = sign_in_as(charlie), to(name)
    assert "Keep this private" not in words_of(client.get(add))
    assert client.post(add, {**form_on(client.get(add)), **body, "is_private": "on"}).status_code == 302
    row = model.objects.get()
    assert not row.is_private
    change = to(name.replace("_add", "_change"), row_id=row.pk)
    assert client.post(change, {**form_on(client.get(change)), **body, "is_private": "on"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_private


def test_a_place_moves_up_behind_an_answer_of_the_team(
    lived: Patient, bob: User, to: Addresses, sign_in_as: Callable[[User], Client]
) -> None:
    """A private question keeps its place among the three, and nobody who answers another one sees it."""
    client = sign_in_as(bob)
    row = VisitQuestion.objects.get(words="Open-question")
    assert row.rank == 1
    answer = to("question_answer", row_id=row.pk)
    client.post(answer, {**form_on(client.get(answer)), "answer": "Yes.", **dated("on", TODAY)})
    assert VisitQuestion.objects.get(words="Secret-question").rank == 1
    assert VisitQuestion.objects.get(words="Open-question").answer == "Yes."


def test_no_gap_tells_of_a_private_question(
    lived: Patient, bob: User, alices: Client, to: Addresses, sign_in_as: Callable[[User], Client]
) -> None:
    """It stands first among the three; for others the next one does."""
    secret = VisitQuestion.objects.get(words="Secret-question")
    alices.post(to("question_rank", row_id=secret.pk), {"rank": "1", "version": secret.version})
    assert VisitQuestion.objects.get(words="Open-question").rank == 2
    bobs = sign_in_as(bob)
    for name in ("visits", "care_visit"):
        assert "2. Open-question" not in words_of(bobs.get(to(name))), name
    assert "1. Open-question" in words_of(bobs.get(to("visits")))
    assert "2. Open-question" in words_of(alices.get(to("visits")))


@pytest.mark.parametrize("body", [{}, {"undo": "1"}])
def test_nobody_takes_back_a_check_in_that_is_not_there_for_them(
    lived: Patient, bob: User, alices: Client, to: Addresses, sign_in_as: Callable[[User], Client], body: dict[str, str]
) -> None:
    hidden = check_in(lived, TODAY, tiredness="a little", private=("tiredness",))
    seen = check_in(lived, TODAY, tiredness="a little", worry="a little", private=("tiredness",))
    bobs = sign_in_as(bob)
    for row, status in ((hidden, 404), (seen, 302)):
        answer = bobs.post(to("check_in_withdraw", row_id=row.pk), {"version": "1", **body})
        assert answer.status_code == status
    hidden.refresh_from_db()
    assert (hidden.version, hidden.status) == (1, "final")
    assert alices.post(to("check_in_withdraw", row_id=hidden.pk), {"version": "1"}).status_code == 302
