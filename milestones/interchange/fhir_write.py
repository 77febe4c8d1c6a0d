"""A record as FHIR R4 resources: what stands in it and nothing that was worked out from it.

Only a result that its report puts on the International Scale gets the code that says so. The text as printed goes
along, so that whoever reads the file again can check the number against it. Source: clinical rules, section 8; H30.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from milestones.clinical.codes import LoincCode
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
    effective_scale,
)
from milestones.clinical.quantity import Comparator
from milestones.clinical.treatment import Medicine
from milestones.interchange import fhir_names as names
from milestones.interchange.draft import ResultDraft, TreatmentChangeDraft, TreatmentDraft
from milestones.interchange.fhir_json import write_json

Resource = dict[str, Any]

_CODES = {
    Scale.IS: LoincCode.RATIO_ON_IS,
    Scale.NOT_IS: LoincCode.RATIO_NOT_ON_IS,
    Scale.UNKNOWN: LoincCode.RATIO,
    None: LoincCode.RATIO,
}
_CODE_WORDS = {
    LoincCode.RATIO_ON_IS: "BCR::ABL1 transcript ratio on the International Scale",
    LoincCode.RATIO_NOT_ON_IS: "BCR::ABL1 transcript ratio, not on the International Scale",
    LoincCode.RATIO: "BCR::ABL1 fusion transcript ratio",
}
_OBSERVATION_STATUS = {"final": "final", "corrected": "amended", "entered-in-error": "entered-in-error"}
_SPECIMEN_WORDS = {Specimen.BLOOD: "Blood", Specimen.BONE_MARROW: "Bone marrow", Specimen.OTHER: "Other"}


@dataclass(frozen=True, slots=True)
class WrittenResult:
    """A result as it is stored: its id, version and status beside what it says."""

    id: str
    version: int
    status: str
    draft: ResultDraft


@dataclass(frozen=True, slots=True)
class WrittenTreatment:
    """A line of treatment as it is stored, with the doses and breaks within it that count."""

    id: str
    version: int
    status: str
    draft: TreatmentDraft
    changes: tuple[TreatmentChangeDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """A person's record for a file. ``name`` is empty unless the person wants it in it."""

    patient_id: str
    results: Sequence[WrittenResult] = ()
    treatments: Sequence[WrittenTreatment] = ()
    today: date | None = None
    diagnosed_on: date | None = None
    baseline_text: str = ""
    name: str = ""


def write_bundle(record: WrittenRecord) -> Iterator[str]:
    """Yield a record as one Bundle of the type "collection", a piece a resource; the same record gives the same text.

    Args:
        record: the record as it is to leave.
    """
    yield '{"resourceType":"Bundle","type":"collection","entry":['
    between = ""
    for resource in _resources(record):
        yield between + write_json({"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource})
        between = ",\n"
    yield "]}\n"


def _resources(record: WrittenRecord) -> Iterator[Resource]:
    subject = f"urn:uuid:{record.patient_id}"
    yield write_patient(record.patient_id, name=record.name)
    if record.diagnosed_on is not None or record.baseline_text:
        yield write_condition(record, subject)
    for treatment in record.treatments:
        yield write_medication(treatment, subject, today=record.today)
    for result in record.results:
        yield write_observation(result, subject)


def write_patient(patient_id: str, *, name: str = "") -> Resource:
    """Return a person by their id, and by name only where one is given: nothing else of them is kept."""
    resource: Resource = {"resourceType": "Patient", "id": patient_id, "identifier": [_identifier(patient_id)]}
    if name:
        resource["name"] = [{"text": name}]
    return resource


def write_condition(record: WrittenRecord, subject: str) -> Resource:
    """Return the diagnosis; its month stands as the day it was made on, as nobody knows when the illness began."""
    resource: Resource = {"resourceType": "Condition", "id": str(uuid5(UUID(record.patient_id), "diagnosis"))}
    if record.diagnosed_on is not None:
        month = _date_text(record.diagnosed_on, day_is_known=False)
        resource["extension"] = [{"url": names.ASSERTED_DATE, "valueDateTime": month}]
    resource |= {
        "clinicalStatus": {"coding": [{"system": names.CLINICAL_STATUS, "code": "active"}]},
        "code": {"coding": [{"system": names.ICD_10, "code": "C92.1"}], "text": "Chronic myeloid leukaemia"},
        "subject": {"reference": subject},
    }
    if record.baseline_text:
        resource["note"] = [{"text": f"BCR::ABL1 at diagnosis, as printed: {record.baseline_text}"}]
    return resource


def write_observation(result: WrittenResult, subject: str) -> Resource:
    """Return a result.

    Args:
        result: as it is stored.
        subject: the reference to the person.
    """
    observation, draft = result.draft.observation, result.draft
    resource: Resource = {
        "resourceType": "Observation",
        "id": result.id,
        "meta": {"versionId": str(result.version)},
        "identifier": [_identifier(result.id)],
        "status": _OBSERVATION_STATUS[result.status],
        "category": [{"coding": [{"system": names.CATEGORY, "code": "laboratory"}]}],
        "code": _code(observation),
        "subject": {"reference": subject},
        "effectiveDateTime": _date_text(observation.collected_on, day_is_known=draft.day_is_known),
    }
    if observation.laboratory:
        resource["performer"] = [{"display": observation.laboratory}]
    resource |= _value(observation)
    if observation.reading.text:
        resource["note"] = [{"text": f"The report says: {observation.reading.text}"}]
    if observation.method:
        resource["method"] = {"text": observation.method}
    resource["specimen"] = {"display": _SPECIMEN_WORDS[observation.specimen]}
    resource["component"] = list(_components(draft))
    return resource


def code_of(observation: Observation) -> LoincCode:
    """Return the code of a result. The scale is not defined for other transcripts than p210, whatever was printed."""
    scale = effective_scale(observation)
    if observation.transcript is Transcript.OTHER:
        return LoincCode.RATIO
    return _CODES[scale]


def _code(observation: Observation) -> Resource:
    code = code_of(observation)
    return {"coding": [{"system": names.LOINC, "code": code.value}], "text": _CODE_WORDS[code]}


def _value(observation: Observation) -> Resource:
    reading = observation.reading
    if reading.kind is ReadingKind.NUMBER and reading.value is not None:
        return {"valueQuantity": _quantity(reading.value, "%", reading.comparator)}
    if reading.kind is ReadingKind.NOT_DETECTED:
        return {"valueCodeableConcept": _concept(names.NOT_DETECTED)}
    if reading.kind is ReadingKind.DETECTED:
        return {"valueCodeableConcept": _concept(names.DETECTED)}
    if reading.kind is ReadingKind.NO_RESULT:
        reason = {"coding": [{"system": names.ABSENT, "code": "unknown"}], "text": reading.text or "No result"}
        return {"dataAbsentReason": reason}
    return {"valueString": reading.text or "No number"}


def _components(draft: ResultDraft) -> Iterator[Resource]:
    observation, reading = draft.observation, draft.observation.reading
    if reading.text:
        yield _part(names.PRINTED_TEXT, valueString=reading.text)
    yield _part(names.SCALE, valueString=observation.scale.value)
    yield _part(names.TRANSCRIPT, valueString=observation.transcript.value)
    if reading.limit_of_detection is not None:
        yield _part(names.DETECTION_LIMIT, valueQuantity=_quantity(reading.limit_of_detection, "%"))
    if reading.log_reduction is not None:
        yield _part(names.PRINTED_MR, valueQuantity=_quantity(reading.log_reduction, "1"))
    if observation.control_gene is not ControlGene.UNKNOWN:
        yield _part(names.CONTROL_GENE, valueString=observation.control_gene.value)
    if observation.control_gene_copies is not None:
        yield _part(names.COPIES, valueQuantity=_quantity(Decimal(observation.control_gene_copies), "{copies}"))
    if observation.conversion_factor is not None:
        yield _part(names.FACTOR, valueQuantity=_quantity(observation.conversion_factor, "1"))
    if draft.factor_valid_from is not None:
        yield _part(names.FACTOR_SINCE, valueDateTime=draft.factor_valid_from.isoformat())


def _part(code: str, **value: object) -> Resource:
    coded = {"coding": [{"system": names.PARTS, "code": code}], "text": names.PART_WORDS[code]}
    return {"code": coded, **value}


def write_medication(treatment: WrittenTreatment, subject: str, *, today: date | None = None) -> Resource:
    """Return a line of treatment; a dose is the text that was typed, and breaks stand in the notes."""
    draft = treatment.draft
    period = {"start": _date_text(draft.started_on, day_is_known=draft.started_day_is_known)}
    if draft.stopped_on is not None:
        period["end"] = _date_text(draft.stopped_on, day_is_known=draft.stopped_day_is_known)
    resource: Resource = {
        "resourceType": "MedicationStatement",
        "id": treatment.id,
        "meta": {"versionId": str(treatment.version)},
        "identifier": [_identifier(treatment.id)],
        "status": _medication_status(treatment, today),
        "medicationCodeableConcept": _medicine(Medicine(draft.medicine)),
        "subject": {"reference": subject},
        "effectivePeriod": period,
    }
    breaks = [change for change in treatment.changes if change.kind == "break"]
    if breaks:
        resource["note"] = [{"text": _break_words(pause)} for pause in breaks]
    doses = [{"text": draft.dose}] if draft.dose else []
    later = [_dosage(change) for change in treatment.changes if change.kind == "dose" and change.dose]
    if doses or later:
        resource["dosage"] = [{"sequence": number, **dose} for number, dose in enumerate([*doses, *later], start=1)]
    return resource


def _medication_status(treatment: WrittenTreatment, today: date | None) -> str:
    if treatment.status == "entered-in-error":
        return "entered-in-error"
    stopped = treatment.draft.stopped_on
    return "active" if stopped is None or (today is not None and stopped > today) else "completed"


def _medicine(medicine: Medicine) -> Resource:
    if medicine not in names.ATC_CODES:
        return {"text": "Another medicine"}
    return {"coding": [{"system": names.ATC, "code": names.ATC_CODES[medicine]}], "text": medicine.value}


def _dosage(change: TreatmentChangeDraft) -> Resource:
    since = _date_text(change.started_on, day_is_known=change.started_day_is_known)
    return {"text": change.dose, "timing": {"repeat": {"boundsPeriod": {"start": since}}}}


def _break_words(pause: TreatmentChangeDraft) -> str:
    first = _date_text(pause.started_on, day_is_known=pause.started_day_is_known)
    if pause.ended_on is None:
        return f"Break since {first}"
    return f"Break from {first} to {_date_text(pause.ended_on, day_is_known=pause.ended_day_is_known)}"


def _identifier(row_id: str) -> Resource:
    return {"system": names.URI, "value": f"urn:uuid:{row_id}"}


def _concept(code: str) -> Resource:
    words = names.SNOMED_WORDS[code]
    return {"coding": [{"system": names.SNOMED, "code": code, "display": words}], "text": words}


def _quantity(value: Decimal, unit: str, comparator: Comparator = Comparator.EQ) -> Resource:
    bound = {"comparator": comparator.value} if comparator is not Comparator.EQ else {}
    return {"value": value, **bound, "unit": unit.strip("{}"), "system": names.UCUM, "code": unit}


def _date_text(day: date, *, day_is_known: bool) -> str:
    return day.isoformat() if day_is_known else day.isoformat()[:7]
