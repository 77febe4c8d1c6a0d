"""The list for a pharmacist: everything that is taken, the medicine for CML on top, and no checker."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import OtherMedicine
from tests.cast import (
    TODAY,
    also_takes,
    audited,
    change_dose,
    dated,
    everything_stored,
    form_on,
    months_ago,
    pause,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

MEDICINE = {"name": "Vitamin D", "how_taken": "1 drop a day", **dated("started", months_ago(9))}


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def test_a_medicine_is_added_and_stands_on_the_list(alices: Client, to: Addresses) -> None:
    assert "Nothing else is written down." in words_of(alices.get(to("other_medicines")))
    answer = fill_in(alices, to("other_medicine_add"), **MEDICINE)
    assert answer["Location"] == to("other_medicines")
    words = words_of(alices.get(to("other_medicines")))
    assert "Vitamin D 1 drop a day 23 November 2025" in words
    assert audited("other_medicine_recorded", request_id=answer["X-Request-ID"]) == 1


def test_the_list_is_made_for_a_pharmacist(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """Whose it is, of which day, the dose that is taken now, and no medicine that was ended."""
    treat(alices_record, months_ago(30), months_ago(20), medicine="imatinib")
    line = treat(alices_record, months_ago(20), medicine="nilotinib", dose="300 mg twice a day")
    change_dose(line, months_ago(5), "150 mg twice a day")
    also_takes(alices_record, "Ramipril", how_taken="5 mg in the morning")
    also_takes(alices_record, "Amoxicillin", started_on=months_ago(3), stopped_on=months_ago(2))
    words = words_of(alices.get(to("other_medicines")))
    assert "Alice . As of 23 August 2026." in words
    assert "nilotinib 150 mg twice a day since 23 December 2024" in words
    assert "imatinib" not in words
    assert words.index("nilotinib") < words.index("Ramipril 5 mg in the morning") < words.index("taken earlier")
    assert "1 medicine taken earlier" in words
    pause(line, months_ago(1))
    assert "in a break since 23 July 2026" in words_of(alices.get(to("other_medicines")))


def test_it_says_why_there_is_no_checker_and_where_to_ask(alices: Client, to: Addresses) -> None:
    words = words_of(alices.get(to("other_medicines")))
    assert "This site does not check if medicines go together." in words
    assert "your pharmacist or your CML team" in words
    assert "leaflet" in words


def test_it_prints_without_a_script_too(alices: Client, to: Addresses) -> None:
    html = alices.get(to("other_medicines")).content.decode()
    assert "use your browser's print" in words_of(alices.get(to("other_medicines")))
    assert '<span class="print-button" hidden>' in html
    assert "js/print.js" in html


@pytest.mark.parametrize(
    ("last", "is_taken"),
    [(TODAY, True), (months_ago(0, 1), False), (months_ago(-1), True)],
)
def test_the_last_day_is_a_day_on_which_it_is_taken(
    alices: Client, to: Addresses, alices_record: Patient, last: Any, is_taken: bool
) -> None:
    also_takes(alices_record, "Amoxicillin", stopped_on=last)
    assert ("taken earlier" not in words_of(alices.get(to("other_medicines")))) is is_taken


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Type the name."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"how_taken": "\0"}, "Null characters are not allowed"),
        (dated("stopped", months_ago(10)), "The end is before the beginning."),
        (dated("started", months_ago(-1)), "has not come yet"),
        ({"started_month": ""}, "Choose the month."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    alices: Client, to: Addresses, wrong: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = fill_in(alices, to("other_medicine_add"), **{**MEDICINE, **wrong})
    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = form_on(answer)
    for name, text in {**MEDICINE, **wrong}.items():
        if "\0" not in text:
            assert kept[name] == [text], name
    assert everything_stored() == before


def test_only_the_name_has_to_be_known(alices: Client, to: Addresses) -> None:
    assert fill_in(alices, to("other_medicine_add"), name="Magnesium").status_code == 302
    row = OtherMedicine.objects.get()
    assert (row.started_on, row.stopped_on, row.how_taken) == (None, None, "")


def test_months_are_enough(alices: Client, to: Addresses) -> None:
    dates = {"started_month": "8", "started_year": "2026", "stopped_month": "8", "stopped_year": "2026"}
    assert fill_in(alices, to("other_medicine_add"), name="Amoxicillin", **dates).status_code == 302
    assert "Amoxicillin August 2026 August 2026" in words_of(alices.get(to("other_medicines")))


def test_a_form_posted_twice_is_one_row(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {**form_on(alices.get(to("other_medicine_add"))), **MEDICINE}
    assert [alices.post(to("other_medicine_add"), form).status_code for _ in range(2)] == [302, 302]
    assert OtherMedicine.objects.count() == audited("other_medicine_recorded") == 1


def test_two_changes_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    row = also_takes(alices_record, "Ramipril", how_taken="5 mg", started_on=months_ago(9))
    address = to("other_medicine_change", row_id=row.pk)
    form = form_on(alices.get(address))
    assert alices.post(address, {**form, "how_taken": "10 mg"}).status_code == 302
    answer = alices.post(address, {**form, "how_taken": "2.5 mg"})
    assert answer.status_code == 409
    assert "This was changed in the meantime" in words_of(answer)
    assert form_on(answer)["how_taken"] == ["2.5 mg"]
    row.refresh_from_db()
    assert (row.how_taken, row.version, row.started_on) == ("10 mg", 2, months_ago(9))


def test_what_was_a_mistake_leaves_the_list_and_comes_back(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    row = also_takes(alices_record, "Ramipril")
    address = to("other_medicine_withdraw", row_id=row.pk)
    assert alices.post(address, {"version": "1"}).status_code == 302
    page = alices.get(to("other_medicines"))
    assert "Entered by mistake (1)" in words_of(page)
    assert alices.get(to("other_medicine_change", row_id=row.pk)).status_code == 404
    assert alices.post(address, form_on(page)).status_code == 302
    assert "Entered by mistake" not in words_of(alices.get(to("other_medicines")))


@pytest.mark.parametrize("payload", ["<b>x</b>", '" onmouseover="x', "{{ 7*7 }}"])
def test_a_name_is_inert(alices: Client, to: Addresses, alices_record: Patient, payload: str) -> None:
    """S48."""
    also_takes(alices_record, payload, how_taken=payload)
    html = alices.get(to("other_medicines")).content.decode()
    assert escape(payload) in html
    assert "<b>x" not in html
