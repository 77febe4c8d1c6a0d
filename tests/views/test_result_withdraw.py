"""A result that was entered by mistake: it stays, counts nowhere, and can come back."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import LabResult
from tests.cast import audited, break_audit, everything_stored, form_on, months_ago, record, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def test_it_counts_nowhere_and_comes_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.5 %", months_ago(3))
    row = record(alices_record, "0.0417 %", months_ago(1))
    address = to("result_withdraw", result_id=row.pk)
    page = alices.get(to("result", result_id=row.pk))
    answer = alices.post(address, form_on(page))
    assert answer["Location"] == to("result", result_id=row.pk)

    withdrawn = alices.get(answer["Location"])
    assert "entered by mistake" in words_of(withdrawn)
    assert "0.0417" in words_of(withdrawn)
    for name in ("home", "figure", "results_csv"):
        shown = alices.get(to(name))
        body = b"".join(shown.streaming_content) if shown.streaming else shown.content  # type: ignore[attr-defined]
        assert b"0.0417" not in body, name
    results = words_of(alices.get(to("results")))
    assert "1 result of" in results
    assert "0.0417" in results.split("Entered by mistake (1)")[1]

    assert alices.post(address, form_on(withdrawn)).status_code == 302
    assert "0.0417" in words_of(alices.get(to("home")))
    assert LabResult.objects.get(pk=row.pk).version == 3
    assert audited("result_withdrawn") == audited("result_restored") == 1


@pytest.mark.parametrize("version", ["2", "0", "", "x", "-1", "9" * 40, "١"])
def test_a_page_that_is_out_of_date_changes_nothing(
    alices: Client, to: Addresses, alices_record: Patient, version: str
) -> None:
    row = record(alices_record)
    before = everything_stored()
    answer = alices.post(to("result_withdraw", result_id=row.pk), {"version": version})
    assert answer.status_code == 302
    assert "changed in the meantime" in words_of(alices.get(answer["Location"]))
    assert everything_stored() == before


def test_a_double_click_is_one_change(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record)
    for _ in range(2):
        answer = alices.post(to("result_withdraw", result_id=row.pk), {"version": "1"})
        assert answer.status_code == 302
    assert LabResult.objects.get().version == 2
    assert audited("result_withdrawn") == 1


@pytest.mark.django_db(transaction=True)
def test_audit_that_cannot_be_written_changes_nothing(
    alices: Client, to: Addresses, alices_record: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S37."""
    row = record(alices_record)
    before = everything_stored(with_audit=True)
    break_audit(monkeypatch, "result_withdrawn")
    answer = alices.post(to("result_withdraw", result_id=row.pk), {"version": "1"})
    monkeypatch.undo()
    assert answer.status_code == 503
    assert everything_stored(with_audit=True) == before


def test_only_a_post_changes(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record)
    before = everything_stored()
    assert alices.get(to("result_withdraw", result_id=row.pk), {"version": "1"}).status_code == 405
    assert everything_stored() == before
