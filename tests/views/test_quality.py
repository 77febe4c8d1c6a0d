"""A team's quality page: for leads, of nobody by name, with nothing under five."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import CareTeam, User
from accounts.services.patients import create_patient
from tests.cast import audited, join, make_team, months_ago, record_all, share_with_team, treat, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def bobs(bob: User, sign_in_as: Callable[[User], Client]) -> Client:
    return sign_in_as(bob)


@pytest.fixture
def add_patients(make_user: Callable[..., User], team: CareTeam, bob: User) -> Callable[..., None]:
    """Return a function that adds patients with a medicine and a course."""

    def add(count: int, medicine: str, course: str) -> None:
        for number in range(count):
            user = make_user(f"{medicine}{number}{len(course)}@example.org")
            patient = create_patient(user=user, by=user, display_name=f"Canary {number}")
            treat(patient, months_ago(13), medicine=medicine)
            record_all(patient, course)
            share_with_team(patient, team, by=bob)

    return add


def address(team: CareTeam, name: str = "") -> str:
    return f"/teams/{team.pk}/quality/{name}"


def test_nothing_is_shown_of_four(bobs: Client, team: CareTeam, add_patients: Callable[..., None]) -> None:
    add_patients(4, "imatinib", "10 2 %, 4 0.05 %")
    page = words_of(bobs.get(address(team)))
    assert "Too few to show" in page
    assert "Canary" not in page


def test_the_figures_of_five_and_more(bobs: Client, team: CareTeam, add_patients: Callable[..., None]) -> None:
    add_patients(5, "imatinib", "10 2 %, 7 0.5 %, 4 0.05 %")
    add_patients(5, "dasatinib", "10 2 %, 7 1 %, 4 0.7 %")
    page = words_of(bobs.get(address(team)))
    assert "Canary" not in page
    assert "All medicines 10 50% 0%" in page
    assert "Imatinib 5 100% 0%" in page or "imatinib 5 100% 0%" in page
    assert "60% of 50 tests" in page or "% of" in page
    rows = list(csv.DictReader(file_of(bobs, team)))
    assert {"figure": "MMR by month 12", "group": "All medicines", "value": "50%"} in rows
    assert audited("quality_view") == 1
    assert audited("quality_export") == 1


def test_what_is_hidden_cannot_be_told_by_subtraction(
    bobs: Client, team: CareTeam, add_patients: Callable[..., None]
) -> None:
    add_patients(6, "imatinib", "10 2 %, 4 0.05 %")
    add_patients(5, "dasatinib", "10 2 %, 4 0.05 %")
    add_patients(2, "nilotinib", "10 2 %, 4 0.05 %")
    rows = list(csv.DictReader(file_of(bobs, team)))
    shown = {row["group"].lower() for row in rows if row["figure"] == "lines of treatment"}
    assert shown == {"all medicines", "imatinib"}


def test_it_is_for_leads(
    bobs: Client,
    team: CareTeam,
    bob: User,
    make_user: Callable[..., User],
    charlie: User,
    sign_in_as: Callable[[User], Client],
) -> None:
    frank = make_user("frank@example.org")
    join(team, frank, by=bob)
    for user, status in ((frank, 403), (charlie, 404)):
        for name in ("", "figures.csv"):
            assert sign_in_as(user).get(address(team, name)).status_code == status
    assert audited("quality_view", outcome="refused") == 2


def test_it_takes_few_queries(
    bobs: Client,
    team: CareTeam,
    add_patients: Callable[..., None],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    add_patients(6, "imatinib", "10 2 %, 4 0.05 %")
    bobs.get(address(team))  # the first visit writes down when the session was used
    for page in (address(team), f"/teams/{team.pk}/", f"/teams/{team.pk}/?reason=new&search=c"):
        with django_assert_max_num_queries(10):
            assert bobs.get(page).status_code == 200


def file_of(client: Client, team: CareTeam) -> list[str]:
    answer = client.get(address(team, "figures.csv"))
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it is a file
