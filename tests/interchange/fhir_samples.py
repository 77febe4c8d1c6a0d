"""Records that leave as FHIR, and resources as portals give them (in the shape of Synthea, US Core and mCODE)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from milestones.clinical.notation import DecimalMark, Refusal
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale, Specimen, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.interchange.draft import ResultDraft
from milestones.interchange.fhir_incoming import FhirFile, Incoming
from milestones.interchange.fhir_json import write_json
from milestones.interchange.fhir_read import read_fhir
from milestones.interchange.fhir_write import WrittenRecord, WrittenResult, write_bundle

PATIENT = "11111111-1111-4111-8111-111111111111"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def result(number: int = 1, draft: ResultDraft | None = None, *, status: str = "final") -> WrittenResult:
    found = draft or ResultDraft(Observation(date(2024, 3, 5), read("5.10 %"), Scale.IS))
    return WrittenResult(str(UUID(int=number, version=4)), 1, status, found)


def read(text: str, unit: Unit | None = None, mark: DecimalMark | None = None, limit: str = "") -> Reading:
    reading = parse_reading(text, unit=unit, decimal_mark=mark, above_range_limit=Decimal(limit) if limit else None)
    assert not isinstance(reading, Refusal), (text, reading)
    return reading


def text_of(*results: WrittenResult, **more: Any) -> str:
    return "".join(write_bundle(WrittenRecord(PATIENT, results, **more)))


def file_of(*resources: dict[str, Any]) -> FhirFile:
    return read_fhir(write_json(bundle(*resources)).encode())


def one(*resources: dict[str, Any]) -> Incoming:
    [item] = file_of(*resources).items
    return item


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{one.get('id', 'x')}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def observation(code: str | dict[str, Any] = "69380-4", **more: Any) -> dict[str, Any]:
    """Return an Observation as a portal gives it; a name that is given None is left out."""
    resource = {
        "resourceType": "Observation",
        "id": "o1",
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"]},
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": code if isinstance(code, dict) else loinc(code),
        "subject": {"reference": "urn:uuid:p1"},
        "encounter": {"reference": "urn:uuid:e1"},
        "effectiveDateTime": "2024-03-05T08:01:26+01:00",
        "issued": "2024-03-12T08:01:26.123+01:00",
        "valueQuantity": quantity("0.0032"),
    } | more
    return {name: value for name, value in resource.items() if value is not None}


def loinc(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, "display": "t(9;22)(q34.1;q11)(ABL1,BCR)"}]}


def quantity(value: str, unit: str = "%", **more: Any) -> dict[str, Any]:
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit} | more


def concept(text: str, **coding: str) -> dict[str, Any]:
    return {"text": text} | ({"coding": [coding]} if coding else {})


def loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


_numbers = (
    st.decimals(min_value="0.00001", max_value=99, places=5).filter(bool).map(lambda n: format(n.normalize(), "f"))
)
_words = st.sampled_from(
    ["not detected", "Negative", "detected", "MR4.5", "MR 4", "invalid", "0 %", "3.2 log reduction", "< 0,0032 %",
     "≤ 0·0032 % (IS)", "3.2E-03 %", "1.2 x 10^-1 %", "not detected, limit of detection 0.001 %", "5.10 %", "5.1 %",
     "detected, below limit of quantification", "0.05 % (IS), MR 3.3", "not detected <0.001%", "0.05\u00a0%"]
)  # fmt: skip


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Return a reading of one of the forms that reports print, with what was answered when it was typed in."""
    if draw(st.booleans()):
        return read(draw(_words))
    number = draw(_numbers)
    sign = draw(st.sampled_from(["", "<", "<=", ">", ">= "]))
    kind = draw(st.sampled_from(["percent", "on IS", "percent of a bare number", "ratio", "mark", "range"]))
    if kind == "ratio":
        return read(f"{sign}{number}", Unit.RATIO, ".")
    if kind == "percent of a bare number":
        return read(f"{sign}{number}", Unit.PERCENT, ".")
    if kind == "mark":
        return read(f"{sign}1,234 %", mark=draw(st.sampled_from([".", ","])))
    if kind == "range":
        return read("POSITIVE [Above upper LoQ]", limit=draw(st.sampled_from(["55", "80.0"])))
    return read(f"{sign}{number} %{' (IS)' if kind == 'on IS' else ''}", mark=".")


@st.composite
def drafts(draw: st.DrawFn) -> ResultDraft:
    """Return a result as it may stand in a record."""
    day_is_known = draw(st.booleans())
    day = draw(st.dates(date(1990, 1, 1), date(2035, 12, 31)))
    day = day if day_is_known else day.replace(day=15)
    if day < date(1990, 1, 1):
        day = day.replace(year=1991)
    factor = draw(st.none() | st.sampled_from([Decimal("0.83"), Decimal("1.20"), Decimal(1)]))
    found = Observation(
        day,
        draw(readings()),
        draw(st.sampled_from(Scale)),
        draw(st.sampled_from(Transcript)),
        draw(st.sampled_from(Specimen)),
        draw(st.sampled_from(["", "North", 'Laboratory "Ü" <b> 研究', "=SUM(A1)"])),
        "",
        draw(st.sampled_from(ControlGene)),
        draw(st.none() | st.integers(1, 999_999_999_999)),
        factor,
    )
    since = draw(st.none() | st.just(date(2020, 2, 1))) if factor is not None else None
    return ResultDraft(found, day_is_known, since)
