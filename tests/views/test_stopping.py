"""After a recorded stop: the schedule, the line, what is usual; and nothing that suggests a stop."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Patient
from tests.cast import form_on, months_ago, record, record_all, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

CONTACT = "Above 0.1% after stopping: contact your team now"


def test_without_a_stop_it_suggests_none(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(60))
    record_all(alices_record, "40 0.004 %, 20 nd, 2 nd")
    words = words_of(alices.get(to("stopping")))
    assert "No stop is written down" in words
    assert "This page never suggests a stop." in words
    assert "Met" not in words.split()
    for page in ("home", "record"):
        assert f'href="{to("stopping")}"' not in alices.get(to(page)).content.decode()


def test_after_a_stop_home_and_record_lead_there(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(60), months_ago(2))
    for page in ("home", "record"):
        assert f'href="{to("stopping")}"' in alices.get(to(page)).content.decode()


def test_the_schedule_names_each_test_and_its_result(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(60), months_ago(3))
    record_all(alices_record, "2 0.0041 %, 1 0.02 %")
    words = words_of(alices.get(to("stopping")))
    assert "Last dose on 23 May 2026, 3 months ago." in words
    assert "1 23 June 2026 0.0041%, 23 Jun 2026" in words
    assert "2 23 July 2026 0.02%, 23 Jul 2026" in words
    assert "3 23 August 2026 Now is the time" in words
    assert "4 23 September 2026 Still to come" in words


@pytest.mark.parametrize(("text", "calls"), [("0.1 %", False), ("0.101 %", True)])
def test_one_value_above_the_line_is_the_sign(
    alices: Client, to: Addresses, alices_record: Patient, text: str, calls: bool
) -> None:
    treat(alices_record, months_ago(60), months_ago(3))
    record(alices_record, text, months_ago(1))
    for page in ("stopping", "home"):
        words = words_of(alices.get(to(page)))
        assert (CONTACT in words) is calls, page
        assert ("0.101% on 23 July 2026." in words) is calls, page


def test_on_a_restart_the_page_ends_and_the_clock_begins_again(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(60), months_ago(5))
    record(alices_record, "0.5 %", months_ago(2))
    assert CONTACT in words_of(alices.get(to("stopping")))
    treat(alices_record, months_ago(1))
    assert "No stop is written down" in words_of(alices.get(to("stopping")))
    assert "1 month on imatinib" in words_of(alices.get(to("home")))


def test_what_is_usual_and_the_mood_question(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(60), months_ago(3))
    page = alices.get(to("stopping"))
    words = words_of(page)
    assert "Small values below 0.1% are common after a stop." in words
    assert "Aches in muscles and joints are common after a stop." in words
    answer = alices.post(to("check_in"), {**form_on(page), "mood": "very low"}, follow=True)
    assert "In yourself: Very low" in words_of(answer)


def test_conditions_are_met_not_met_or_not_recorded_as_on_the_day_of_the_stop(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(60), months_ago(3))
    record_all(alices_record, "40 0.004 %, 30 0.004 %, 20 0.02 %, 10 0.004 %")
    page = alices.get(to("stopping")).content.decode()
    states = re.findall(r"<li><p><b>.*?#i-(\w+)", page, re.DOTALL)
    # 57 months: over 3 years, not over 5; MR4 was lost in between; phase and resistance are not written down.
    assert states == ["check", "talk", "talk", "none", "none"]
    assert "no verdict" in page


def test_a_long_time_after_is_folded(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(130), months_ago(70))
    words = words_of(alices.get(to("stopping")))
    assert "Earlier tests (" in words
    assert "72 23 October 2026 Still to come" in words
