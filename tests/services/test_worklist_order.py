"""A worklist in each of its orders and over all of its pages, and the goals of the team that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import CareTeam, Grant, GrantState, Patient, User
from accounts.services.teams import change_team
from milestones.models import WorklistEntry
from milestones.models.worklist_entry import NO_RESULT, NOT_DUE
from milestones.selectors.worklist import Order, Reason, Wanted, WorklistPage, WorklistRow, worklist_of
from milestones.selectors.worklist_facts import rules_now
from tests.cast import TODAY, make_team, months_ago, record, record_all, set_up, share_with_team, treat, ways_of

pytestmark = pytest.mark.django_db
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Let it be the cast's day, its clock running."""
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@dataclass(frozen=True)
class Listed:
    """What an entry is sorted by; ``grant`` is the number that its grant has for an id."""

    grant: int
    name: str
    latest_on: date = NO_RESULT
    due_on: date = NOT_DUE
    reviewed_at: datetime | None = None


def put_on_the_list(team: CareTeam, by: User, people: Sequence[Listed]) -> dict[UUID, Listed]:
    """Put people on a team's list at once, as nobody could type them; return them by the id of their record."""
    now, ends_on = timezone.now(), TODAY + timedelta(days=300)
    users = User.objects.bulk_create([User(email=f"patient{one.grant}@example.org") for one in people])
    patients = Patient.objects.bulk_create(
        [Patient(user=user, display_name=one.name) for user, one in zip(users, people, strict=True)]
    )
    grants = Grant.objects.bulk_create(
        [
            Grant(
                id=UUID(int=one.grant),
                patient=patient,
                team=team,
                state=GrantState.CONFIRMED,
                invited_at=now,
                invitation_ends_at=now,
                accepted_at=now,
                accepted_by=by,
                confirmed_at=now,
                ends_on=ends_on,
            )
            for patient, one in zip(patients, people, strict=True)
        ]
    )
    WorklistEntry.objects.bulk_create(
        [
            WorklistEntry(
                grant=grant,
                team=team,
                patient=grant.patient,
                grant_state=grant.state,
                grant_ends_on=grant.ends_on,
                rules=rules_now(),
                latest_on=one.latest_on,
                due_on=one.due_on,
                reviewed_at=one.reviewed_at,
                tags="trial",
            )
            for grant, one in zip(grants, people, strict=True)
        ]
    )
    return {patient.pk: one for patient, one in zip(patients, people, strict=True)}


def page_of(team: CareTeam, user: User, wanted: Wanted, number: int = 1) -> WorklistPage:
    page, _requests = worklist_of(team, user, wanted, number=number)
    return page


# --- Orders -----------------------------------------------------------------------------------------------------------

#: Two are alike in each order, and the one with the higher grant comes first into the tables.
PEOPLE = (
    Listed(5, "Dana", months_ago(1), TODAY + timedelta(days=30), NOON - timedelta(days=1)),
    Listed(4, "Alice", TODAY, NOT_DUE, None),
    Listed(3, "Erin", NO_RESULT, months_ago(2), NOON - timedelta(days=1)),
    Listed(2, "Charlie", TODAY, months_ago(2), NOON - timedelta(days=400)),
    Listed(1, "Dana", NO_RESULT, NOT_DUE, None),
)


@pytest.mark.parametrize("tag", ["", "trial"])  # put together once, and put together anew
@pytest.mark.parametrize(
    ("order", "grants"),
    [
        # The newest first; who has no result is last.
        (Order.LATEST, [2, 4, 5, 1, 3]),
        (Order.NAME, [4, 2, 1, 5, 3]),
        # What has waited longest first; who has no test due is last.
        (Order.DUE, [2, 3, 5, 1, 4]),
        # Who was never looked at is first, then who was longest ago.
        (Order.REVIEWED, [1, 4, 2, 3, 5]),
    ],
)
def test_each_order_with_what_there_is_none_of_and_with_ties(
    team: CareTeam, bob: User, order: Order, grants: list[int], tag: str
) -> None:
    listed = put_on_the_list(team, bob, PEOPLE)
    page = page_of(team, bob, Wanted(order=order, tag=tag))
    assert [listed[row.patient_id].grant for row in page.rows] == grants


@pytest.mark.parametrize(
    ("order", "facts", "before", "after"),
    [
        (Order.LATEST, {"latest_on": TODAY - timedelta(days=1)}, [1, 2, 3, 4], [2, 1, 3, 4]),
        (Order.DUE, {"due_on": TODAY}, [1, 2, 3, 4], [2, 3, 4, 1]),
        (Order.REVIEWED, {"reviewed_at": NOON}, [1, 2, 3, 4], [2, 3, 4, 1]),
    ],
)
def test_a_row_moves_with_its_entry(
    team: CareTeam, bob: User, order: Order, facts: dict[str, Any], before: list[int], after: list[int]
) -> None:
    """One day is enough, and a list that was put together before is asked anew."""
    yesterday = NOON - timedelta(days=1)
    people = [
        Listed(number, "Alice", TODAY - timedelta(days=number - 1), months_ago(5 - number), yesterday)
        for number in (4, 3, 1)
    ]
    people.append(Listed(2, "Bob", TODAY, months_ago(3), yesterday))
    listed = put_on_the_list(team, bob, people)
    assert [listed[row.patient_id].grant for row in page_of(team, bob, Wanted(order=order)).rows] == before
    WorklistEntry.objects.filter(grant_id=UUID(int=1)).update(**facts)
    assert [listed[row.patient_id].grant for row in page_of(team, bob, Wanted(order=order)).rows] == after


# --- Pages ------------------------------------------------------------------------------------------------------------


def crowd(count: int) -> list[Listed]:
    """Return so many people, of whom many are alike in each order; the grants come in no order."""
    return [
        Listed(
            grant=number * 89 % 997 + 1,
            name=f"Person {number % 23:02d}",
            latest_on=TODAY - timedelta(days=number % 31) if number % 9 else NO_RESULT,
            due_on=TODAY + timedelta(days=number % 37) if number % 8 else NOT_DUE,
            reviewed_at=NOON - timedelta(days=number % 41) if number % 7 else None,
        )
        for number in range(count)
    ]


_SORTED_BY: dict[Order, Callable[[Listed], tuple[Any, ...]]] = {
    Order.LATEST: lambda one: (-one.latest_on.toordinal(), one.grant),
    Order.NAME: lambda one: (one.name, one.grant),
    Order.DUE: lambda one: (one.due_on, one.grant),
    Order.REVIEWED: lambda one: (one.reviewed_at is not None, one.reviewed_at or NOON, one.grant),
}


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (50, [50]),
        (51, [50, 1]),
        # The fifth page is the first that is not put together once.
        (200, [50, 50, 50, 50]),
        (201, [50, 50, 50, 50, 1]),
        (250, [50, 50, 50, 50, 50]),
        (251, [50, 50, 50, 50, 50, 1]),
    ],
)
def test_everybody_stands_once_on_the_pages_of_each_order(
    team: CareTeam, bob: User, count: int, sizes: list[int]
) -> None:
    people = crowd(count)
    listed = put_on_the_list(team, bob, people)
    for order in Order:
        pages = [page_of(team, bob, Wanted(order=order), number) for number in range(1, len(sizes) + 1)]
        assert [(page.number, page.pages, page.count) for page in pages] == [
            (number, len(sizes), count) for number in range(1, len(sizes) + 1)
        ]
        assert [len(page.rows) for page in pages] == sizes
        found = [listed[row.patient_id] for page in pages for row in page.rows]
        assert found == sorted(people, key=_SORTED_BY[order])


def test_the_pages_of_a_group_hold_the_group(team: CareTeam, bob: User) -> None:
    """Every second one of 102 has a test overdue: 51 of them, on two pages."""
    people = [
        Listed(number + 1, f"Person {number:03d}", due_on=months_ago(3) if number % 2 else NOT_DUE)
        for number in range(102)
    ]
    listed = put_on_the_list(team, bob, people)
    for order in Order:
        pages = [page_of(team, bob, Wanted(Reason.OVERDUE, order), number) for number in (1, 2)]
        assert [(len(page.rows), page.count, page.pages) for page in pages] == [(50, 51, 2), (1, 51, 2)]
        assert {listed[row.patient_id].grant for page in pages for row in page.rows} == set(range(2, 103, 2))


@pytest.mark.parametrize(("count", "last"), [(4, 1), (51, 2), (251, 6)])
def test_a_page_costs_the_same_however_many_there_are(
    team: CareTeam, bob: User, count: int, last: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    put_on_the_list(team, bob, crowd(count))
    for order in Order:
        for number in {1, last}:
            with django_assert_num_queries(ways_of(4)):
                worklist_of(team, bob, Wanted(order=order), number=number)
        with django_assert_num_queries(ways_of(4) + 1):
            page, _requests = worklist_of(team, bob, Wanted(order=order), number=last + 1)
        assert page.number == last


# --- Goals ------------------------------------------------------------------------------------------------------------


def use_goals(team: CareTeam, rule_set: str, by: User) -> CareTeam:
    """Let a team use the goals of a rule set; "" for those that each patient has chosen."""
    return change_team(
        team=team,
        version=team.version,
        name=team.name,
        telephone="",
        days_to_result=None,
        rule_set=rule_set,
        test_interval_months=None,
        by=by,
    )


def goal_rows(team: CareTeam, user: User) -> tuple[WorklistRow, ...]:
    """Return who does not meet the goal; the group's count says the same."""
    page = page_of(team, user, Wanted(Reason.GOAL))
    counts = {group.reason: group.count for group in page.groups}
    assert counts[Reason.GOAL] == page.count == len(page.rows)
    return page.rows


def goal_words(team: CareTeam, user: User) -> list[str]:
    """Return what the list says of the goal of the one patient: of the group, and of everybody."""
    [row] = page_of(team, user, Wanted()).rows
    words = [reason for reason in row.reasons if reason.startswith("Goal not met")]
    assert [reason for row in goal_rows(team, user) for reason in row.reasons if reason in words] == words
    assert bool(goal_rows(team, user)) is bool(words)
    return words


@pytest.mark.parametrize(
    ("month", "text", "rule_set", "words"),
    [
        # Month 6: 1 % is the limit of ELN, 10 % that of NCCN.
        (6, "1 %", "eln_2020", ""),
        (6, "1.1 %", "eln_2020", "warning"),
        (6, "1.1 %", "eln_2025", "warning"),
        (6, "10 %", "nccn_2024", ""),
        (6, "10.1 %", "nccn_2024", "resistant"),
        (6, "10.1 %", "eln_2020", "failure"),
        (6, "10.1 %", "eln_2025", "unfavourable"),
        # Month 12: 0.1 % is the limit of ELN, 1 % that of NCCN.
        (12, "0.1 %", "eln_2020", ""),
        (12, "0.11 %", "eln_2020", "warning"),
        (12, "0.11 %", "eln_2025", "warning"),
        (12, "1 %", "nccn_2024", ""),
        (12, "1.1 %", "nccn_2024", "possible resistance"),
        (12, "1.1 %", "eln_2020", "failure"),
        (12, "1.1 %", "eln_2025", "unfavourable"),
        # Later on NCCN says nothing.
        (24, "2 %", "nccn_2024", ""),
        (24, "2 %", "eln_2025", "unfavourable"),
    ],
)
def test_the_goal_is_that_of_the_teams_own_rules_in_their_words(
    alices_record: Patient, team: CareTeam, bob: User, month: int, text: str, rule_set: str, words: str
) -> None:
    treat(alices_record, months_ago(month))
    share_with_team(alices_record, team, by=bob)
    record(alices_record, text)
    theirs = use_goals(team, rule_set, bob)
    assert goal_words(theirs, bob) == ([f"Goal not met: {words}"] if words else [])


def test_two_teams_of_one_patient_each_read_by_their_own_goals(
    alices_record: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    """At the goal of the one and not at that of the other, whatever the patient has chosen, and after each result."""
    dana = make_user("dana@example.org")
    other = make_team(dana, name="Other team")
    treat(alices_record, months_ago(12))
    record_all(alices_record, "9 0.9 %, 6 0.9 %")
    for one, lead in ((team, bob), (other, dana)):
        share_with_team(alices_record, one, by=lead)
    eln, nccn = use_goals(team, "eln_2025", bob), use_goals(other, "nccn_2024", dana)
    for chosen in ("eln_2020", "nccn_2024"):
        set_up(alices_record, rule_set=chosen)
        record(alices_record, "0.5 %", TODAY)
        assert goal_words(eln, bob) == ["Goal not met: warning"]
        assert goal_words(nccn, dana) == []


@pytest.mark.parametrize(("chosen", "words"), [("eln_2020", ["Goal not met"]), ("nccn_2024", [])])
def test_a_team_without_goals_of_its_own_reads_by_those_of_each_patient(
    alices_record: Patient, team: CareTeam, bob: User, chosen: str, words: list[str]
) -> None:
    treat(alices_record, months_ago(12))
    share_with_team(alices_record, team, by=bob)
    set_up(alices_record, rule_set=chosen)
    record(alices_record, "0.5 %")
    assert team.rule_set == ""
    assert goal_words(team, bob) == words


def test_other_goals_count_from_the_moment_they_are_chosen(alices_record: Patient, team: CareTeam, bob: User) -> None:
    """Nothing is computed again: what the other rules say was kept with the rest."""
    treat(alices_record, months_ago(12))
    share_with_team(alices_record, team, by=bob)
    record(alices_record, "0.5 %")
    for rule_set, words in (("nccn_2024", []), ("eln_2020", ["Goal not met: warning"]), ("nccn_2024", [])):
        team = use_goals(team, rule_set, bob)
        assert goal_words(team, bob) == words
