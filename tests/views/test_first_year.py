"""The tests of the first year: four are planned; each says when, what the goal is, and which result answered it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Patient
from tests.cast import months_ago, record, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def rows(client: Client, to: Addresses) -> list[list[str]]:
    """Return the cells of each row, in words."""
    html = client.get(to("first_year")).content.decode()
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_four_tests_with_dates_goals_and_where_they_stand(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(7))
    record(alices_record, "62 %", months_ago(7))
    near = record(alices_record, "8.1 %", months_ago(4))
    record(alices_record, "6 %", months_ago(3, 10))
    found = rows(alices, to)
    assert [row[0] for row in found] == ["At the beginning", "3 months", "6 months", "12 months"]
    assert [row[2] for row in found][1:] == ["10% or lower", "1% or lower", "0.1% or lower"]
    assert [row[3] for row in found] == ["Done 62%", "Done 8.1%", "Now is the time", "Later"]
    assert found[1][1] == "3 Apr 2026 to 29 May 2026"
    assert to("result", result_id=near.pk) in alices.get(to("first_year")).content.decode()


def test_a_test_that_nobody_made_has_no_result_here(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(20))
    record(alices_record, "0.05 %", months_ago(1))
    assert [row[3] for row in rows(alices, to)] == ["No result here"] * 4


@pytest.mark.parametrize(
    ("days_after_first_dose", "state"),
    [(70, "Done"), (69, "Tested on another day"), (39, "Tested on another day"), (38, "No result here")],
)
def test_a_test_just_outside_its_days_is_shown_and_not_called_missing(
    alices: Client, to: Addresses, alices_record: Patient, days_after_first_dose: int, state: str
) -> None:
    """The days of month 3 begin on day 70; a month before, the nearest result is named with its day."""
    started = months_ago(13)
    treat(alices_record, started)
    record(alices_record, "2.5 %", started + timedelta(days=days_after_first_dose))
    stands = rows(alices, to)[1][3]
    assert stands.startswith(state)
    assert ("2.5%" in stands) is (state != "No result here")


def test_a_new_medicine_has_a_first_year_of_its_own(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(20))
    treat(alices_record, months_ago(2), medicine="nilotinib")
    record(alices_record, "22 %", months_ago(17))
    assert "Four tests are planned in the first year on nilotinib" in words_of(alices.get(to("first_year")))
    assert [row[3] for row in rows(alices, to)] == ["No result here", "Later", "Later", "Later"]


@pytest.mark.parametrize("course", ["none", "stopped", "kept"])
def test_where_there_is_no_first_year_it_says_so(
    alices: Client, to: Addresses, alices_record: Patient, course: str
) -> None:
    if course == "stopped":
        treat(alices_record, months_ago(60), months_ago(6))
    if course == "kept":
        treat(alices_record, months_ago(60))
        treat(alices_record, months_ago(6), medicine="nilotinib")
        for months in (8, 3):
            record(alices_record, "0.02 %", months_ago(months))
    assert "No first year to plan" in words_of(alices.get(to("first_year")))


def test_home_leads_there(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(5))
    record(alices_record, "2 %", months_ago(1))
    assert f'href="{to("first_year")}"' in alices.get(to("home")).content.decode()
