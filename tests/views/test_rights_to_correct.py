"""Who corrects what: the level says it, a form that would be refused does not open, and a mistake is not revived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import CareTeam, Patient, User
from milestones.clinical.counts import CountUnit
from milestones.models import SideEffect
from tests.cast import (
    ask_question,
    audited,
    change_dose,
    check_in,
    count_blood,
    dated,
    everything_stored,
    form_on,
    make_team,
    months_ago,
    owner,
    plan_test,
    record,
    record_visit,
    set_goal,
    share,
    share_with_team,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    """Return somebody whom Alice trusts."""
    return make_user("erin@example.org")


@dataclass(frozen=True)
class Form:
    """A form that changes a row of one kind: its address, how the row is named in it, and what is typed."""

    make: Callable[[Patient], Any]
    named: str
    typed: dict[str, str]
    back: str


DOSE = {"dose": "300 mg a day", **dated("started", months_ago(2))}
FORMS = {
    "visit_change": Form(
        lambda patient: record_visit(patient, months_ago(1)), "row_id", dated("on", months_ago(1)), "visit_withdraw"
    ),
    "question_change": Form(
        lambda patient: ask_question(patient, "Why?"), "row_id", {"words": "Who?"}, "question_withdraw"
    ),
    "question_answer": Form(
        lambda patient: ask_question(patient, "Why?"),
        "row_id",
        {"answer": "So.", **dated("on", months_ago(0))},
        "question_withdraw",
    ),
    "my_goal_change": Form(
        lambda patient: set_goal(patient, "To sleep"), "row_id", {"words": "To run"}, "my_goal_withdraw"
    ),
    "treatment_change": Form(
        lambda patient: treat(patient, months_ago(9)),
        "treatment_id",
        {"medicine": "dasatinib", **dated("started", months_ago(3))},
        "treatment_withdraw",
    ),
    "dose_or_break_change": Form(
        lambda patient: change_dose(treat(patient, months_ago(9)), months_ago(4)),
        "change_id",
        DOSE,
        "dose_or_break_withdraw",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_was_taken_back_is_not_revived_by_a_form(
    alices: Client, to: Addresses, alices_record: Patient, name: str
) -> None:
    """A page that was open before, and even one that knows of the newest version, saves nothing."""
    form = FORMS[name]
    row = form.make(alices_record)
    ids = {form.named: row.pk}
    drawn = form_on(alices.get(to(name, **ids)))
    assert alices.post(to(form.back, **ids), {"version": row.version}).status_code == 302
    before = everything_stored()
    for version in (row.version, row.version + 1):
        answer = alices.post(to(name, **ids), {**drawn, **form.typed, "version": version})
        assert answer.status_code == 409
        assert "This was marked as entered by mistake Nothing was saved." in words_of(answer)
    assert alices.get(to(name, **ids)).status_code == 404
    assert everything_stored() == before
    alices.post(to(form.back, **ids), {"version": row.version + 1, "undo": "1"})
    answer = alices.post(
        to(name, **ids), {**drawn, **form.typed, "version": row.version + 2, "idempotency_key": uuid4()}
    )
    assert answer.status_code == 302, "counting again, it is changed as any other"


def test_a_goal_that_was_taken_back_is_not_reached(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, "To sleep")
    alices.post(to("my_goal_withdraw", row_id=goal.pk), {"version": 1})
    before = everything_stored()
    answer = alices.post(to("my_goal_state", row_id=goal.pk), {"state": "reached", "version": 2}, follow=True)
    assert "This was marked as entered by mistake. Nothing was done." in words_of(answer)
    assert everything_stored() == before


@pytest.mark.parametrize(("level", "status"), [("view", 403), ("add", 403), ("manage", 302)])
def test_the_next_test_is_for_who_manages(
    alices_record: Patient, erin: User, sign_in_as: SignIn, to: Addresses, level: str, status: int
) -> None:
    """The level "add" says results, check-ins and questions, and nothing of tests to come."""
    treat(alices_record, months_ago(9))
    planned = plan_test(alices_record, booked_on=months_ago(-1))
    share(alices_record, erin, level)
    erins = sign_in_as(erin)
    home = erins.get(to("home")).content.decode()
    assert (to("next_test_day", what="taken") in home) is (status == 302)
    assert (to("next_test_withdraw", test_id=planned.pk) in home) is (status == 302)
    body = {**dated("on", months_ago(0)), "idempotency_key": uuid4(), "version": 1}
    assert erins.post(to("next_test_day", what="taken"), body).status_code == status
    assert erins.post(to("next_test_withdraw", test_id=planned.pk), {"version": 2}).status_code == status
    planned.refresh_from_db()
    assert (planned.version == 1) is (status == 403)


def _rows(patient: Patient, by: User) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return for each form the page that leads there and what it names, of rows that somebody wrote."""
    result = record(patient, "0.31 %", months_ago(1), by=by)
    effect = SideEffect.objects.get(check_in=check_in(patient, months_ago(2), tiredness="a little", by=by))
    question = ask_question(patient, "Why?", by=by)
    number = count_blood(patient, "6.31", CountUnit.GIGA_PER_LITRE, months_ago(2), by=by)
    return {
        "result_correct": ("result", {"result_id": result.pk}),
        "side_effect_change": ("side_effects", {"row_id": effect.pk}),
        "question_change": ("visits", {"row_id": question.pk}),
        "other_result_change": ("other_results", {"row_id": number.pk}),
    }


@pytest.mark.parametrize("name", ["result_correct", "side_effect_change", "question_change", "other_result_change"])
def test_no_form_opens_whose_save_would_be_refused(
    alices_record: Patient, erin: User, sign_in_as: SignIn, to: Addresses, name: str
) -> None:
    share(alices_record, erin, "manage")
    erins = sign_in_as(erin)
    for by, status in ((owner(alices_record), 403), (erin, 200)):
        page, ids = _rows(alices_record, by)[name]
        refused = _refused()
        listed = erins.get(to(page, **ids) if page == "result" else to(page)).content.decode()
        assert (f'href="{to(name, **ids)}"' in listed) is (status == 200), "the link goes with the right"
        assert erins.get(to(name, **ids)).status_code == status
        assert erins.get(to(name, **ids)).status_code == status
        assert _refused() - refused == (2 if status == 403 else 0), "each try is written down once"


def _refused() -> int:
    return sum(audited(verb, outcome="refused") for verb in ("result_correct", "check_in_correct", "question_correct"))


def test_each_is_told_what_they_may(
    alices: Client, alices_record: Patient, erin: User, make_user: Callable[..., User], to: Addresses
) -> None:
    """A team at "manage" corrects what anybody added; a carer does not."""
    bob = make_user("bob@example.org")
    team: CareTeam = make_team(bob)
    share(alices_record, erin, "manage")
    share_with_team(alices_record, team, "manage", by=bob)
    page = words_of(alices.get(to("sharing")))
    of_erin, of_team = "and correct what they added.", "and correct what you or others added."
    assert page.count(of_erin) == page.count(of_team) == 1
    assert of_erin[:-1] in words_of(alices.get(to("sharing_invite", whom="person")))
    assert of_team[:-1] in words_of(alices.get(to("sharing_invite", whom="team")))
