"""Missed doses: one plain question without blame, private unless somebody ticks that it may be seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from accounts.permissions import Role, view_as
from milestones.models import MissedDoses
from milestones.selectors.missed_doses import ROWS_ON_A_PAGE, get_missed_doses
from tests.cast import TODAY, audited, everything_stored, form_on, miss_doses, months_ago, seen_as, words_of
from tests.explanations.wording import what_is_banned
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def test_an_answer_is_written_down_with_the_day_it_was_given(alices: Client, to: Addresses) -> None:
    page = alices.get(to("missed_doses"))
    assert "In the last 4 weeks, how many doses were missed?" in words_of(page)
    assert "how_many" not in form_on(page), "no answer is chosen beforehand"
    answer = alices.post(to("missed_doses_add"), {**form_on(page), "how_many": "3 to 5", "note": "on a journey"})
    assert answer["Location"] == to("missed_doses")
    row = MissedDoses.objects.get()
    assert (row.noted_on, row.how_many, row.note) == (TODAY, "3 to 5", "on a journey")
    words = words_of(alices.get(to("missed_doses")))
    assert "3 to 5 in the 4 weeks before 23 August 2026 on a journey" in words
    assert audited("missed_doses_recorded", request_id=answer["X-Request-ID"]) == 1


def test_it_is_private_unless_somebody_ticks_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    assert "is_shared" not in form_on(alices.get(to("missed_doses")))
    fill_in(alices, to("missed_doses_add"), how_many="none")
    assert not MissedDoses.objects.get().is_shared
    assert "Only you see this." in words_of(alices.get(to("missed_doses")))
    assert get_missed_doses(seen_as(alices_record, view_as(Role.CARER_VIEW))) == ()
    fill_in(alices, to("missed_doses_add"), how_many="1 or 2", is_shared="on")
    assert "You and your team may see this." in words_of(alices.get(to("missed_doses")))
    [seen] = get_missed_doses(seen_as(alices_record, view_as(Role.CARER_VIEW)))
    assert seen.how_many == "1 or 2"
    assert len(get_missed_doses(alices_record)) == 2


def test_the_tick_can_be_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = miss_doses(alices_record, on=months_ago(2), is_shared=True)
    address = to("missed_doses_change", row_id=row.pk)
    form = form_on(alices.get(address))
    assert form.pop("is_shared"), "the tick stands in the form"
    assert alices.post(address, form).status_code == 302
    assert get_missed_doses(seen_as(alices_record, view_as(Role.CARER_VIEW))) == ()
    row.refresh_from_db()
    assert (row.noted_on, row.version, row.history.count()) == (months_ago(2), 2, 2)


def test_it_is_asked_without_blame(alices: Client, to: Addresses) -> None:
    words = words_of(alices.get(to("missed_doses")))
    assert "Many people miss a dose now and then." in words
    assert what_is_banned(words) == []
    assert "forgot" not in words


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose one answer."),
        ({"how_many": "12"}, "Select a valid choice"),
        ({"how_many": "none", "note": "x" * 301}, "room for 300"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    alices: Client, to: Addresses, alices_record: Patient, answers: dict[str, str], said: str
) -> None:
    miss_doses(alices_record, note="an earlier answer")
    before = everything_stored()
    answer = fill_in(alices, to("missed_doses_add"), **{"note": "mine", **answers})
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "an earlier answer" in words_of(answer)
    assert form_on(answer)["note"] == [answers.get("note", "mine")]
    assert everything_stored() == before


def test_a_form_posted_twice_is_one_row(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {**form_on(alices.get(to("missed_doses"))), "how_many": "unknown"}
    assert [alices.post(to("missed_doses_add"), form).status_code for _ in range(2)] == [302, 302]
    assert MissedDoses.objects.count() == audited("missed_doses_recorded") == 1


def test_two_changes_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    row = miss_doses(alices_record)
    address = to("missed_doses_change", row_id=row.pk)
    form = form_on(alices.get(address))
    assert alices.post(address, {**form, "note": "one"}).status_code == 302
    answer = alices.post(address, {**form, "note": "two"})
    assert answer.status_code == 409
    assert form_on(answer)["note"] == ["two"]
    row.refresh_from_db()
    assert row.note == "one"


def test_a_mistake_is_marked_and_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = miss_doses(alices_record)
    address = to("missed_doses_withdraw", row_id=row.pk)
    assert alices.post(address, {"version": "1"}).status_code == 302
    assert "Entered by mistake" in words_of(alices.get(to("missed_doses")))
    assert alices.get(to("missed_doses_change", row_id=row.pk)).status_code == 404
    assert alices.post(address, {"version": "2", "undo": "1"}).status_code == 302
    assert "Entered by mistake" not in words_of(alices.get(to("missed_doses")))


def test_a_long_history_is_paged(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for number in range(ROWS_ON_A_PAGE + 1):
        miss_doses(alices_record, on=months_ago(number))
    assert "Page 1 of 2" in words_of(alices.get(to("missed_doses")))
    second = words_of(alices.get(to("missed_doses") + "?page=2"))
    assert "before 23 December 2024" in second
    assert "before 23 August 2026" not in second
