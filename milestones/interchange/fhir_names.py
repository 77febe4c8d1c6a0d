"""The names that the FHIR reader and writer share: code systems, and the parts of a result that are ours.

Source: clinical rules, section 8; FHIR R4 (4.0.1); WHO ATC index for the medicines.
"""

from __future__ import annotations

from typing import Final

from milestones.clinical.treatment import Medicine

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
SNOMED: Final = "http://snomed.info/sct"
ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
ATC: Final = "http://www.whocc.no/atc"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CLINICAL_STATUS: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
ASSERTED_DATE: Final = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
URI: Final = "urn:ietf:rfc:3986"
#: What a result of this product says beside its value, one code for each component.
PARTS: Final = "urn:cml-milestones:result-part"

PRINTED_TEXT: Final = "printed-text"
SCALE: Final = "scale"
TRANSCRIPT: Final = "transcript"
DETECTION_LIMIT: Final = "limit-of-detection"
CONTROL_GENE: Final = "control-gene"
COPIES: Final = "control-gene-copies"
PRINTED_MR: Final = "printed-mr"
FACTOR: Final = "conversion-factor"
FACTOR_SINCE: Final = "conversion-factor-valid-from"

PART_WORDS: Final = {
    PRINTED_TEXT: "Result as printed on the report",
    SCALE: "Scale of the result",
    TRANSCRIPT: "Transcript",
    DETECTION_LIMIT: "Limit of detection",
    CONTROL_GENE: "Control gene",
    COPIES: "Control gene copies",
    PRINTED_MR: "Molecular response (MR) printed on the report",
    FACTOR: "Conversion factor to the International Scale",
    FACTOR_SINCE: "Conversion factor valid from",
}

NOT_DETECTED: Final = "260415000"
DETECTED: Final = "260373001"
SNOMED_WORDS: Final = {
    NOT_DETECTED: "Not detected",
    DETECTED: "Detected",
    "260385009": "Negative",
    "10828004": "Positive",
}

ATC_CODES: Final = {
    Medicine.IMATINIB: "L01EA01",
    Medicine.DASATINIB: "L01EA02",
    Medicine.NILOTINIB: "L01EA03",
    Medicine.BOSUTINIB: "L01EA04",
    Medicine.PONATINIB: "L01EA05",
    Medicine.ASCIMINIB: "L01EA06",
}
#: Names under which a medicine is sold, beside its own.
BRANDS: Final = {
    "glivec": Medicine.IMATINIB,
    "gleevec": Medicine.IMATINIB,
    "sprycel": Medicine.DASATINIB,
    "phyrago": Medicine.DASATINIB,
    "tasigna": Medicine.NILOTINIB,
    "danziten": Medicine.NILOTINIB,
    "bosulif": Medicine.BOSUTINIB,
    "iclusig": Medicine.PONATINIB,
    "scemblix": Medicine.ASCIMINIB,
}
