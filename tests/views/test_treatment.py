"""The pages of treatment: the list, adding a line, changing it, taking it back."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import Treatment
from tests.cast import (
    audited,
    change_dose,
    dated,
    everything_stored,
    form_on,
    months_ago,
    record,
    treat,
    words_of,
)
from tests.views.conftest import Addresses
from tests.views.test_result_add import sign_in

pytestmark = pytest.mark.django_db

STARTED = months_ago(9)
LINE = {"medicine": "imatinib", "dose": "400 mg a day", **dated("started", STARTED)}


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def test_a_line_is_added_and_shown(alices: Client, to: Addresses) -> None:
    assert "No medicine yet" in words_of(alices.get(to("treatment")))
    answer = fill_in(alices, to("treatment_add"), **LINE)
    assert answer["Location"] == to("treatment")
    words = words_of(alices.get(to("treatment")))
    assert "imatinib 400 mg a day" in words
    assert "since 23 November 2025" in words
    assert audited("treatment_recorded", request_id=answer["X-Request-ID"]) == 1


def test_a_form_posted_twice_is_one_line(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {**form_on(alices.get(to("treatment_add"))), **LINE}
    assert [alices.post(to("treatment_add"), form).status_code for _ in range(2)] == [302, 302]
    assert Treatment.objects.count() == audited("treatment_recorded") == 1


def test_a_stop_is_one_of_its_answers(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED)
    address = to("treatment_change", treatment_id=line.pk)
    assert fill_in(alices, address, **dated("stopped", months_ago(1))).status_code == 302
    assert "23 November 2025 to 23 July 2026" in words_of(alices.get(to("treatment")))
    assert Treatment.objects.get().version == 2
    assert "1 month since stopping treatment" in words_of(alices.get(to("home")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"medicine": ""},
        {"medicine": "aspirin"},
        {"started_year": "26"},
        {"started_year": "2027"},
        {"started_month": ""},
        {"dose": "x" * 41},
        dated("stopped", months_ago(10)),
        {"stopped_month": "8", "stopped_year": "2025"},
        {"idempotency_key": "x"},
        {"dose": "\0"},
    ],
    ids=str,
)
def test_errors_keep_what_was_typed_and_save_nothing(alices: Client, to: Addresses, wrong: dict[str, str]) -> None:
    page = fill_in(alices, to("treatment_add"), **{**LINE, **wrong})
    assert page.status_code == 422
    assert not Treatment.objects.exists()
    assert "There is a problem" in words_of(page)
    kept = form_on(page)
    for name, value in {**LINE, **wrong}.items():
        if name != "medicine" and "\0" not in value:
            assert kept[name] == [value], name


def test_day_may_be_unknown(alices: Client, to: Addresses) -> None:
    assert fill_in(alices, to("treatment_add"), **{**LINE, "started_day": ""}).status_code == 302
    row = Treatment.objects.get()
    assert (row.started_on, row.started_precision) == (STARTED.replace(day=1), "month")
    assert "since November 2025" in words_of(alices.get(to("treatment")))


def test_stop_in_the_month_of_the_start_is_no_contradiction(alices: Client, to: Addresses) -> None:
    answers = {**LINE, "stopped_month": "11", "stopped_year": "2025"}
    assert fill_in(alices, to("treatment_add"), **answers).status_code == 302
    row = Treatment.objects.get()
    assert row.stopped_on is not None
    assert row.stopped_on >= row.started_on


def test_two_edits_at_once_write_once_and_keep_what_was_typed(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """R6."""
    line = treat(alices_record, STARTED)
    address = to("treatment_change", treatment_id=line.pk)
    form = form_on(alices.get(address))
    assert alices.post(address, {**form, "dose": "300 mg"}).status_code == 302
    before = everything_stored()
    conflict = alices.post(address, {**form, "dose": "600 mg"})
    assert conflict.status_code == 409
    assert "changed in the meantime" in words_of(conflict)
    assert form_on(conflict)["dose"] == ["600 mg"]
    assert everything_stored() == before


def test_a_line_is_withdrawn_and_comes_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED)
    record(alices_record, "5 %")
    address = to("treatment_withdraw", treatment_id=line.pk)
    assert alices.post(address, form_on(alices.get(to("treatment")))).status_code == 302
    page = alices.get(to("treatment"))
    assert "Entered by mistake" in words_of(page)
    assert "imatinib" not in words_of(alices.get(to("home")))
    assert alices.post(address, form_on(page)).status_code == 302
    assert "9 months on imatinib" in words_of(alices.get(to("home")))
    assert Treatment.objects.get().version == 3
    assert audited("treatment_withdrawn") == audited("treatment_restored") == 1


def test_withdrawing_an_older_version_changes_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED)
    before = everything_stored()
    answer = alices.post(to("treatment_withdraw", treatment_id=line.pk), {"version": "7"})
    assert "changed in the meantime" in words_of(alices.get(answer["Location"]))
    assert everything_stored() == before


@pytest.mark.parametrize("payload", ["<b>400</b> mg", "=1+1", "{{ 7*7 }}", '" onmouseover="x', "\u202egm 004"])
def test_dose_is_inert_wherever_it_is_shown(
    alices: Client, to: Addresses, alices_record: Patient, payload: str
) -> None:
    """S48."""
    treat(alices_record, STARTED, dose=payload)
    record(alices_record, "5 %")
    assert escape(payload) in alices.get(to("treatment")).content.decode()
    for name in ("home", "treatment", "results", "figure"):
        html = alices.get(to(name)).content.decode()
        assert "<b>400" not in html, name
        assert 'onmouseover="x' not in html.replace('\\"', "&quot;"), name


def test_what_was_typed_survives_the_end_of_the_session(alices: Client, to: Addresses) -> None:
    form = form_on(alices.get(to("treatment_add")))
    alices.session.flush()
    assert alices.post(to("treatment_add"), {**form, **LINE}).status_code == 302
    page = alices.get(sign_in(alices, to("treatment_add"))["Location"])
    kept = form_on(page)
    assert (kept["medicine"], kept["dose"]) == (["imatinib"], ["400 mg a day"])
    assert alices.post(to("treatment_add"), kept).status_code == 302
    assert Treatment.objects.count() == 1


def test_an_earlier_medicine_without_a_stop_is_not_shown_as_taken_now(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(20))
    treat(alices_record, months_ago(5), medicine="dasatinib")
    words = words_of(alices.get(to("treatment")))

    assert "since 23 March 2026" in words
    assert "from 23 December 2024; the last dose is not written down" in words


NEW = {"medicine": "dasatinib", "dose": "100 mg a day"}


def test_an_overlap_is_asked_about_and_saved_when_it_is_right(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(20), months_ago(3))
    answers = {**NEW, **dated("started", months_ago(3, 11))}
    asked = fill_in(alices, to("treatment_add"), **answers)
    assert asked.status_code == 200
    assert "These two medicines overlap by 12 days: imatinib and dasatinib. Is that right?" in words_of(asked)
    assert "Nothing is saved yet." in words_of(asked)
    assert Treatment.objects.count() == 1
    form = form_on(asked)
    assert form["dose"] == ["100 mg a day"]
    # Without the answer it is asked again.
    assert alices.post(to("treatment_add"), form).status_code == 200
    assert Treatment.objects.count() == 1
    assert alices.post(to("treatment_add"), {**form, "step": "confirm"})["Location"] == to("treatment")
    assert Treatment.objects.count() == 2
    # R5: the same post once more is answered like the first.
    assert alices.post(to("treatment_add"), {**form, "step": "confirm"}).status_code == 302
    assert Treatment.objects.count() == audited("treatment_recorded") == 2


def test_the_answer_counts_for_the_question_that_was_asked_and_no_other(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(20), months_ago(3))
    asked = form_on(fill_in(alices, to("treatment_add"), **NEW, **dated("started", months_ago(3, 11))))
    other = {**asked, **dated("started", months_ago(4)), "step": "confirm"}
    answer = alices.post(to("treatment_add"), other)
    assert "overlap by 31 days" in words_of(answer)
    assert Treatment.objects.count() == 1


def test_a_gap_and_a_missing_last_dose_are_asked_about(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, months_ago(20), months_ago(6))
    gap = words_of(fill_in(alices, to("treatment_add"), **NEW, **dated("started", months_ago(5))))
    assert "Between the last dose of imatinib and the first dose of dasatinib there are 27 days." in gap
    fill_in(alices, to("treatment_change", treatment_id=line.pk), stopped_day="", stopped_month="", stopped_year="")
    open_line = words_of(fill_in(alices, to("treatment_add"), **NEW, **dated("started", months_ago(5))))
    assert "The last dose of imatinib is not written down, and dasatinib has begun." in open_line
    assert Treatment.objects.count() == 1


def test_a_change_asks_only_about_what_it_brings(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """Another dose in words asks nothing again; another first day does."""
    treat(alices_record, months_ago(20), months_ago(3))
    line = treat(alices_record, months_ago(4), medicine="dasatinib")
    address = to("treatment_change", treatment_id=line.pk)
    assert fill_in(alices, address, dose="70 mg a day").status_code == 302
    assert fill_in(alices, address, **dated("started", months_ago(5))).status_code == 200
    line.refresh_from_db()
    assert (line.dose, line.started_on) == ("70 mg a day", months_ago(4))
    # So does the last dose of a line whose beginning was asked about.
    assert fill_in(alices, address, **dated("stopped", months_ago(1))).status_code == 302


def test_open_questions_stand_on_the_page_until_the_dates_are_right(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    line = treat(alices_record, months_ago(20))
    treat(alices_record, months_ago(5), medicine="dasatinib")
    assert "A last dose is not written down" in words_of(alices.get(to("treatment")))
    fill_in(alices, to("treatment_change", treatment_id=line.pk), **dated("stopped", months_ago(5)))
    assert "Is that right?" not in words_of(alices.get(to("treatment")))
    assert "not written down" not in words_of(alices.get(to("treatment")))


def test_the_card_shows_the_dose_that_is_taken_now(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED, dose="400 mg a day")
    change_dose(line, months_ago(3), "300 mg a day")
    html = alices.get(to("treatment")).content.decode()
    assert "<h2>imatinib 300 mg a day</h2>" in html
    assert "First dose: 400 mg a day." in words_of(alices.get(to("treatment")))


def test_what_restarts_the_clock_is_said_and_buttons_speak_of_what_happened(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(30), months_ago(20))
    treat(alices_record, months_ago(20), medicine="dasatinib")
    html, words = alices.get(to("treatment")).content.decode(), words_of(alices.get(to("treatment")))
    assert "A new medicine starts the clock of the goals again." in words
    assert "A change of dose or a break does not: the clock runs on." in words
    # The line that goes on has three buttons; of the finished one they are folded away.
    assert words.count("I no longer take it") == 1
    finished = html[html.index("<h2>imatinib") :]
    assert finished.index("<details>") < finished.index("My dose changed")
