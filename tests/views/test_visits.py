"""Visits: to come and past, with a time as people type it, written once, changed, and taken back."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Patient
from milestones.forms.times import TimeRefusal, read_time
from milestones.models import Visit
from milestones.services.entries import visits
from tests.cast import (
    TODAY,
    ask_question,
    at_once,
    audited,
    break_audit,
    dated,
    everything_stored,
    form_on,
    months_ago,
    owner,
    real_database,
    record_all,
    record_visit,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


# --- The time of day --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        (" 9.30 AM ", time(9, 30)),
        ("9:30 p.m.", time(21, 30)),
        ("9h30", time(9, 30)),
        ("9 am", time(9, 0)),
        # Noon and midnight.
        ("12:00 pm", time(12, 0)),
        ("12:30 am", time(0, 30)),
        ("0:00", time(0, 0)),
        ("23:59", time(23, 59)),
        # One step beside each limit.
        ("24:00", TimeRefusal.NO_SUCH_HOUR),
        ("13:00 pm", TimeRefusal.NO_SUCH_HOUR),
        ("0:30 am", TimeRefusal.NO_SUCH_HOUR),
        ("9:60", TimeRefusal.NO_SUCH_MINUTE),
        ("9", TimeRefusal.NO_MINUTES),
        ("930", TimeRefusal.NOT_A_TIME),
        ("9:3", TimeRefusal.NOT_A_TIME),
        ("-9:30", TimeRefusal.NOT_A_TIME),
        ("9:30 or 10:00", TimeRefusal.NOT_A_TIME),
        ("٩:٣٠", TimeRefusal.NOT_A_TIME),
        ("in the morning", TimeRefusal.NOT_A_TIME),
    ],
)
def test_a_time_is_read_or_refused_by_name(text: str, expected: time | TimeRefusal) -> None:
    assert read_time(text) == expected


@given(st.times(), st.sampled_from([":", ".", "h", " : "]))
def test_every_time_can_be_typed_in_either_clock(at: time, mark: str) -> None:
    expected = time(at.hour, at.minute)
    assert read_time(f"{at.hour}{mark}{at.minute:02d}") == expected
    half = "pm" if at.hour >= 12 else "am"
    assert read_time(f"{at.hour % 12 or 12}{mark}{at.minute:02d} {half}") == expected


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_a_named_refusal(text: str) -> None:
    assert isinstance(read_time(text), time | TimeRefusal)


# --- The pages --------------------------------------------------------------------------------------------------------


def test_without_a_visit_the_page_says_where_to_begin(alices: Client, to: Addresses) -> None:
    page = alices.get(to("visits"))
    assert "No next visit yet" in words_of(page)
    assert f'href="{to("visit_add")}"' in page.content.decode()
    assert f'href="{to("question_add")}"' in page.content.decode()


def test_a_visit_is_written_down_and_shown_on_top_and_on_home(alices: Client, to: Addresses) -> None:
    on = TODAY + timedelta(days=9)
    answer = fill_in(alices, to("visit_add"), **dated("on", on), at_time="2.30 pm", with_whom="CML clinic")
    assert answer["Location"] == to("visits")
    for place in ("visits", "home"):
        words = words_of(alices.get(to(place)))
        assert "1 September 2026 at 14:30" in words
        assert "CML clinic" in words
    assert audited("visit_recorded", request_id=answer["X-Request-ID"]) == 1


def test_the_next_visit_is_the_nearest_one_and_today_counts(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    record_visit(alices_record, TODAY + timedelta(days=30))
    record_visit(alices_record, TODAY + timedelta(days=3))
    record_visit(alices_record, TODAY - timedelta(days=1), notes="We talked.")
    words = words_of(alices.get(to("visits")))
    assert "Next visit 26 August 2026" in words
    assert words.index("Later visits") < words.index("22 September 2026")
    assert words.index("Past visits") < words.index("22 August 2026") < words.index("We talked.")
    record_visit(alices_record, TODAY, at=time(8, 5))
    assert "Next visit 23 August 2026 at 8:05" in words_of(alices.get(to("visits")))
    assert "23 August 2026 at 8:05" in words_of(alices.get(to("home")))


def test_two_on_one_day_stand_in_order_of_their_time(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for at in (time(14), time(9, 30)):
        record_visit(alices_record, TODAY + timedelta(days=3), at=at)
    assert "Next visit 26 August 2026 at 9:30" in words_of(alices.get(to("visits")))


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (dated("on", TODAY) | {"on_day": ""}, "Type the day too."),
        (dated("on", TODAY) | {"on_day": "31", "on_month": "6"}, "This month has no such day."),
        ({"on_day": "", "on_month": "", "on_year": ""}, "Give the date"),
        (dated("on", date(2028, 8, 24)), "This is more than two years ahead."),
        (dated("on", TODAY) | {"at_time": "9"}, "Type hours and minutes, like 9:30, or add am or pm."),
        (dated("on", TODAY) | {"at_time": "25:00"}, "Hours run from 0 to 23"),
        (dated("on", TODAY) | {"at_time": "9:75"}, "Minutes run from 00 to 59."),
        (dated("on", TODAY) | {"at_time": "soon"}, "Type the time like 9:30"),
        (dated("on", TODAY) | {"with_whom": "x" * 81}, "room for 80"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(
    alices: Client, to: Addresses, answers: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = fill_in(alices, to("visit_add"), **{"notes": "Kept words", **answers})
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "Kept words" in answer.content.decode()
    for value in answers.values():
        assert f'value="{value}"' in answer.content.decode() or not value
    assert everything_stored() == before


@pytest.mark.parametrize("on", [date(2028, 8, 23), date(1990, 1, 1)], ids=str)
def test_days_from_1990_to_two_years_ahead_are_taken(alices: Client, to: Addresses, on: date) -> None:
    assert fill_in(alices, to("visit_add"), **dated("on", on)).status_code == 302


def test_a_visit_is_changed_and_keeps_its_history(alices: Client, to: Addresses, alices_record: Patient) -> None:
    visit = record_visit(alices_record, months_ago(1), at=time(9), whom="Ward 3")
    address = to("visit_change", row_id=visit.pk)
    page = alices.get(address)
    assert 'value="9:00"' in page.content.decode()
    answer = alices.post(address, {**form_on(page), "notes": "Next test in 3 months."})
    assert answer["Location"] == to("visits")
    visit.refresh_from_db()
    assert (visit.notes, visit.with_whom, visit.version) == ("Next test in 3 months.", "Ward 3", 2)
    assert visit.history.count() == 2


def test_a_change_meanwhile_is_no_loss(alices: Client, to: Addresses, alices_record: Patient) -> None:
    visit = record_visit(alices_record, months_ago(1))
    address = to("visit_change", row_id=visit.pk)
    form = form_on(alices.get(address))
    columns = {"visit_on": months_ago(1), "at_time": None, "with_whom": "", "notes": "Theirs"}
    visits.correct(patient=alices_record, row_id=visit.pk, version=1, columns=columns, by=owner(alices_record))
    answer = alices.post(address, {**form, "notes": "Mine"})
    assert answer.status_code == 409
    assert "This was changed in the meantime" in words_of(answer)
    assert "Mine" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.notes == "Theirs"


def test_posted_twice_is_written_once(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {**form_on(alices.get(to("visit_add"))), **dated("on", TODAY)}
    for _ in range(2):
        assert alices.post(to("visit_add"), form).status_code == 302
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_write_one_row(alices_record: Patient) -> None:
    """R5."""
    key = record_visit(alices_record, TODAY).idempotency_key
    with real_database():
        rows = at_once(3, lambda _: record_visit(alices_record, TODAY, key=key).pk)
    assert len(set(rows)) == 1


def test_taken_back_and_let_count_again(alices: Client, to: Addresses, alices_record: Patient) -> None:
    visit = record_visit(alices_record, TODAY + timedelta(days=3), whom="Ward 3")
    address = to("visit_withdraw", row_id=visit.pk)
    alices.post(address, {"version": "1"})
    words = words_of(alices.get(to("visits")))
    assert "No next visit yet" in words
    assert "Entered by mistake" in words
    assert "26 August 2026" not in words_of(alices.get(to("home")))
    assert alices.get(to("visit_change", row_id=visit.pk)).status_code == 404
    alices.post(address, {"version": "2", "undo": "1"})
    assert "Next visit 26 August 2026" in words_of(alices.get(to("visits")))


def test_a_stale_withdrawal_does_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    visit = record_visit(alices_record, TODAY)
    before = everything_stored()
    answer = alices.post(to("visit_withdraw", row_id=visit.pk), {"version": "7"}, follow=True)
    assert "This was changed in the meantime" in words_of(answer)
    assert everything_stored() == before


def test_nothing_is_saved_that_cannot_be_written_down(
    alices: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**form_on(alices.get(to("visit_add"))), **dated("on", TODAY)}
    break_audit(monkeypatch, "visit_recorded")
    assert alices.post(to("visit_add"), form).status_code == 503
    assert not Visit.objects.exists()


def test_what_is_typed_is_inert(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_visit(alices_record, months_ago(1), whom="<b>whom</b>", notes="<script>x</script>\nline two")
    text = alices.get(to("visits")).content.decode()
    assert "<script>x" not in text
    assert "<b>whom" not in text
    assert "&lt;script&gt;x&lt;/script&gt;<br>line two" in text


def test_many_visits_are_folded(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for number in range(40):
        record_visit(alices_record, months_ago(number + 1), notes=f"Visit {number}")
        ask_question(alices_record, f"Question {number}?")
    page = alices.get(to("visits"))
    words = words_of(page)
    assert "Earlier visits (37)" in words
    assert "More questions (35)" in words
    assert words.index("Visit 2") < words.index("Earlier visits (37)") < words.index("Visit 3")
    assert len(page.content) < 150_000


@pytest.mark.parametrize("page", ["visits", "my_goals"])
@pytest.mark.parametrize(("text", "is_said"), [("0.1 %", False), ("0.101 %", True)])
def test_a_result_that_does_not_wait_for_a_visit_stands_first(
    alices: Client, to: Addresses, alices_record: Patient, page: str, text: str, is_said: bool
) -> None:
    treat(alices_record, months_ago(72), months_ago(6))
    record_all(alices_record, f"12 nd, 1 {text}")
    words = words_of(alices.get(to(page)))
    said = "Above 0.1% after stopping: contact your team now 0.101% on"
    assert (said in words) is is_said
