"""The timeline: every kind of entry on one axis, newest first or as a picture, and only what was chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.clinical.counts import CountUnit
from milestones.services.results import withdraw_result
from tests.cast import (
    answer_question,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    months_ago,
    owner,
    pause,
    plan_test,
    record,
    record_many,
    record_visit,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def entries(answer: Any) -> list[str]:
    """Return each entry of the list: its day and its title."""
    items = re.findall(
        r'timeline-date">(.*?)</p><p class="timeline-title">(.*?)</p>', answer.content.decode(), re.DOTALL
    )
    return [f"{day}: {re.sub('<[^>]*>', '', title)}" for day, title in items]


@pytest.fixture
def life(alices_record: Patient) -> Patient:
    line = treat(alices_record, months_ago(12), dose="400 mg a day")
    record(alices_record, "0.9 %", months_ago(6))
    change_dose(line, months_ago(5), "300 mg a day")
    pause(line, months_ago(4), months_ago(3))
    check_in(alices_record, months_ago(2), tiredness="very much", note="After work")
    record(alices_record, "0.05 %", months_ago(1))
    plan_test(alices_record, booked_on=months_ago(-1))
    visit = record_visit(alices_record, months_ago(0), whom="Dr Example", notes="We keep the dose.")
    answer_question(ask_question(alices_record, "Why the rash?"), "It comes and goes.", months_ago(0), visit)
    count_blood(alices_record, "6.2", CountUnit.GIGA_PER_LITRE, months_ago(7))
    return alices_record


def test_first_visit_says_what_will_be_here(alices: Client, to: Addresses) -> None:
    assert "Nothing here yet" in words_of(alices.get(to("timeline")))


def test_everything_stands_in_order_of_time(alices: Client, to: Addresses, life: Patient) -> None:
    page = alices.get(to("timeline"))
    assert entries(page) == [
        "23 September 2026: Blood test booked",
        "23 August 2026: Visit: Dr Example",
        "23 August 2026: Why the rash?",
        "23 July 2026: 0.05%",
        "23 June 2026: Tiredness: very much",
        "23 May 2026: Last day of the break",
        "23 April 2026: A break begins",
        "23 March 2026: Another dose: 300 mg a day",
        "23 February 2026: 0.9%",
        "23 January 2026: White cells: 6.2 × 10⁹/L",
        "23 August 2025: Imatinib begun",
    ]
    words = words_of(page)
    for said in ("After work", "We keep the dose.", "It comes and goes."):
        assert said in words


@pytest.mark.parametrize(
    ("kinds", "count"),
    [
        (["results"], 2),
        (["treatment"], 4),
        (["side-effects", "tests"], 2),
        (["visits"], 2),
        (["other-results"], 1),
        ([], 11),
        (["no such"], 11),
    ],
)
def test_only_what_is_chosen_is_shown(
    alices: Client, to: Addresses, life: Patient, kinds: list[str], count: int
) -> None:
    page = alices.get(to("timeline"), {"show": kinds})
    assert len(entries(page)) == count
    ticked = re.findall(r'value="([a-z-]+)" id="id_show_\d" checked', page.content.decode())
    assert len(ticked) == (len(kinds) if kinds and kinds != ["no such"] else 6)


def test_the_picture_has_the_same_on_one_axis(alices: Client, to: Addresses, life: Patient) -> None:
    page = alices.get(to("timeline"), {"as": "picture"}).content.decode()
    wide = re.findall(r"<svg class=\"chart-svg chart-wide.*?</svg>", page, re.DOTALL)[0]
    for name in (
        "BCR::ABL1 results",
        "Tests on their way",
        "Visits and answers",
        "Other results",
        "Tiredness",
        "Treatment",
        "0.1% MMR",
    ):
        assert f">{name}</text>" in wide
    assert wide.count("<circle") == 2
    assert (wide.count('"c-bar"'), wide.count('"c-break"')) == (2, 1)
    assert "23 July 2026: 0.05%, MMR. Going down." in wide


def test_what_cannot_be_compared_is_not_joined(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.9 %", months_ago(6))
    record(alices_record, "0.5 %", months_ago(3), laboratory="Laboratory South")
    page = alices.get(to("timeline"), {"as": "picture"}).content.decode()
    assert "c-join" not in page
    record(alices_record, "0.4 %", months_ago(1), laboratory="Laboratory South")
    assert "c-join" in alices.get(to("timeline"), {"as": "picture"}).content.decode()


def test_a_mistake_is_not_on_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.9 %", months_ago(6))
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    assert entries(alices.get(to("timeline"))) == []


def test_a_long_life_goes_on_on_further_pages(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_many(alices_record, 51)
    page = alices.get(to("timeline"), {"show": "results"})
    assert len(entries(page)) == 50
    assert "Page 1 of 2" in words_of(page)
    assert "show=results&amp;page=2#entries" in page.content.decode()
    assert len(entries(alices.get(to("timeline"), {"show": "results", "page": "2"}))) == 1
