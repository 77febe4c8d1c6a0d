"""The pages of treatment: the list, adding a line, changing it, taking it back."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import Treatment
from tests.cast import audited, dated, everything_stored, form_on, months_ago, record, treat, words_of
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
