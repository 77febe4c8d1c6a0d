"""The record as a file of FHIR: whole, exact, nameless, and for the person alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from fhir.resources.R4B.bundle import Bundle

from accounts.models import Patient
from milestones.clinical.observation import Scale
from milestones.interchange.draft import ResultDraft, TreatmentDraft
from milestones.interchange.fhir_read import read_fhir
from milestones.selectors.timelines import get_timeline
from milestones.services.results import withdraw_result
from tests.cast import TODAY, audited, months_ago, owner, record, treat
from tests.interchange.fhir_samples import loads
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def content_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_the_file_holds_the_record_and_comes_back_as_it_left(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H30, S42."""
    treat(alices_record, months_ago(24))
    record(alices_record, "<0,0032 %", months_ago(1), copies=40_000)
    record(alices_record, "5.10 %", months_ago(2).replace(day=15), day_is_known=False, scale=Scale.NOT_IS)
    record(alices_record, "not detected", TODAY, limit="0.0020", copies=50_000)
    answer = alices.get(to("record_fhir"))
    assert answer["Content-Type"] == "application/fhir+json"
    assert answer["Content-Disposition"] == 'attachment; filename="record.fhir.json"'
    assert answer["Cache-Control"] == "no-store"
    text = content_of(answer)
    Bundle.model_validate(loads(text))
    assert '"value":5.10,' in text
    timeline = get_timeline(alices_record)
    drafts = [item.draft for item in read_fhir(text.encode()).items]
    results = [draft for draft in drafts if isinstance(draft, ResultDraft)]
    assert [draft.observation for draft in results] == [row.observation for row in timeline.rows]
    assert [draft.day_is_known for draft in results] == [row.day_is_known for row in timeline.rows]
    [line] = [draft for draft in drafts if isinstance(draft, TreatmentDraft)]
    assert (line.medicine, line.started_on) == (timeline.treatments[0].medicine, months_ago(24))


def test_no_name_and_no_address_is_in_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """S39, S44."""
    record(alices_record, "0.05 %", TODAY)
    text = content_of(alices.get(to("record_fhir")))
    assert alices_record.display_name not in text
    assert owner(alices_record).email not in text


def test_what_was_entered_in_error_says_so(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.05 %", TODAY)
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    [entry] = [one for one in loads(content_of(alices.get(to("record_fhir"))))["entry"]
               if one["resource"]["resourceType"] == "Observation"]  # fmt: skip
    assert entry["resource"]["status"] == "entered-in-error"
    assert entry["resource"]["meta"] == {"versionId": "2"}
    assert entry["resource"]["valueQuantity"]["value"] == Decimal("0.05")


def test_the_download_is_written_down(alices: Client, to: Addresses) -> None:
    """S32."""
    content_of(alices.get(to("record_fhir")))
    assert audited("record_export", outcome="allowed") == 1


def test_the_way_to_it_stands_beside_the_table(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.05 %", TODAY)
    assert f'href="{to("record_fhir")}"' in alices.get(to("results")).content.decode()
