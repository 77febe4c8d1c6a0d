"""How far the next test has come: due, booked, blood taken, and the result that closes it; each can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import PlannedTest
from tests.cast import (
    TODAY,
    audited,
    dated,
    everything_stored,
    form_on,
    months_ago,
    plan_test,
    record,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

AHEAD = TODAY + timedelta(days=12)


@pytest.fixture(autouse=True)
def _on_treatment(alices_record: Patient) -> None:
    treat(alices_record, months_ago(14))
    record(alices_record, "0.05 %", months_ago(3))


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def home(client: Client, to: Addresses) -> str:
    return words_of(client.get(to("home")))


def test_from_due_to_the_result(alices: Client, to: Addresses, alices_record: Patient) -> None:
    assert "I have an appointment" in home(alices, to)
    answer = fill_in(alices, to("next_test_day", what="booked"), **dated("on", AHEAD))
    assert answer["Location"] == to("home")
    assert "Booked for 4 September 2026." in home(alices, to)
    answer = fill_in(alices, to("next_test_day", what="taken"), **dated("on", TODAY))
    assert audited("planned_test_changed", request_id=answer["X-Request-ID"]) == 1
    words = home(alices, to)
    assert "Blood taken on 23 August 2026. The result is on its way." in words
    assert "The result is in" in words
    assert PlannedTest.objects.count() == 1
    record(alices_record, "0.04 %", TODAY)
    words = home(alices, to)
    assert "on its way" not in words
    assert "I have an appointment" in words


def test_stages_say_which_are_done(alices: Client, to: Addresses, alices_record: Patient) -> None:
    plan_test(alices_record, booked_on=AHEAD)
    html = alices.get(to("home")).content.decode()
    stages = html.split('<ol class="stages">')[1].split("</ol>")[0]
    assert stages.count('class="done"') == 2


def test_due_is_done_once_the_day_has_come(alices: Client, to: Addresses, alices_record: Patient) -> None:
    def done() -> int:
        html = alices.get(to("home")).content.decode()
        return html.split('<ol class="stages">')[1].split("</ol>")[0].count('class="done"')

    assert done() == 1
    record(alices_record, "0.04 %", TODAY - timedelta(days=1))
    assert done() == 0


def test_blood_taken_shows_today_first(alices: Client, to: Addresses) -> None:
    form = form_on(alices.get(to("next_test_day", what="taken")))
    assert [form[f"on_{part}"] for part in ("day", "month", "year")] == [["23"], ["8"], ["2026"]]


def test_an_appointment_that_has_passed_is_asked_about(alices: Client, to: Addresses, alices_record: Patient) -> None:
    plan_test(alices_record, booked_on=TODAY - timedelta(days=1))
    assert "Has the blood been taken?" in home(alices, to)


def test_what_was_written_down_is_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = plan_test(alices_record, booked_on=AHEAD)
    answer = alices.post(to("next_test_withdraw", test_id=row.pk), {"version": "1"})
    assert answer["Location"] == to("home")
    assert "Booked for" not in home(alices, to)
    assert PlannedTest.objects.get().history.count() == 2


@pytest.mark.parametrize(
    ("what", "answers", "said"),
    [
        ("booked", {}, "Give the date"),
        ("booked", dated("on", TODAY + timedelta(days=367)), "This is more than a year ahead."),
        ("booked", {"on_day": "", "on_month": "9", "on_year": "2026"}, "Type the day too."),
        ("taken", dated("on", TODAY + timedelta(days=2)), "has not come yet"),
        ("taken", {"on_day": "31", "on_month": "2", "on_year": "2026"}, "This month has no such day."),
    ],
)
def test_a_day_that_cannot_be_is_said_and_kept(
    alices: Client, to: Addresses, what: str, answers: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = fill_in(alices, to("next_test_day", what=what), **answers)
    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = form_on(answer)
    assert all(kept[name] == [text] for name, text in answers.items())
    assert everything_stored() == before


def test_a_form_posted_twice_is_one_test(alices: Client, to: Addresses) -> None:
    """R5."""
    address = to("next_test_day", what="booked")
    form = {**form_on(alices.get(address)), **dated("on", AHEAD)}
    assert [alices.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert PlannedTest.objects.count() == 1


def test_two_windows_that_knew_of_no_test_do_not_overwrite(alices: Client, to: Addresses) -> None:
    address = to("next_test_day", what="booked")
    first, second = form_on(alices.get(address)), form_on(alices.get(address))
    assert alices.post(address, {**first, **dated("on", AHEAD)}).status_code == 302
    assert alices.post(address, {**second, **dated("on", TODAY)}).status_code == 409
    assert PlannedTest.objects.get().booked_on == AHEAD


def test_two_changes_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    plan_test(alices_record, booked_on=AHEAD)
    address = to("next_test_day", what="booked")
    first, second = form_on(alices.get(address)), form_on(alices.get(address))
    assert alices.post(address, {**first, **dated("on", date(2026, 9, 10))}).status_code == 302
    answer = alices.post(address, {**second, **dated("on", date(2026, 9, 20))})
    assert answer.status_code == 409
    assert "This was changed in the meantime" in words_of(answer)
    assert PlannedTest.objects.get().booked_on == date(2026, 9, 10)


def test_nothing_else_can_be_written_down(alices: Client, to: Addresses) -> None:
    assert alices.get(to("next_test_day", what="guessed")).status_code == 404


def test_an_overdue_test_that_was_taken_is_not_called_overdue(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(14))
    record(alices_record, "0.05 %", months_ago(5))
    assert "Has the blood been taken?" not in home(alices, to)
    plan_test(alices_record, taken_on=TODAY)
    words = home(alices, to)
    assert "more than two weeks ago" not in words
    assert "The result is on its way." in words


def test_an_appointment_may_lie_a_year_ahead(alices: Client, to: Addresses, alices_record: Patient) -> None:
    address = to("next_test_day", what="booked")
    form = {**form_on(alices.get(address)), **dated("on", TODAY + timedelta(days=366))}
    assert alices.post(address, form).status_code == 302
