"""FHIR from portals: what each resource says, or by name why it is not taken (clinical rules, section 8; H29)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from milestones.clinical.observation import ControlGene, Reading, ReadingKind, Scale, Specimen, Transcript
from milestones.clinical.quantity import Comparator
from milestones.interchange.draft import ResultDraft, TreatmentDraft
from milestones.interchange.fhir_incoming import Incoming, IncomingStatus, ProblemKind, Warned
from milestones.interchange.fhir_json import write_json
from milestones.interchange.fhir_read import read_fhir
from milestones.interchange.fhir_resources import Resource
from tests.interchange.fhir_samples import LOINC, bundle, concept, file_of, observation, one, quantity

P = ProblemKind


def drafted(resource: Resource) -> ResultDraft:
    item = one(resource)
    assert isinstance(item.draft, ResultDraft), item.problems
    return item.draft


def reading(**more: Any) -> Reading:
    return drafted(observation(**more)).observation.reading


def kinds(item: Incoming) -> list[ProblemKind]:
    return [problem.kind for problem in (*item.problems, *item.remarks)]


def refused(resource: Resource) -> ProblemKind:
    item = one(resource)
    assert item.draft is None
    [problem] = item.problems
    return problem.kind


def component(text: str = "", code: str = "", **value: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]} if code else {"text": text}} | value


# --- The code ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "scale", "transcript"),
    [
        ("69380-4", Scale.IS, Transcript.P210),
        ("55147-3", Scale.NOT_IS, Transcript.P210),
        ("46434-7", Scale.UNKNOWN, Transcript.UNKNOWN),
        ("52132-8", Scale.NOT_IS, Transcript.OTHER),
    ],
)
def test_only_one_code_says_is(code: str, scale: Scale, transcript: Transcript) -> None:
    found = drafted(observation(code)).observation
    assert (found.scale, found.transcript) == (scale, transcript)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("69380-5", P.WRONG_CHECK_DIGIT),
        ("69380", P.UNKNOWN_CODE),
        # Blood pressure: listed, and not dropped.
        ("85354-9", P.UNKNOWN_CODE),
    ],
)
def test_a_code_that_is_not_taken_is_listed(code: str, kind: ProblemKind) -> None:
    assert refused(observation(code)) is kind
    assert code in dict(one(observation(code)).source)["code"]


def test_a_local_code_beside_loinc_changes_nothing_and_alone_is_listed() -> None:
    local = {"system": "urn:hospital", "code": "BCR-IS", "display": "BCR-ABL1 (IS)"}
    both = observation(code={"coding": [local, {"system": LOINC, "code": "69380-4"}]})
    assert drafted(both).observation.scale is Scale.IS
    assert refused(observation(code={"coding": [local]})) is P.UNKNOWN_CODE


def test_codes_that_contradict_each_other_are_refused() -> None:
    codes = [{"system": LOINC, "code": "69380-4"}, {"system": LOINC, "code": "55147-3"}]
    assert refused(observation(code={"coding": codes})) is P.CODES_DISAGREE


def test_a_code_and_a_text_that_contradict_each_other_are_refused() -> None:
    assert refused(observation("55147-3", valueQuantity=quantity("0.05", "% (IS)", code="%"))) is (
        P.SCALE_AND_CODE_DISAGREE
    )


def test_the_unit_may_say_is_where_the_code_does_not() -> None:
    found = drafted(observation("46434-7", valueQuantity=quantity("0.05", "% (IS)", code="%"))).observation
    assert (found.scale, found.reading.value) == (Scale.IS, Decimal("0.05"))


# --- The value --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comparator", ["<", "<=", ">", ">="])
def test_a_comparator_is_a_bound(comparator: str) -> None:
    found = reading(valueQuantity=quantity("0.0032", comparator=comparator))
    assert (found.value, found.comparator.value) == (Decimal("0.0032"), comparator)


@pytest.mark.parametrize(
    ("value", "percent"),
    [
        (quantity("5.10"), "5.10"),
        (quantity("0.001", "{ratio}"), "0.1"),
        (quantity("0.001", "1"), "0.1"),
        (quantity("0.001", "ratio", code="1"), "0.1"),
        # In JSON the point is always the decimal mark.
        (quantity("1.234"), "1.234"),
        ({"value": Decimal("3.2E-3"), "unit": "%"}, "0.0032"),
        ({"value": 12, "code": "%", "system": "http://unitsofmeasure.org"}, "12"),
    ],
)
def test_a_number_with_its_unit(value: Any, percent: str) -> None:
    assert str(reading(valueQuantity=value).value) == percent


@pytest.mark.parametrize(
    "value",
    [
        {"value": Decimal("0.001")},  # neither % nor ratio: it may be either, and is not guessed at
        quantity("0.001", "copies/mL"),
        quantity("0.001", "%", code="1"),  # unit and code contradict each other
        quantity("0.001", "1", code="%"),
        quantity("-1"),
        quantity("20000"),
        quantity("0", comparator="<"),
    ],
)
def test_a_number_that_cannot_be_told_is_refused(value: Any) -> None:
    assert refused(observation(valueQuantity=value)) is P.VALUE_REFUSED


def test_a_printed_zero_is_not_detected() -> None:
    found = reading(valueQuantity=quantity("0"))
    assert (found.kind, found.value) == (ReadingKind.NOT_DETECTED, None)


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "Not detected"},
        {"valueString": "NEGATIVE"},
        {"valueCodeableConcept": concept("Not detected")},
        {"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260415000"}]}},
        {"valueCodeableConcept": {"coding": [{"system": "urn:x", "code": "N", "display": "Negative"}]}},
    ],
)
def test_not_detected_in_words_and_codes(value: Any) -> None:
    assert reading(valueQuantity=None, **value).detected is False


def test_words_with_a_number_go_through_the_one_parser() -> None:
    found = reading(valueQuantity=None, valueString="&lt; 0,0032 % (IS)")
    assert (found.value, found.comparator, found.scale) == (Decimal("0.0032"), Comparator.LT, Scale.IS)


def test_the_reason_for_no_value_is_read_before_it_is_dropped() -> None:
    reason = concept("POSITIVE [Above upper LoQ]")
    found = reading(valueQuantity=None, dataAbsentReason=reason)
    assert (found.kind, found.detected) == (ReadingKind.DETECTED, True)
    high = [{"high": {"value": Decimal("55.0"), "unit": "%", "code": "%"}, "text": "Reportable range"}]
    found = reading(valueQuantity=None, dataAbsentReason=reason, referenceRange=high)
    assert (found.value, found.comparator) == (Decimal("55.0"), Comparator.GT)


def test_no_value_and_no_reason_that_is_known() -> None:
    assert refused(observation(valueQuantity=None)) is P.NO_VALUE
    reason = {"coding": [{"system": "urn:x", "code": "unknown"}]}
    assert refused(observation(valueQuantity=None, dataAbsentReason=reason)) is P.NO_VALUE
    assert refused(observation(valueQuantity=None, dataAbsentReason=concept("see paper"))) is P.VALUE_REFUSED
    assert refused(observation(dataAbsentReason=concept("error"))) is P.VALUE_REFUSED


def test_a_ratio_of_two_numbers_is_not_guessed_at() -> None:
    value = {"numerator": {"value": 5}, "denominator": {"value": 10_000}}
    assert refused(observation(valueQuantity=None, valueRatio=value)) is P.VALUE_NOT_TAKEN


def test_a_log_reduction_is_of_no_known_scale() -> None:
    found = drafted(observation("50195-7", valueQuantity=quantity("4.2", "1"))).observation
    assert (found.reading.kind, found.reading.log_reduction) == (ReadingKind.LEVEL_ONLY, Decimal("4.2"))
    assert found.scale is Scale.UNKNOWN
    assert refused(observation("50195-7", valueQuantity=quantity("4.2", "%"))) is P.CODES_DISAGREE


# --- The date and the status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effective", "day", "is_known"),
    [
        ({"effectiveDateTime": "2024-03-05"}, date(2024, 3, 5), True),
        # The day on which the sample was taken there, whatever day it was elsewhere.
        ({"effectiveDateTime": "2024-03-05T23:30:00-05:00"}, date(2024, 3, 5), True),
        ({"effectiveDateTime": "2024-03"}, date(2024, 3, 15), False),
        ({"effectiveInstant": "2024-03-05T08:00:00Z"}, date(2024, 3, 5), True),
        ({"effectivePeriod": {"start": "2024-03-05T08:00:00Z", "end": "2024-03-05T08:05:00Z"}}, date(2024, 3, 5), True),
    ],
)
def test_the_clock_is_effective(effective: dict[str, Any], day: date, is_known: bool) -> None:
    found = drafted(observation(**{"effectiveDateTime": None} | effective))
    assert (found.observation.collected_on, found.day_is_known) == (day, is_known)


@pytest.mark.parametrize(
    ("effective", "kind"),
    [
        ({}, P.NO_DATE),  # and never the day it was issued
        ({"effectiveDateTime": "2024"}, P.DATE_UNCLEAR),
        ({"effectiveDateTime": "1989-12-31"}, P.DATE_TOO_EARLY),
        ({"effectivePeriod": {"start": "2024-03-05", "end": "2024-03-09"}}, P.DATE_UNCLEAR),
    ],
)
def test_a_date_that_is_not_known_is_refused(effective: dict[str, Any], kind: ProblemKind) -> None:
    assert refused(observation(**{"effectiveDateTime": None} | effective)) is kind


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("final", IncomingStatus.FINAL),
        ("amended", IncomingStatus.CORRECTED),
        ("corrected", IncomingStatus.CORRECTED),
        ("entered-in-error", IncomingStatus.ENTERED_IN_ERROR),
    ],
)
def test_the_status_says_what_becomes_of_an_earlier_row(status: str, expected: IncomingStatus) -> None:
    item = one(observation(status=status))
    assert (item.status, item.external_id) == (expected, "Observation/o1")


def test_one_entered_in_error_needs_no_value() -> None:
    item = one(observation(status="entered-in-error", valueQuantity=None))
    assert (item.draft, item.status) == (None, IncomingStatus.ENTERED_IN_ERROR)


@pytest.mark.parametrize("status", ["registered", "preliminary", "cancelled", "unknown"])
def test_what_is_not_final_is_listed(status: str) -> None:
    assert refused(observation(status=status)) is P.NOT_FINAL


def test_the_identifier_of_the_source_is_its_name() -> None:
    item = one(observation(identifier=[{"system": "urn:lab", "value": "A-1"}]))
    assert item.external_id == "urn:lab|A-1"


# --- What stands beside it --------------------------------------------------------------------------------------------


def test_parts_as_components() -> None:
    found = drafted(
        observation(
            component=[
                component("ABL1 control gene copies", valueQuantity={"value": 32_000}),
                component("MR level", valueString="MR4.5"),
                component("Limit of detection", valueQuantity=quantity("0.001")),
            ]
        )
    ).observation
    assert (found.control_gene, found.control_gene_copies) == (ControlGene.ABL1, 32_000)
    assert (found.reading.log_reduction, found.reading.limit_of_detection) == (Decimal("4.5"), Decimal("0.001"))


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        # Copies of the fusion transcript are none of the control gene.
        (component("BCR-ABL1 copies", valueQuantity={"value": 12}), P.PART_NOT_TAKEN),
        (component("Ct value", valueQuantity={"value": Decimal("23.1")}), P.PART_NOT_TAKEN),
        (component(code="50195-7", valueQuantity={"value": Decimal("4.1")}), P.PART_NOT_TAKEN),
        (component("Anything else", valueString="x"), P.PART_NOT_TAKEN),
        (component("ABL1 copies", valueQuantity={"value": 100_000, "comparator": ">"}), P.PART_REFUSED),
        (component("ABL1 copies", valueString="many"), P.PART_REFUSED),
        (component("Limit of detection", valueQuantity={"value": Decimal("0.001")}), P.PART_REFUSED),
    ],
)
def test_a_part_that_is_not_taken_is_named(part: dict[str, Any], kind: ProblemKind) -> None:
    item = one(observation(component=[part]))
    assert isinstance(item.draft, ResultDraft)
    assert kinds(item) == [kind]
    assert item.draft.observation.control_gene_copies is None


def test_two_counts_that_differ_are_none() -> None:
    two = [component("ABL1 copies", valueQuantity={"value": count}) for count in (32_000, 10_000)]
    item = one(observation(component=two))
    assert isinstance(item.draft, ResultDraft)
    assert item.draft.observation.control_gene_copies is None
    assert kinds(item) == [P.PART_REFUSED]


def test_parts_as_siblings_in_a_report() -> None:
    copies = observation(id="o2", code=concept("ABL1 copies"), valueQuantity={"value": 41_000})
    cycle = observation(id="o3", code=concept("Ct"), valueQuantity={"value": Decimal("22.5")})
    report = {
        "resourceType": "DiagnosticReport",
        "id": "d1",
        "status": "final",
        "code": concept("BCR-ABL1 quantitative"),
        "result": [{"reference": "urn:uuid:o1"}, {"reference": "Observation/o2"},
                   {"reference": "https://portal.example/fhir/Observation/o3/_history/2"}],
    }  # fmt: skip
    item = one(observation(), copies, cycle, report)
    assert isinstance(item.draft, ResultDraft)
    assert item.draft.observation.control_gene_copies == 41_000
    assert kinds(item) == [P.PART_NOT_TAKEN]
    # Without the report they belong to nothing, and are listed.
    assert len(file_of(observation(), copies, cycle).items) == 3


def test_a_panel_with_the_result_as_a_component() -> None:
    panel = observation(
        code=concept("BCR-ABL1 panel"),
        valueQuantity=None,
        component=[
            component(code="69380-4", valueQuantity=quantity("0.05")),
            component("ABL1 copies", valueQuantity={"value": 20_000}),
        ],
    )
    found = drafted(panel).observation
    assert (found.reading.value, found.control_gene_copies) == (Decimal("0.05"), 20_000)


@pytest.mark.parametrize(
    ("performer", "laboratory"),
    [
        ([{"display": "North laboratory"}], "North laboratory"),
        ([{"reference": "Organization/lab"}], "Made-up laboratory"),
        ([{"reference": "Practitioner/9", "display": "Dr Example"}, {"reference": "#c"}], "Inside"),
        ([{"reference": "Organization/missing"}], ""),
    ],
)
def test_the_laboratory_is_no_person(performer: list[dict[str, str]], laboratory: str) -> None:
    organization = {"resourceType": "Organization", "id": "lab", "name": "Made-up laboratory"}
    inside = [{"resourceType": "Organization", "id": "c", "name": "Inside"}]
    item = one(observation(performer=performer, contained=inside), organization)
    assert isinstance(item.draft, ResultDraft)
    assert item.draft.observation.laboratory == laboratory


@pytest.mark.parametrize(
    ("words", "specimen"),
    [("Peripheral blood", Specimen.BLOOD), ("Bone marrow aspirate", Specimen.BONE_MARROW), ("Saliva", Specimen.OTHER)],
)
def test_the_specimen(words: str, specimen: Specimen) -> None:
    found = {"resourceType": "Specimen", "id": "s1", "type": concept(words)}
    item = one(observation(specimen={"reference": "Specimen/s1"}), found)
    assert isinstance(item.draft, ResultDraft)
    assert item.draft.observation.specimen is specimen


# --- Files of ours ----------------------------------------------------------------------------------------------------


def test_a_printed_text_that_is_not_the_value_is_refused() -> None:
    ours = {"coding": [{"system": "urn:cml-milestones:result-part", "code": "printed-text"}]}
    item = observation(component=[{"code": ours, "valueString": "0.5 %"}])
    assert refused(item) is P.TEXT_AND_VALUE_DISAGREE


def test_a_file_of_ours_cannot_say_is_under_another_code() -> None:
    ours = {"coding": [{"system": "urn:cml-milestones:result-part", "code": "scale"}]}
    assert refused(observation("55147-3", component=[{"code": ours, "valueString": "IS"}])) is (
        P.SCALE_AND_CODE_DISAGREE
    )


# --- Medicines --------------------------------------------------------------------------------------------------------


def statement(**more: Any) -> Resource:
    resource = {
        "resourceType": "MedicationStatement",
        "id": "m1",
        "status": "active",
        "medicationCodeableConcept": concept("imatinib 400 MG Oral Tablet [Gleevec]"),
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": "2023-01"},
        "dosage": [{"text": "400 mg a day"}],
    } | more
    return {name: value for name, value in resource.items() if value is not None}


def request(number: int, authored: str, **more: Any) -> Resource:
    resource = {
        "resourceType": "MedicationRequest",
        "id": f"r{number}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept("Dasatinib 100 MG Oral Tablet"),
        "subject": {"reference": "Patient/p1"},
        "authoredOn": authored,
    } | more
    return {name: value for name, value in resource.items() if value is not None}


def test_a_statement_is_a_line() -> None:
    assert one(statement()).draft == TreatmentDraft("imatinib", date(2023, 1, 1), "400 mg a day", False)


@pytest.mark.parametrize(
    ("medicine", "expected"),
    [
        (concept("Tasigna"), "nilotinib"),
        (concept("", system="http://www.whocc.no/atc", code="L01EA06"), "asciminib"),
        (concept("", system="http://www.whocc.no/atc", code="L01XE24"), "ponatinib"),
        (concept("", system="http://www.nlm.nih.gov/research/umls/rxnorm", code="475342"), "dasatinib"),
    ],
)
def test_medicines_by_name_brand_and_code(medicine: dict[str, Any], expected: str) -> None:
    coded = {name: value for name, value in medicine.items() if value}
    draft = one(statement(medicationCodeableConcept=coded)).draft
    assert isinstance(draft, TreatmentDraft)
    assert draft.medicine == expected


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (statement(medicationCodeableConcept=concept("Paracetamol")), P.UNKNOWN_MEDICINE),
        (statement(medicationCodeableConcept=concept("imatinib or dasatinib")), P.UNKNOWN_MEDICINE),
        (statement(status="not-taken"), P.NOT_TAKEN_BY_PATIENT),
        (statement(status="intended"), P.NOT_TAKEN_BY_PATIENT),
        (statement(effectivePeriod=None), P.NO_DATE),
        (statement(status="completed"), P.DATE_UNCLEAR),
        (statement(effectivePeriod={"start": "2023"}), P.DATE_UNCLEAR),
        (statement(effectivePeriod={"start": "2023-05-01", "end": "2023-04-01"}), P.DATE_UNCLEAR),
        (request(1, "2023-01-01", intent="proposal"), P.NOT_TAKEN_BY_PATIENT),
        (request(1, "2023-01-01", doNotPerform=True), P.NOT_TAKEN_BY_PATIENT),
        (request(1, "2023-01-01", status="cancelled"), P.NOT_TAKEN_BY_PATIENT),
    ],
)
def test_a_medicine_that_is_not_taken_over_is_listed(resource: Resource, kind: ProblemKind) -> None:
    assert refused(resource) is kind


def test_refills_are_no_new_lines() -> None:
    items = file_of(request(1, "2023-04-01"), request(2, "2023-01-07"), request(3, "2023-07-01")).items
    assert [isinstance(item.draft, TreatmentDraft) for item in items] == [False, True, False]
    assert [kinds(item) for item in items] == [
        [P.REPEATED_PRESCRIPTION],
        [P.START_FROM_PRESCRIPTION],
        [P.REPEATED_PRESCRIPTION],
    ]


def test_a_statement_tells_more_than_a_prescription() -> None:
    stated = statement(medicationCodeableConcept=concept("dasatinib"))
    items = file_of(request(1, "2022-01-01"), stated).items
    assert [isinstance(item.draft, TreatmentDraft) for item in items] == [False, True]


def test_a_medicine_that_another_resource_names() -> None:
    medication = {"resourceType": "Medication", "id": "med", "code": concept("Scemblix 40 mg")}
    resource = statement(medicationCodeableConcept=None, medicationReference={"reference": "Medication/med"})
    draft = one(resource, medication).draft
    assert isinstance(draft, TreatmentDraft)
    assert draft.medicine == "asciminib"


# --- The file ---------------------------------------------------------------------------------------------------------

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Example", "given": ["Alice"]}],
    "birthDate": "1970-01-01",
}


def test_a_patient_is_passed_over_but_for_the_match() -> None:
    found = file_of(PATIENT, observation())
    assert (len(found.items), found.patients, found.warnings) == (1, ("p1",), ())
    assert "Example" not in repr(found)


def test_a_file_about_two_people_warns() -> None:
    found = file_of(PATIENT, observation(), observation(id="o2", subject={"reference": "Patient/p2"}))
    assert found.warnings == (Warned.SEVERAL_PATIENTS,)


def test_one_bad_resource_refuses_nothing_else() -> None:
    bad = observation(id="o2", effectiveDateTime="2024-13-45")
    items = file_of(observation(), bad, observation(id="o3")).items
    assert [item.draft is not None for item in items] == [True, False, True]
    assert kinds(items[1]) == [P.INVALID]
    assert items[1].place == "entry[1]"
    assert "effectiveDateTime" in items[1].problems[0].element


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        ({"resourceType": "Condition", "id": "c1", "code": concept("Chronic myeloid leukemia"),
          "subject": {"reference": "Patient/p1"}}, P.DIAGNOSIS_BY_HAND),
        ({"resourceType": "Condition", "id": "c1", "code": concept("Asthma"),
          "subject": {"reference": "Patient/p1"}}, P.KIND_NOT_TAKEN),
        ({"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}}, P.KIND_NOT_TAKEN),
        ({"resourceType": "NoSuchThing", "id": "n1"}, P.KIND_NOT_TAKEN),
        ({"resourceType": "os", "id": "n1"}, P.KIND_NOT_TAKEN),
    ],
)  # fmt: skip
def test_other_kinds_are_listed(resource: Resource, kind: ProblemKind) -> None:
    assert refused(resource) is kind


def test_lines_of_resources() -> None:
    lines = [write_json(observation(id=f"o{number}")) for number in range(3)]
    content = "\n".join([lines[0], "", "{broken", lines[1], lines[2], ""]).encode()
    items = read_fhir(content).items
    assert [(item.place, item.draft is not None) for item in items] == [
        ("line 1", True),
        ("line 3", False),
        ("line 4", True),
        ("line 5", True),
    ]


def test_a_single_resource_and_a_byte_order_mark() -> None:
    [item] = read_fhir(b"\xef\xbb\xbf" + write_json(observation()).encode()).items
    assert item.draft is not None


def test_an_empty_bundle_holds_nothing() -> None:
    assert read_fhir(write_json(bundle()).encode()).items == ()


def test_entries_that_are_no_resources_are_listed() -> None:
    whole = {"resourceType": "Bundle", "type": "collection", "entry": [{}, {"resource": 5}, 7]}
    assert [kinds(item) for item in read_fhir(write_json(whole).encode()).items] == [[P.NOT_READ]] * 3
