"""What a team has told of how it works reaches who shares with it; whose team somebody is in stays with those."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import CareTeam, Grant, Patient, User
from milestones.clinical.counts import CountUnit
from tests.cast import (
    TODAY,
    answer_question,
    ask_question,
    count_blood,
    join,
    make_team,
    plan_test,
    record,
    share,
    share_with_team,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


# --- Habits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "The result is on its way."),
        (1, "The result is on its way. Your team says that it usually takes 1 day."),
        (10, "The result is on its way. Your team says that it usually takes 10 days."),
    ],
)
def test_how_long_a_result_usually_takes_is_said_while_one_is_waited_for(
    alices_record: Patient, alices: Client, to: Addresses, team: CareTeam, bob: User, days: int | None, said: str
) -> None:
    CareTeam.objects.update(days_to_result=days)
    share_with_team(alices_record, team, by=bob)
    assert "usually takes" not in words_of(alices.get(to("home")))
    plan_test(alices_record, taken_on=TODAY)
    page = words_of(alices.get(to("home")))
    assert said in page
    assert ("usually takes" in page) is (days is not None)
    Grant.objects.update(state="revoked", revoked_at="2026-08-23T00:00:00Z")
    assert "usually takes" not in words_of(alices.get(to("home")))


@pytest.mark.parametrize(("months", "said"), [(None, ""), (3, "after 3 months: around 23 November 2026.")])
def test_the_usual_interval_stands_where_the_next_test_is_set(
    alices_record: Patient,
    to: Addresses,
    team: CareTeam,
    bob: User,
    sign_in_as: SignIn,
    months: int | None,
    said: str,
) -> None:
    CareTeam.objects.update(test_interval_months=months)
    share_with_team(alices_record, team, "manage", by=bob)
    page = words_of(sign_in_as(bob).get(to("care_visit")))
    assert said in page
    assert ("Clinic North usually tests again" in page) is (months is not None)


# --- Who added it -----------------------------------------------------------------------------------------------------


def test_of_somebody_in_two_teams_the_one_is_named_that_has_the_record(
    alices_record: Patient, alices: Client, to: Addresses, team: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    dana = make_user("dana@example.org")
    join(make_team(dana, "Hospital South"), bob, by=dana)  # joined last
    share_with_team(alices_record, team, "add", by=bob)
    record(alices_record, "0.05 %", TODAY, by=bob)
    for page in ("results", "sharing_log"):
        words = words_of(alices.get(to(page)))
        assert "Bob, Clinic North" in words or page == "sharing_log"
        assert "Hospital South" not in words


def test_where_a_carer_works_is_nobodys_business(
    alices_record: Patient, alices: Client, to: Addresses, make_user: Callable[..., User], sign_in_as: SignIn
) -> None:
    erin = make_user("erin@example.org")
    make_team(erin, "Hospital South")
    share(alices_record, erin, "add")
    record(alices_record, "0.05 %", TODAY, by=erin)
    assert sign_in_as(erin).get(to("results")).status_code == 200
    assert "Added by Erin" in words_of(alices.get(to("results")))
    words = words_of(alices.get(to("sharing_log")))
    assert "Erin" in words
    assert "Hospital South" not in words


def test_counts_that_somebody_else_added_say_so(
    alices_record: Patient, alices: Client, to: Addresses, make_user: Callable[..., User]
) -> None:
    erin = make_user("erin@example.org")
    share(alices_record, erin, "add")
    count_blood(alices_record, "5.1", CountUnit.GIGA_PER_LITRE)
    assert "Added by" not in words_of(alices.get(to("other_results")))
    count_blood(alices_record, "6.2", CountUnit.GIGA_PER_LITRE, by=erin)
    assert "Added by Erin" in words_of(alices.get(to("other_results")))


def test_what_somebody_asked_or_counted_says_so_wherever_it_stands(
    alices_record: Patient, alices: Client, to: Addresses, make_user: Callable[..., User]
) -> None:
    """Also the sixth open question, the one that was answered since, and a line of the timeline."""
    erin = make_user("erin@example.org")
    share(alices_record, erin, "add", visits=True)
    rows = [ask_question(alices_record, f"Question {number}?", by=erin if number < 2 else None) for number in range(8)]
    words = words_of(alices.get(to("visits")))
    assert words.count("Added by Erin") == 2
    answer_question(rows[0], "Because.", TODAY)
    assert "Question 0? Added by Erin" in words_of(alices.get(to("visits")))
    assert "Added by Erin" not in words_of(alices.get(to("timeline")))
    count_blood(alices_record, "6.2", CountUnit.GIGA_PER_LITRE, by=erin)
    assert "Added by Erin" in words_of(alices.get(to("timeline")))
