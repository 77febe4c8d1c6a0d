"""A team's quality page: for leads, of nobody by name, with nothing under five."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import CareTeam, Patient, User
from accounts.services.patients import create_patient
from milestones.clinical.incidence import Followed, Outcome, cumulative_incidence
from milestones.models import LabResult, WorklistEntry
from milestones.selectors.quality import _in_fives, _Line, _share, _Told
from tests.cast import TODAY, audited, join, make_team, months_ago, record, record_all, share_with_team, treat, words_of

pytestmark = pytest.mark.django_db
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


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
    assert "100% 0%" in page
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


def set_entries(*kinds: tuple[int, dict[str, Any]]) -> None:
    """Let the list say of so many patients what is given, in the order of their entries."""
    keys = list(WorklistEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert len(keys) == sum(count for count, _said in kinds)
    for count, said in kinds:
        WorklistEntry.objects.filter(pk__in=keys[:count]).update(**said)
        del keys[:count]


@pytest.mark.parametrize(
    ("with_tests", "said"),
    [(5, "60% of 25 tests"), (4, "too few tests to show")],
)
def test_tests_in_time_are_of_at_least_five_people(
    bobs: Client, team: CareTeam, add_patients: Callable[..., None], with_tests: int, said: str
) -> None:
    """Twenty tests of four people are still of four."""
    add_patients(6, "imatinib", "10 2 %, 4 0.05 %")
    due: dict[str, Any] = {"tests_on_time": 3, "tests_due": 5}
    set_entries((with_tests, due), (6 - with_tests, {"tests_on_time": 0, "tests_due": 0}))
    assert figure(bobs, team, "tests on time") == said


@pytest.mark.parametrize(
    ("people", "said"), [(5, "2 days, of 9 results in the last year"), (4, "too few results to show")]
)
def test_days_to_a_result_are_of_at_least_five_people(
    bobs: Client, team: CareTeam, add_patients: Callable[..., None], people: int, said: str
) -> None:
    add_patients(6, "imatinib", "4 0.05 %")
    LabResult.objects.update(created_at=NOW)  # more than two months after the sample: not counted
    days = {patient.pk: patient for patient in Patient.objects.filter(display_name__startswith="Canary")[:people]}
    for number in range(9):
        patient = list(days.values())[number % people]
        row = record(patient, "0.05 %", months_ago(1) - timedelta(days=number))
        at = datetime(row.collected_on.year, row.collected_on.month, row.collected_on.day, 9, tzinfo=UTC)
        LabResult.objects.filter(pk=row.pk).update(created_at=at + timedelta(days=number % 5 + (number > 6)))
    assert figure(bobs, team, "median days from sample to result") == said


def test_five_lines_of_two_people_are_not_shown(
    bobs: Client, team: CareTeam, add_patients: Callable[..., None]
) -> None:
    add_patients(8, "imatinib", "4 0.05 %")
    many = [["nilotinib", 100, "event"]] * 3
    set_entries((6, {"followed": [["imatinib", 100, "event"]]}), (2, {"followed": many}))
    shown = {row["group"].lower() for row in rows_of(bobs, team) if row["figure"] == "lines of treatment"}
    assert shown == {"all medicines"}  # all but imatinib would be those two


def test_numbers_at_risk_and_switches(bobs: Client, team: CareTeam, add_patients: Callable[..., None]) -> None:
    add_patients(12, "imatinib", "4 0.05 %")
    set_entries(
        (2, {"followed": [["imatinib", 91, "event"]]}),
        (1, {"followed": [["imatinib", 182, "competing event"]]}),
        (3, {"followed": [["imatinib", 400, "censored"]]}),
        (6, {"followed": [["dasatinib", 200, "event"]]}),
    )
    rows = {(row["figure"], row["group"].lower()): row["value"] for row in rows_of(bobs, team)}
    told = [[rows[f"at risk in month {month}", group] for month in (0, 3, 6, 9)] for group in ("imatinib", "dasatinib")]
    assert told == [["6", "6", "under 5", "under 5"], ["6", "6", "6", "under 5"]]
    # In month 6 all would be ten, and ten but six are four; in month 9 three are left.
    assert [rows[f"at risk in month {month}", "all medicines"] for month in (0, 3, 6, 9)] == [
        "12",
        "12",
        *["under 5"] * 2,
    ]
    # Two of six reached MMR on imatinib, one ended it; of eight in all, six are told beside it and two are left.
    told = [
        [rows[figure, group] for figure in ("MMR by month 12", "another medicine or stopped by month 12")]
        for group in ("imatinib", "dasatinib", "all medicines")
    ]
    few = "fewer than 5 lines"
    assert told == [[few, few], ["100%", "0%"], [few, few]]
    page = bobs.get(address(team)).content.decode()
    assert page.count('<svg class="chart-svg incidence"') == 1, "only dasatinib has a curve that may be told"
    assert "100% in MMR by month 12; 0% ended this medicine before." in page
    assert "33%" not in page
    assert "17%" not in page


@pytest.mark.parametrize(("people", "said"), [(4, "fewer than 5 lines"), (5, "25%")])
def test_a_share_is_of_at_least_five_people(
    bobs: Client, team: CareTeam, add_patients: Callable[..., None], people: int, said: str
) -> None:
    add_patients(20, "imatinib", "4 0.05 %")
    set_entries(
        (people, {"followed": [["imatinib", 91, "competing event"]]}),
        (20 - people, {"followed": [["imatinib", 400, "censored"]]}),
    )
    rows = {(row["figure"], row["group"].lower()): row["value"] for row in rows_of(bobs, team)}
    assert rows["another medicine or stopped by month 12", "imatinib"] == said
    assert rows["another medicine or stopped by month 12", "all medicines"] == said
    assert rows["MMR by month 12", "imatinib"] == "0%", "that there was nobody tells of nobody"


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        ([10, 20, 30, 40, 50], [(50, 5)]),
        ([10, 20, 30, 40, 50, 60, 70, 80, 90], [(90, 9)]),  # four are left over and go with the five before
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], [(50, 5), (100, 10)]),
        ([10] * 6 + [20] * 5, [(10, 6), (20, 11)]),
        ([10, 20, 20, 20, 20, 20, 370], [(20, 6)]),  # what comes after month 12 is in no step
        ([10, 20, 30, 40], None),
        ([10, 20, 30, 40, 366], None),
    ],
)
def test_each_step_of_a_curve_is_of_five_or_more(days: list[int], steps: list[tuple[int, int]] | None) -> None:
    lines = [_Line(person, 0, Followed(day, Outcome.EVENT)) for person, day in enumerate(days)]
    lines += [_Line(100 + person, 0, Followed(400, Outcome.CENSORED)) for person in range(20 - len(days))]
    levels = {step.day: step.incidence for step in cumulative_incidence([line.followed for line in lines])}
    drawn = _in_fives(_Told.of(lines), Outcome.EVENT, levels)
    assert (drawn if drawn is None else [(day, round(level * 20)) for day, level in drawn]) == steps


def test_lines_of_one_person_are_one_in_a_step() -> None:
    lines = [
        _Line(person, number, Followed(10 * number + 10, Outcome.EVENT)) for person in range(2) for number in range(4)
    ]
    lines += [_Line(10 + person, 0, Followed(60, Outcome.EVENT)) for person in range(3)]
    levels = {step.day: step.incidence for step in cumulative_incidence([line.followed for line in lines])}
    assert [day for day, _level in _in_fives(_Told.of(lines), Outcome.EVENT, levels) or ()] == [60]


@pytest.mark.parametrize(
    ("on_time", "said"), [(0, "0% of 25 tests"), (4, "fewer than 5 of 25 tests"), (5, "20% of 25 tests")]
)
def test_few_tests_in_time_are_not_counted_out(on_time: int, said: str) -> None:
    assert _share([(on_time, 5), *[(0, 5)] * 4]) == said


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


def rows_of(client: Client, team: CareTeam) -> list[dict[str, str]]:
    return list(csv.DictReader(file_of(client, team)))


def figure(client: Client, team: CareTeam, name: str) -> str:
    [row] = [row for row in rows_of(client, team) if row["figure"] == name]
    return row["value"]


def file_of(client: Client, team: CareTeam) -> list[str]:
    answer = client.get(address(team, "figures.csv"))
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it is a file
