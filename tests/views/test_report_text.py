"""Pasting a report: what is found is shown beside its line, and goes through the ordinary form and its check."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from milestones.models import HeldImport, LabResult
from tests.cast import form_on
from tests.interchange.test_report_text import ENGLISH
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def take(client: Client, to: Addresses, answer: Any, number: int = 0) -> Any:
    """Press the button that takes a result on to the form."""
    [(_found, initial), *_more] = answer.context["results"][number:]
    return client.post(to("result_add"), {**initial, "step": "change"})


def test_report_is_found_shown_checked_and_saved(alices: Client, to: Addresses) -> None:
    answer = alices.post(to("import_text"), {"text": ENGLISH}, follow=True)
    html = answer.content.decode()
    assert "BCR::ABL1/ABL1 ratio: <mark>0.031 % (IS)</mark>" in html
    assert "Sample collected: <mark>12 March 2026</mark>" in html
    assert "Received by the laboratory: not used" in html
    assert not LabResult.objects.exists()
    form = take(alices, to, answer)
    assert form.status_code == 200
    fields = {name: values[0] for name, values in form_on(form).items()}
    assert (fields["collected_day"], fields["collected_month"], fields["collected_year"]) == ("12", "3", "2026")
    assert (fields["reported"], fields["scale"], fields["control_gene"]) == ("0.031 % (IS)", "IS", "ABL1")
    assert not LabResult.objects.exists()
    check = alices.post(to("result_add"), {**fields, "step": "check"})
    fields = {name: values[0] for name, values in form_on(check).items()}
    alices.post(to("result_add"), {**fields, "step": "save"})
    row = LabResult.objects.get()
    assert (str(row.value), row.scale, row.control_gene_copies) == ("0.031", "IS", 45_000)
    assert (str(row.limit_of_detection), str(row.log_reduction)) == ("0.002", "3")


def test_what_is_open_is_asked(alices: Client, to: Addresses) -> None:
    answer = alices.post(to("import_text"), {"text": "Collected 01/02/2026\nBCR-ABL1 ratio: 0.05"}, follow=True)
    html = answer.content.decode()
    for asked in ("When was the blood taken?", "What does the report say?", "Is it on the International Scale?"):
        assert asked in html
    fields = {name: values[0] for name, values in form_on(take(alices, to, answer)).items()}
    refused = alices.post(to("result_add"), {**fields, "step": "check"})
    assert refused.status_code == 422
    assert {"collected_month", "scale"} <= set(refused.context["form"].errors)


def test_results_are_taken_one_after_the_other(alices: Client, to: Addresses) -> None:
    text = "Collected 13/02/2026\nBCR-ABL1: 0.06% IS\nCollected 14/05/2026\nBCR-ABL1: 0.05% IS\n"
    answer = alices.post(to("import_text"), {"text": text}, follow=True)
    for number in (0, 1, 1):
        fields = {name: values[0] for name, values in form_on(take(alices, to, answer, number)).items()}
        check = alices.post(to("result_add"), {**fields, "step": "check"})
        alices.post(to("result_add"), {name: values[0] for name, values in form_on(check).items()} | {"step": "save"})
    assert [str(row.value) for row in LabResult.objects.order_by("collected_on")] == ["0.06", "0.05"]


def test_text_without_a_result_is_a_sentence(alices: Client, to: Addresses) -> None:
    answer = alices.post(to("import_text"), {"text": "Dear patient,\nall is well."}, follow=True)
    assert "We found no result in this text" in answer.content.decode()
    assert alices.post(to("import_text"), {"text": " "}).status_code == 422
    too_long = alices.post(to("import_text"), {"text": "x" * 20_001})
    assert too_long.status_code == 422
    assert "too long for one report" in too_long.content.decode()


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x00\u202e BCR-ABL1"]
)
def test_text_is_inert(alices: Client, to: Addresses, payload: str) -> None:
    """S48."""
    text = f"BCR-ABL1 {payload}: 0.05 % IS"
    answer = alices.post(to("import_text"), {"text": text}, follow=True)
    assert "<script>alert" not in answer.content.decode()
    assert "<img src=x" not in answer.content.decode()


def test_text_is_deleted_when_done(alices: Client, to: Addresses) -> None:
    alices.post(to("import_text"), {"text": ENGLISH})
    alices.post(to("import_cancel", held_id=HeldImport.objects.get().pk))
    assert not HeldImport.objects.exists()
