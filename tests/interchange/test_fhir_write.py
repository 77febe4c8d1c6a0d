"""A record as FHIR: the code that its scale allows, bounds, dates as far as they are known, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from milestones.clinical.observation import ControlGene, Observation, Scale, Transcript
from milestones.interchange.draft import ResultDraft, TreatmentChangeDraft, TreatmentDraft
from milestones.interchange.fhir_json import write_json
from milestones.interchange.fhir_write import (
    WrittenRecord,
    WrittenTreatment,
    write_bundle,
    write_medication,
    write_observation,
)
from tests.interchange.fhir_samples import PATIENT, loads, read, result, text_of


def written(text: str = "0.05 %", scale: Scale = Scale.IS, **more: Any) -> dict[str, Any]:
    draft = ResultDraft(Observation(date(2024, 3, 5), read(text), scale, **more))
    return write_observation(result(1, draft), "Patient/1")


def parts(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        part["code"]["coding"][0]["code"]: next(value for name, value in part.items() if name.startswith("value"))
        for part in resource["component"]
    }


@pytest.mark.parametrize(
    ("text", "scale", "transcript", "code"),
    [
        ("0.05 %", Scale.IS, Transcript.P210, "69380-4"),
        ("0.05 % (IS)", Scale.UNKNOWN, Transcript.P210, "69380-4"),
        ("0.05 %", Scale.NOT_IS, Transcript.P210, "55147-3"),
        ("0.05 %", Scale.UNKNOWN, Transcript.P210, "46434-7"),
        # Report and answer contradict each other: nothing says IS.
        ("0.05 % (IS)", Scale.NOT_IS, Transcript.P210, "46434-7"),
        # The scale is not defined for it.
        ("0.05 %", Scale.IS, Transcript.OTHER, "46434-7"),
    ],
)
def test_the_code_says_is_only_where_the_report_does(
    text: str, scale: Scale, transcript: Transcript, code: str
) -> None:
    resource = written(text, scale, transcript=transcript)
    assert resource["code"]["coding"] == [{"system": "http://loinc.org", "code": code}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.10 %", {"value": Decimal("5.10"), "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}),
        ("<0.001 %", {"value": Decimal("0.001"), "comparator": "<", "unit": "%",
                      "system": "http://unitsofmeasure.org", "code": "%"}),
    ],
)  # fmt: skip
def test_a_number_keeps_its_digits_and_its_bound(text: str, expected: dict[str, Any]) -> None:
    assert written(text)["valueQuantity"] == expected


def test_not_detected_is_no_number_and_has_its_limit_beside_it() -> None:
    resource = written("not detected, limit of detection 0.0010 %")
    assert resource["valueCodeableConcept"]["text"] == "Not detected"
    assert "valueQuantity" not in resource
    assert parts(resource)["limit-of-detection"]["value"].as_tuple() == Decimal("0.0010").as_tuple()


def test_a_printed_zero_is_not_detected() -> None:
    assert written("0 %")["valueCodeableConcept"]["coding"][0]["code"] == "260415000"


def test_a_test_without_result_says_why_and_has_no_value() -> None:
    resource = written("invalid")
    assert resource["dataAbsentReason"]["text"] == "invalid"
    assert not [name for name in resource if name.startswith("value")]


def test_the_parts_of_a_report() -> None:
    resource = written(
        "0.05 % (IS), MR 3.3",
        laboratory="North",
        method="RT-qPCR",
        control_gene=ControlGene.ABL1,
        control_gene_copies=32_000,
        conversion_factor=Decimal("0.80"),
    )
    found = parts(resource)
    assert found["printed-text"] == "0.05 % (IS), MR 3.3"
    assert found["control-gene"] == "ABL1"
    assert found["control-gene-copies"]["value"] == 32_000
    assert found["printed-mr"]["value"] == Decimal("3.3")
    assert str(found["conversion-factor"]["value"]) == "0.80"
    assert resource["performer"] == [{"display": "North"}]
    assert resource["method"] == {"text": "RT-qPCR"}


@pytest.mark.parametrize(("is_known", "text"), [(True, "2024-03-15"), (False, "2024-03")])
def test_a_date_says_no_more_than_is_known(is_known: bool, text: str) -> None:
    draft = ResultDraft(Observation(date(2024, 3, 15), read("0.05 %"), Scale.IS), is_known)
    assert write_observation(result(1, draft), "Patient/1")["effectiveDateTime"] == text


@pytest.mark.parametrize(
    ("status", "expected"), [("final", "final"), ("corrected", "amended"), ("entered-in-error", "entered-in-error")]
)
def test_the_status(status: str, expected: str) -> None:
    assert write_observation(result(status=status), "Patient/1")["status"] == expected


def test_a_person_is_an_id_and_a_name_only_where_it_is_given() -> None:
    assert "name" not in loads(text_of())["entry"][0]["resource"]
    assert loads(text_of(name="Alice"))["entry"][0]["resource"]["name"] == [{"text": "Alice"}]


def test_the_diagnosis_is_a_month_and_no_day_of_onset() -> None:
    [_, entry] = loads(text_of(diagnosed_on=date(2020, 5, 1), baseline_text="80 %"))["entry"]
    assert entry["resource"]["extension"][0]["valueDateTime"] == "2020-05"
    assert "onsetDateTime" not in entry["resource"]
    assert "80 %" in entry["resource"]["note"][0]["text"]


def treatment(status: str = "final", stopped_on: date | None = None, *changes: TreatmentChangeDraft) -> dict[str, Any]:
    draft = TreatmentDraft("dasatinib", date(2023, 1, 1), "100 mg a day", False, stopped_on)
    return write_medication(WrittenTreatment(PATIENT, 2, status, draft, changes), "Patient/1", today=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("stored", "stopped_on", "status"),
    [
        ("final", None, "active"),
        ("corrected", date(2023, 12, 31), "completed"),
        # The last dose is still to come.
        ("final", date(2024, 1, 2), "active"),
        ("entered-in-error", None, "entered-in-error"),
    ],
)
def test_whether_a_medicine_is_taken_now(stored: str, stopped_on: date | None, status: str) -> None:
    assert treatment(stored, stopped_on)["status"] == status


def test_doses_and_breaks_of_a_line() -> None:
    dose = TreatmentChangeDraft("dose", date(2023, 6, 2), dose="70 mg a day")
    pause = TreatmentChangeDraft("break", date(2023, 7, 1), ended_on=date(2023, 7, 20), ended_day_is_known=False)
    resource = treatment("final", None, dose, pause)
    assert [one["text"] for one in resource["dosage"]] == ["100 mg a day", "70 mg a day"]
    assert resource["dosage"][1]["timing"]["repeat"]["boundsPeriod"] == {"start": "2023-06-02"}
    assert resource["note"] == [{"text": "Break from 2023-07-01 to 2023-07"}]
    assert resource["effectivePeriod"] == {"start": "2023-01"}


def test_a_whole_record_is_valid_and_the_same_each_time() -> None:
    draft = TreatmentDraft("imatinib", date(2023, 1, 1))
    record = WrittenRecord(
        PATIENT,
        [result(1), result(2, status="entered-in-error")],
        [WrittenTreatment("22222222-2222-4222-8222-222222222222", 1, "final", draft)],
        date(2024, 1, 1),
        date(2022, 12, 1),
    )
    text = "".join(write_bundle(record))
    assert text == "".join(write_bundle(record))
    found = Bundle.model_validate(loads(text))
    assert [entry.resource and entry.resource.get_resource_type() for entry in found.entry or []] == [
        "Patient", "Condition", "MedicationStatement", "Observation", "Observation"
    ]  # fmt: skip
    urls = [entry["fullUrl"] for entry in loads(text)["entry"]]
    assert len(set(urls)) == len(urls)


@pytest.mark.parametrize("value", [0.1, {"a": [1.5]}, None, b"x", {1}])
def test_a_float_never_leaves(value: object) -> None:
    with pytest.raises(TypeError):
        write_json(value)
