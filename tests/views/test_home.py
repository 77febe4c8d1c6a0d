"""Home: the latest result in words, the goal of the first year, the next test, what to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Patient
from milestones.clinical.observation import Scale
from milestones.services.treatments import withdraw_treatment
from tests.cast import break_audit, months_ago, owner, record, record_all, set_up, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def test_empty_home_says_where_to_begin(alices: Client, to: Addresses) -> None:
    page = alices.get(to("home"))
    words = words_of(page)
    assert "Hello Alice" in words
    assert "No results yet" in words
    assert f'href="{to("result_add")}"' in page.content.decode()
    assert f'href="{to("set_up", step="diagnosis")}"' in page.content.decode()


def test_latest_result_in_words(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(7))
    record_all(alices_record, "3 1.2 %, 1 0.05 %")
    words = words_of(alices.get(to("home")))
    assert "0.05% International Scale" in words
    assert "23 July 2026" in words
    assert "2,000 times lower than the standard starting point (100%)" in words
    assert "7 months on imatinib" in words
    assert "At the goal for this time" in words
    assert "Going down" in words


def test_year_one_is_counted_from_the_first_dose(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H16."""
    treat(alices_record, months_ago(7))
    record(alices_record, "0.58 %", months_ago(1))
    words = words_of(alices.get(to("home"))).split("Your first year")[1]
    assert "7" in words
    assert "23 January 2027" in words


@pytest.mark.parametrize(
    ("course", "said"),
    [("9 9 %, 6 0.9 %, 3 0.09 %", "month 9"), ("9 9 %, 6 0.9 %, 3 0.2 %", "Month 12 of 12")],
)
def test_year_one_says_whether_it_was_reached(
    alices: Client, to: Addresses, alices_record: Patient, course: str, said: str
) -> None:
    treat(alices_record, months_ago(12))
    record_all(alices_record, course)
    assert said in words_of(alices.get(to("home"))).split("Your first year")[1]


def test_without_treatment_there_is_no_goal(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, months_ago(7))
    record(alices_record, "0.58 %")
    withdraw_treatment(patient=alices_record, treatment_id=line.pk, version=1, by=owner(alices_record))
    words = words_of(alices.get(to("home")))
    assert "Your first year" not in words
    assert "No first dose recorded, so no goal" in words


def test_trigger_after_a_stop_stands_first(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(72), months_ago(6))
    record_all(alices_record, "12 nd, 5 0.004 %, 3 0.03 %, 1 0.16 %")
    words = words_of(alices.get(to("home")))
    assert words.index("Above 0.1% after stopping") < words.index("Your latest result")
    assert "6 months since stopping treatment" in words


def test_0_1_after_a_stop_is_no_trigger(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(72), months_ago(6))
    record_all(alices_record, "12 nd, 5 0.004 %, 1 0.1 %")
    assert "Above 0.1% after stopping" not in words_of(alices.get(to("home")))


def test_next_test_is_due_and_overdue(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(24))
    record(alices_record, "0.05 %", months_ago(1))
    words = words_of(alices.get(to("home"))).split("Next test")[1]
    assert "Due on 23 October 2026" in words
    set_up(alices_record, test_interval_months=6)
    record(alices_record, "0.05 %", months_ago(0, 1))
    assert "Has the blood been taken?" not in words_of(alices.get(to("home")))


def test_an_old_result_makes_the_next_test_overdue(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(24))
    record(alices_record, "0.05 %", months_ago(9))
    assert "Has the blood been taken?" in words_of(alices.get(to("home")))


@pytest.mark.parametrize(
    ("around", "said"),
    [({"scale": Scale.NOT_IS}, "not on the International Scale"), ({"scale": Scale.UNKNOWN}, "scale not known")],
)
def test_what_is_not_on_the_scale_gets_no_level_and_no_goal(
    alices: Client, to: Addresses, alices_record: Patient, around: dict[str, Any], said: str
) -> None:
    """H6."""
    treat(alices_record, months_ago(24))
    record(alices_record, "0.05 %", **around)
    words = words_of(alices.get(to("home")))
    assert said in words
    assert "At the goal" not in words
    assert "times lower than the standard" not in words


def test_no_verdict_where_the_site_shows_none(
    alices: Client, to: Addresses, alices_record: Patient, settings: Settings
) -> None:
    settings.PATIENT_VERDICTS = False
    treat(alices_record, months_ago(24))
    record(alices_record, "0.5 %")
    words = words_of(alices.get(to("home")))
    assert "0.5%" in words
    for verdict in ("Above the goal", "Not yet at the goal", "At the goal"):
        assert verdict not in words


@pytest.mark.django_db(transaction=True)
def test_nothing_is_shown_that_cannot_be_written_down(
    alices: Client, to: Addresses, alices_record: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S37: every page of reading fails closed."""
    row = record(alices_record, "0.0317731 %")
    break_audit(monkeypatch)
    for address in (
        *(to(name) for name in ("home", "results", "figure", "results_csv", "goals", "treatment")),
        to("result", result_id=row.pk),
        to("settings"),
    ):
        answer = alices.get(address)
        assert answer.status_code == 503, address
        assert b"0317731" not in answer.content


def test_name_is_inert(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """S48."""
    alices.post(to("settings"), {"part": "person", "display_name": "<b onclick=x>Al", "time_zone": "UTC"})
    html = alices.get(to("home")).content.decode()
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;Al" in html


def test_a_loss_is_said_and_the_past_is_not_praised(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(30))
    record_all(alices_record, "20 0.05 %, 10 0.05 %, 4 0.2 %, 1 0.4 %")
    words = words_of(alices.get(to("home")))

    assert "Your first year" not in words
    assert "Ask your team when to repeat the test" in words
    assert "low chance of losing" not in words


def test_a_newer_test_without_a_level_is_not_shown_as_the_old_one(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(20))
    record_all(alices_record, "6 0.05 %, 3 nd")
    words = words_of(alices.get(to("home")))

    assert "your last with a level" in words
    assert "You are here" not in words


def test_first_month_is_said_as_such(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(0, 3))
    assert "In your first month on imatinib" in words_of(alices.get(to("home")))


def test_a_test_that_first_shows_mmr_is_not_said_to_have_held_it(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    started = months_ago(13)
    treat(alices_record, started)
    record(alices_record, "3 %", months_ago(9))
    record(alices_record, "0.08 %", started + timedelta(days=365))
    assert "At the 12-month test: it is this one." in words_of(alices.get(to("home")))
    record(alices_record, "0.09 %", started + timedelta(days=340))
    assert "At the 12-month test: it held." in words_of(alices.get(to("home")))


@pytest.mark.parametrize(
    ("text", "says"),
    [("0.1 %", "At or below 0.1%, the line after stopping"), ("0.101 %", "Above 0.1% after stopping")],
)
def test_after_stopping_the_badge_names_the_line(
    alices: Client, to: Addresses, alices_record: Patient, text: str, says: str
) -> None:
    treat(alices_record, months_ago(72), months_ago(6))
    record(alices_record, text, months_ago(1))
    assert says in words_of(alices.get(to("home")))


def test_off_the_scale_nobody_waits_for_mmr(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(6))
    until = "until two tests in a row show MMR"
    record(alices_record, "3 %", months_ago(1), scale=Scale.NOT_IS)
    assert until not in words_of(alices.get(to("home")))
    record(alices_record, "3 %", months_ago(1))
    assert until in words_of(alices.get(to("home")))


def test_a_glance_answers_the_three_questions(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(14))
    record_all(alices_record, "8 0.05 %, 1 0.4 %")
    page = alices.get(to("home"))
    words = words_of(page)
    assert "How am I doing? 0.4%. Not yet at the goal" in words
    assert "What is next? Due on 23 October 2026" in words
    assert "What shall I ask? My result is above 0.1% again." in words
    for place in ("now", "next", "ask"):
        assert f'href="#{place}"' in page.content.decode()
        assert page.content.decode().count(f'id="{place}"') == 1


def test_without_a_goal_the_glance_says_a_rise(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_all(alices_record, "3 0.05 %")
    assert "How am I doing? 0.05%. Major molecular response (MMR)" in words_of(alices.get(to("home")))
    record(alices_record, "5 %")
    assert "How am I doing? 5%. A clear rise" in words_of(alices.get(to("home")))


def test_without_a_result_there_is_nothing_to_glance_at(alices: Client, to: Addresses) -> None:
    assert "How am I doing?" not in words_of(alices.get(to("home")))
