"""A portal's FHIR file through the preview: understood, listed, brought in, corrected and taken back by its source."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Patient, User
from milestones.models import HeldImport, ImportBatch, LabResult, RecordStatus, Treatment
from milestones.selectors.timelines import get_profile
from tests.cast import everything_stored, form_on, months_ago, record, set_up, share, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def observation(
    number: int, value: str, *, status: str = "final", on: str = "2026-03-05", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"obs-{number}",
        "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": "69380-4"}]},
        "effectiveDateTime": on,
        "valueQuantity": {"value": "@", "unit": "%", "system": "http://unitsofmeasure.org", "code": "%", **more},
        "@": value,
    }


def bundle(*resources: dict[str, Any]) -> bytes:
    """Return a Bundle, each value with the digits that are given."""
    parts = []
    for resource in resources:
        value = resource.pop("@", "")
        parts.append(f'{{"resource": {json.dumps(resource).replace(chr(34) + "@" + chr(34), value)}}}')
    return f'{{"resourceType": "Bundle", "type": "collection", "entry": [{", ".join(parts)}]}}'.encode()


IMATINIB = {
    "resourceType": "MedicationStatement",
    "id": "med-1",
    "status": "active",
    "medicationCodeableConcept": {"text": "imatinib 400 mg"},
    "subject": {"reference": "Patient/1"},
    "effectivePeriod": {"start": "2025-11-02"},
}


def choose(browser: Client, to: Addresses, content: bytes, name: str = "portal.json") -> Any:
    upload = SimpleUploadedFile(name, content, "application/json")
    return browser.post(to("imports"), {"file": upload}, follow=True)


def bring_in(browser: Client, page: Any, **more: str) -> Any:
    address = page.redirect_chain[-1][0]
    return browser.post(address, {**form_on(page), "step": "apply", "seen": "1", **more}, follow=True)


def test_results_and_medicine_come_in_as_they_are(alices: Client, to: Addresses, alices_record: Patient) -> None:
    file = bundle(observation(1, "5.10"), observation(2, "0.0032", on="2026-06", comparator="<"), dict(IMATINIB))
    page = choose(alices, to, file)
    said = words_of(page)
    assert "5 March 2026" in said
    assert "imatinib" in said.lower()
    assert "Change the columns" not in said
    assert not LabResult.objects.exists()
    done = bring_in(alices, page)
    assert done.status_code == 200
    rows = {row.external_id: row for row in LabResult.objects.filter(patient=alices_record)}
    assert {(str(row.value), row.comparator, row.collected_precision) for row in rows.values()} == {
        ("5.10", "", "day"),
        ("0.0032", "<", "month"),
    }
    assert {row.source for row in rows.values()} == {"imported"}
    assert Treatment.objects.get(patient=alices_record).started_on == date(2025, 11, 2)
    assert not HeldImport.objects.exists()
    batch = ImportBatch.objects.get()
    assert (batch.results, batch.treatments, batch.kind) == (2, 1, "fhir")


def test_what_is_not_known_is_listed_with_what_to_do(alices: Client, to: Addresses) -> None:
    unknown = {**observation(1, "7"), "code": {"coding": [{"system": "http://loinc.org", "code": "6690-2"}]}}
    page = choose(alices, to, bundle(unknown, {"resourceType": "Condition", "id": "c", "code": {"text": "Hay fever"}}))
    said = words_of(page)
    assert "6690-2" in said
    assert "Left out: a problem" in said
    assert "There is no row to bring in" in said


def test_the_same_file_again_brings_nothing_twice(alices: Client, to: Addresses, alices_record: Patient) -> None:
    file = (observation(1, "5.10"), dict(IMATINIB))
    bring_in(alices, choose(alices, to, bundle(*(dict(one) for one in file))))
    page = choose(alices, to, bundle(*(dict(one) for one in file)))
    assert "seems to be in the record already" in words_of(page)
    assert "There is no row to bring in" in words_of(page)
    assert LabResult.objects.filter(patient=alices_record).count() == 1


def test_the_source_corrects_and_takes_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    bring_in(alices, choose(alices, to, bundle(observation(1, "5.10"), observation(2, "0.4", on="2026-06-01"))))
    later = bundle(
        observation(1, "0.51", status="corrected"),
        observation(2, "0.4", on="2026-06-01", status="entered-in-error"),
        observation(3, "0.3", on="2026-07-01"),
    )
    page = choose(alices, to, later)
    said = words_of(page)
    assert "This corrects a result in the record: 5.10%" in said
    assert "The source has taken this back" in said
    bring_in(alices, page)
    states = {row.external_id: (str(row.value), row.status) for row in LabResult.objects.filter(patient=alices_record)}
    assert sorted(states.values()) == [
        ("0.3", RecordStatus.FINAL.value),
        ("0.4", RecordStatus.ENTERED_IN_ERROR.value),
        ("0.51", RecordStatus.CORRECTED.value),
    ]
    versions = LabResult.history.filter(patient_id=alices_record.pk, reported_text__contains="5.10")
    assert versions.exists()  # the old version is kept


def test_a_correction_of_what_is_not_there_is_a_new_result(alices: Client, to: Addresses) -> None:
    bring_in(alices, choose(alices, to, bundle(observation(1, "0.51", status="corrected"))))
    assert LabResult.objects.get().status == RecordStatus.FINAL.value
    page = choose(alices, to, bundle(observation(9, "0.4", on="2026-06-01", status="entered-in-error")))
    assert "There is no row to bring in" in words_of(page)


def test_a_result_that_was_changed_meanwhile_is_shown_again(alices: Client, to: Addresses) -> None:
    bring_in(alices, choose(alices, to, bundle(observation(1, "5.10"))))
    page = choose(alices, to, bundle(observation(1, "0.51", status="corrected")))
    row = LabResult.objects.get()
    LabResult.objects.update(version=row.version + 1)
    answer = bring_in(alices, page)
    assert answer.status_code == 422
    assert "Look once more" in words_of(answer)
    assert str(LabResult.objects.get().value) == "5.10"


def test_a_carer_who_adds_results_brings_in_no_medicine_and_corrects_nothing(
    charlies: Client, to: Addresses, alices_record: Patient, charlie: User
) -> None:
    share(alices_record, charlie, "add")
    LabResult.objects.filter(pk=record(alices_record, "5.10 % IS", months_ago(3)).pk).update(external_id="obs-1")
    page = choose(charlies, to, bundle(observation(1, "0.51", status="corrected", on="2026-05-23"), dict(IMATINIB)))
    said = words_of(page)
    assert "You may not add this" in said
    assert "This corrects" not in said
    bring_in(charlies, page)
    assert not Treatment.objects.exists()
    assert LabResult.objects.filter(external_id="obs-1", version=1, reported_text="5.10 % IS").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 100_000, "nested more than 20 levels"),
        (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', "one name twice"),
        (b'{"a": NaN}', "NaN or Infinity"),
        (b'{"a": 1', "is not JSON, or it is cut off"),
        (b'{"a": 1}', "holds no FHIR resource"),
    ],
)
def test_a_hostile_file_is_a_sentence(alices: Client, to: Addresses, content: bytes, words: str) -> None:
    before = everything_stored()
    page = choose(alices, to, content)
    assert page.status_code == 422
    assert words in words_of(page)
    assert everything_stored() == before


def test_a_second_person_in_the_file_is_told(alices: Client, to: Addresses) -> None:
    people = [{"resourceType": "Patient", "id": number} for number in ("1", "2")]
    rows = [
        {
            **observation(int(one["id"]), "0.4", on=f"2026-0{one['id']}-01"),
            "subject": {"reference": f"Patient/{one['id']}"},
        }
        for one in people
    ]
    page = choose(alices, to, bundle(*people, *rows))
    assert "more than one person" in words_of(page)


def test_a_line_that_is_there_is_no_second_one(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, date(2025, 11, 2))
    assert "This line of treatment seems to be in the record already" in words_of(
        choose(alices, to, bundle(dict(IMATINIB)))
    )


DIAGNOSIS = {
    "resourceType": "Condition",
    "id": "dx",
    "code": {"text": "Chronic myeloid leukemia"},
    "subject": {"reference": "Patient/1"},
    "onsetDateTime": "2025-10-21",
}


def test_the_month_of_diagnosis_comes_in(alices: Client, to: Addresses, alices_record: Patient) -> None:
    page = choose(alices, to, bundle(dict(DIAGNOSIS)))
    assert "Month of diagnosis October 2025" in words_of(page)
    bring_in(alices, page)
    assert get_profile(alices_record).diagnosed_on == date(2025, 10, 1)


def test_a_known_diagnosis_is_replaced_only_where_it_is_ticked(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    set_up(alices_record, diagnosed_on=date(2024, 1, 15))
    page = choose(alices, to, bundle(dict(DIAGNOSIS), observation(1, "5.10")))
    assert "A month of diagnosis is in the record already" in words_of(page)
    bring_in(alices, page)
    assert get_profile(alices_record).diagnosed_on == date(2024, 1, 15)


@pytest.mark.parametrize(
    "more",
    [
        {"verificationStatus": {"coding": [{"code": "refuted"}]}},
        {"verificationStatus": {"coding": [{"code": "provisional"}]}},
        {"onsetDateTime": "2025"},
    ],
)
def test_a_diagnosis_in_doubt_is_listed(alices: Client, to: Addresses, more: dict[str, Any]) -> None:
    page = choose(alices, to, bundle({**DIAGNOSIS, **more}))
    assert "Enter its month in the settings" in words_of(page)


def test_only_the_person_brings_in_a_diagnosis(
    charlies: Client, to: Addresses, alices_record: Patient, charlie: User
) -> None:
    share(alices_record, charlie, "manage")
    page = choose(charlies, to, bundle(dict(DIAGNOSIS), observation(1, "5.10")))
    assert "You may not add this" in words_of(page)
    bring_in(charlies, page)
    assert get_profile(alices_record).diagnosed_on is None
    assert LabResult.objects.count() == 1
