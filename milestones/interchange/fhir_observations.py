"""One Observation of FHIR -> a result as it was understood, or what stands in the way.

Every number goes through the one parser. Source: clinical rules, section 8; hazards H1 to H11 and H29.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from milestones.clinical.codes import CodeMeaning, CodeRefusal, read_loinc, read_ucum
from milestones.clinical.notation import Refusal
from milestones.clinical.observation import (
    Observation,
    Reading,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.interchange import fhir_names as names
from milestones.interchange.draft import ResultDraft
from milestones.interchange.fhir_dates import read_effective
from milestones.interchange.fhir_incoming import Incoming, IncomingStatus, Problem, ProblemKind
from milestones.interchange.fhir_parts import Parts, number_text, part_of, read_parts
from milestones.interchange.fhir_resources import (
    Resource,
    Resources,
    as_list,
    codings,
    external_id,
    source_words,
    texts_of,
    validate,
)
from milestones.interchange.fhir_write import code_of

_STATUS = {
    "final": IncomingStatus.FINAL,
    "amended": IncomingStatus.CORRECTED,
    "corrected": IncomingStatus.CORRECTED,
    "entered-in-error": IncomingStatus.ENTERED_IN_ERROR,
}
_LOINC_SYSTEMS = frozenset({names.LOINC, "urn:oid:2.16.840.1.113883.6.1"})
_CODE_PROBLEMS = {
    CodeRefusal.MALFORMED: ProblemKind.UNKNOWN_CODE,
    CodeRefusal.NOT_LISTED: ProblemKind.UNKNOWN_CODE,
    CodeRefusal.WRONG_CHECK_DIGIT: ProblemKind.WRONG_CHECK_DIGIT,
}
_VALUES_NOT_TAKEN = (
    "valueBoolean", "valueRange", "valueRatio", "valueSampledData", "valueTime", "valueDateTime", "valuePeriod",
)  # fmt: skip
_LONGEST_LABORATORY = 80
_MOST_SHOWN = 200
# A report is about one sample; what lists more than this is a file of another kind, and nothing in it is put together.
_MOST_RATIOS, _MOST_PARTS = 4, 20


class _NotTakenError(Exception):
    """An Observation of which nothing can be saved."""

    def __init__(self, kind: ProblemKind, element: str, text: str = "", refusal: Refusal | None = None) -> None:
        super().__init__()
        self.problem = Problem(kind, element, text[:_MOST_SHOWN], refusal)


def shared_parts(resources: Resources) -> dict[int, list[Resource]]:
    """Return for each result the Observations that one report, or one panel, puts beside it: copies, MR, Ct."""
    found: dict[int, list[Resource]] = {}
    for kind, name in (("DiagnosticReport", "result"), ("Observation", "hasMember")):
        for group in resources.of_kind(kind):
            members = {id(one): one for one in _members(group, name, resources)}
            ratios = [one for one in members.values() if _is_ratio(one)]
            parts = [one for one in members.values() if not _is_ratio(one) and part_of(one.get("code"))]
            if not parts or not 0 < len(ratios) <= _MOST_RATIOS or len(parts) > _MOST_PARTS:
                continue
            for ratio in ratios:
                known = found.setdefault(id(ratio), [])
                known += [part for part in parts if all(part is not other for other in known)]
    return found


def _members(group: Resource, name: str, resources: Resources) -> Iterator[Resource]:
    for reference in as_list(group.get(name)):
        member = resources.find(reference, group)
        if member is not None and member.get("resourceType") == "Observation" and validate(member) is None:
            yield member


def _is_ratio(resource: Resource) -> bool:
    meaning = _meaning(resource.get("code"))
    return isinstance(meaning, CodeMeaning) and meaning.unit is not Unit.LOG_REDUCTION


def _meaning(code: Any) -> CodeMeaning | ProblemKind:
    """Return what the LOINC codes of a concept say together."""
    read = [
        read_loinc(str(coding.get("code", ""))) for coding in codings(code) if coding.get("system") in _LOINC_SYSTEMS
    ]
    if CodeRefusal.WRONG_CHECK_DIGIT in read:
        return ProblemKind.WRONG_CHECK_DIGIT
    meanings = [one for one in read if isinstance(one, CodeMeaning)]
    if not meanings:
        return ProblemKind.UNKNOWN_CODE
    said = {(one.scale, one.transcript, one.unit) for one in meanings if one.scale is not Scale.UNKNOWN}
    if len(said) > 1 or len({one.unit for one in meanings}) > 1:
        return ProblemKind.CODES_DISAGREE
    return next((one for one in meanings if one.scale is not Scale.UNKNOWN), meanings[0])


def read_observation(place: str, resource: Resource, resources: Resources, siblings: list[Resource]) -> Incoming:
    """Return what an Observation says.

    Args:
        place: where it stands in the file.
        resource: a valid Observation.
        resources: all of the file, for what it names.
        siblings: what the same report puts beside it.
    """
    status = _STATUS.get(resource["status"], IncomingStatus.FINAL)
    found = _result_in(resource)
    source = _source(found)
    try:
        draft, remarks = _read(found, resources, siblings)
    except _NotTakenError as not_taken:
        return Incoming(place, source, None, (not_taken.problem,), external_id(resource), status)
    return Incoming(place, source, draft, (), external_id(resource), status, tuple(remarks))


def _result_in(resource: Resource) -> Resource:
    """Return an Observation, or the one component of a panel that holds the result, as an Observation."""
    if isinstance(_meaning(resource.get("code")), CodeMeaning):
        return resource
    components = as_list(resource.get("component"))
    ratios = [one for one in components if _is_ratio(one)]
    if len(ratios) != 1 or any(name.startswith("value") for name in resource):
        return resource
    own = {name: value for name, value in resource.items() if name not in ("code", "dataAbsentReason")}
    return {**own, **ratios[0], "component": [one for one in components if one is not ratios[0]]}


def _read(found: Resource, resources: Resources, siblings: list[Resource]) -> tuple[ResultDraft, list[Problem]]:
    meaning = _meaning(found.get("code"))
    if found["status"] not in _STATUS and isinstance(meaning, CodeMeaning):
        raise _NotTakenError(ProblemKind.NOT_FINAL, "status", found["status"])
    if not isinstance(meaning, CodeMeaning):
        raise _NotTakenError(meaning, "code", source_words(found.get("code")))
    collected = read_effective(found)
    if isinstance(collected, ProblemKind):
        raise _NotTakenError(collected, "effective[x]", str(found.get("effectiveDateTime", "")))
    components = enumerate(as_list(found.get("component")))
    parts = read_parts(
        [
            *((f"component[{number}]", one) for number, one in components),
            *(("DiagnosticReport", one) for one in siblings),
        ]
    )
    reading = _reading(found, meaning, parts)
    if meaning.scale is not Scale.UNKNOWN and reading.scale not in (Scale.UNKNOWN, meaning.scale) and not parts.scale:
        raise _NotTakenError(ProblemKind.SCALE_AND_CODE_DISAGREE, "value[x]", reading.text)
    problems = list(parts.problems)
    observation = Observation(
        collected.day,
        reading,
        reading.scale if meaning.scale is Scale.UNKNOWN else meaning.scale,
        meaning.transcript,
        _specimen(found, resources, problems),
        _laboratory(found, resources, problems),
        next(iter(texts_of(found.get("method"))), ""),
        parts.gene,
        parts.copies,
        parts.factor,
    )
    observation = _with_own_words(observation, meaning, parts)
    return ResultDraft(observation, collected.is_known, parts.factor_since if parts.factor else None), problems


def _with_own_words(observation: Observation, meaning: CodeMeaning, parts: Parts) -> Observation:
    """Return a result with the scale and transcript that a file of ours says, if they give the code it stands under."""
    if not parts.scale and not parts.transcript:
        return observation
    try:
        told = replace(
            observation,
            scale=Scale(parts.scale) if parts.scale else observation.scale,
            transcript=Transcript(parts.transcript) if parts.transcript else observation.transcript,
        )
    except ValueError:
        told = None
    if told is None or code_of(told) is not meaning.code:
        raise _NotTakenError(ProblemKind.SCALE_AND_CODE_DISAGREE, "component", f"{parts.scale} {parts.transcript}")
    return told


def _reading(found: Resource, meaning: CodeMeaning, parts: Parts) -> Reading:
    """Return what the value says, with the limit of detection and the MR number that stand beside it."""
    high = _reportable_high(found)
    reading = _printed_reading(found, parts) if parts.printed_text else _value_reading(found, meaning, high)
    if parts.limit is not None and reading.limit_of_detection is None:
        reading = replace(reading, limit_of_detection=parts.limit)
    if parts.log_reduction is not None and reading.log_reduction is None:
        reading = replace(reading, log_reduction=parts.log_reduction)
    return reading


def _printed_reading(found: Resource, parts: Parts) -> Reading:
    """Return the reading of the printed text that a file of ours holds, if it agrees with the value beside it.

    What was answered when it was typed in (unit, decimal mark, the end of the range) is found by the value.
    """
    quantity = found.get("valueQuantity")
    value = quantity.get("value") if isinstance(quantity, dict) else None
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    comparator = quantity.get("comparator", "") if isinstance(quantity, dict) else ""
    for unit in (None, Unit.PERCENT, Unit.RATIO):
        for mark in (None, ".", ","):
            for limit in (None, number):
                read = parse_reading(parts.printed_text, unit=unit, decimal_mark=mark, above_range_limit=limit)
                if (
                    isinstance(read, Reading)
                    and (read.value, read.comparator.value) == (number, comparator)
                    and (parts.limit is None or read.limit_of_detection in (None, parts.limit))
                ):
                    return read
    raise _NotTakenError(ProblemKind.TEXT_AND_VALUE_DISAGREE, "component", parts.printed_text)


def _value_reading(found: Resource, meaning: CodeMeaning, high: Decimal | None) -> Reading:
    for name in _VALUES_NOT_TAKEN:
        if name in found:
            raise _NotTakenError(ProblemKind.VALUE_NOT_TAKEN, name)
    said = list(_said(found, meaning))
    reasons = texts_of(found.get("dataAbsentReason"))
    if said and found.get("dataAbsentReason"):
        raise _NotTakenError(ProblemKind.VALUE_REFUSED, "dataAbsentReason", next(iter(reasons), ""))
    texts: list[tuple[str, str, Unit | None]] = said or [("dataAbsentReason", text, None) for text in reasons]
    if not texts:
        raise _NotTakenError(ProblemKind.NO_VALUE, "value[x]", source_words(found.get("dataAbsentReason")))
    for _element, text, unit in texts:
        mark = "." if "valueQuantity" in found else None
        read = parse_reading(text, unit=unit, decimal_mark=mark, above_range_limit=high)
        if isinstance(read, Reading):
            return _as_coded(read, meaning, text)
    element, text, unit = texts[0]
    why = parse_reading(text, unit=unit, above_range_limit=high)
    raise _NotTakenError(ProblemKind.VALUE_REFUSED, element, text, why if isinstance(why, Refusal) else None)


def _as_coded(read: Reading, meaning: CodeMeaning, text: str) -> Reading:
    """Return a reading, unless its code says that it counts something else."""
    if meaning.unit is Unit.LOG_REDUCTION and read.kind is ReadingKind.NUMBER:
        raise _NotTakenError(ProblemKind.CODES_DISAGREE, "value[x]", text)
    return read


def _said(found: Resource, meaning: CodeMeaning) -> Iterator[tuple[str, str, Unit | None]]:
    """Yield each way in which the value is put: the element, the text as a report would print it, and its unit."""
    quantity = found.get("valueQuantity")
    if isinstance(quantity, dict) and "value" in quantity:
        yield "valueQuantity", *_quantity_text(quantity, meaning)
    if isinstance(found.get("valueString"), str):
        yield "valueString", found["valueString"], None
    if "valueInteger" in found:
        yield "valueInteger", number_text(found["valueInteger"]), None
    for text in texts_of(found.get("valueCodeableConcept")):
        yield "valueCodeableConcept", text, None


def _quantity_text(quantity: Resource, meaning: CodeMeaning) -> tuple[str, Unit | None]:
    number = f"{quantity.get('comparator', '')}{number_text(quantity['value'])}"
    words, code = quantity.get("unit") or "", quantity.get("code") or ""
    is_ucum = quantity.get("system") in (names.UCUM, None) and code
    unit = read_ucum(code) if is_ucum else read_ucum(words or code)
    if meaning.unit is Unit.LOG_REDUCTION:
        if unit is not None and unit.unit is Unit.PERCENT:
            raise _NotTakenError(ProblemKind.CODES_DISAGREE, "valueQuantity", f"{number} {words or code}")
        return f"{number} log reduction", None
    if is_ucum and unit is None:
        raise _NotTakenError(ProblemKind.VALUE_REFUSED, "valueQuantity.code", f"{number} {code}")
    if unit is None:
        return f"{number} {words or code}".strip(), None
    # The unit's own words go along where they say more than its code, such as the scale.
    plain_words = {Unit.PERCENT: "%", Unit.RATIO: "ratio"}[unit.unit]
    says_more = words and read_ucum(words) != read_ucum(code) and words != code
    return f"{number} {words if says_more or unit.scale is Scale.IS else plain_words}", unit.unit


def _reportable_high(found: Resource) -> Decimal | None:
    """Return the upper end of the reportable range in percent, which "above range" means, where one is given."""
    for one in as_list(found.get("referenceRange")):
        high = one.get("high")
        if isinstance(high, dict):
            unit = read_ucum(str(high.get("code") or high.get("unit") or ""))
            if unit is not None and unit.unit is Unit.PERCENT:
                read = parse_reading(f"{number_text(high.get('value'))} %", decimal_mark=".")
                return read.value if isinstance(read, Reading) else None
    return None


def _specimen(found: Resource, resources: Resources, problems: list[Problem]) -> Specimen:
    reference = found.get("specimen")
    if not isinstance(reference, dict):
        return Specimen.BLOOD
    specimen = resources.find(reference, found)
    texts = texts_of(specimen.get("type")) if specimen else []
    display = reference.get("display")
    words = " ".join([*texts, display if isinstance(display, str) else ""]).lower()
    if "marrow" in words:
        return Specimen.BONE_MARROW
    if "blood" in words or not words.strip():
        return Specimen.BLOOD
    if words.strip() != Specimen.OTHER.value:
        problems.append(Problem(ProblemKind.SPECIMEN_UNKNOWN, "specimen", words.strip()[:_MOST_SHOWN]))
    return Specimen.OTHER


def _laboratory(found: Resource, resources: Resources, problems: list[Problem]) -> str:
    """Return the name of the first performer that is not a person."""
    for reference in as_list(found.get("performer")):
        performer = resources.find(reference, found)
        kind = performer.get("resourceType") if performer else str(reference.get("reference", "")).split("/")[0]
        name = performer.get("name") if performer and kind == "Organization" else reference.get("display")
        if not isinstance(name, str) or kind in ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson"):
            continue
        if len(name) > _LONGEST_LABORATORY:
            problems.append(Problem(ProblemKind.TEXT_CUT, "performer", name[:_MOST_SHOWN]))
        return name[:_LONGEST_LABORATORY]
    return ""


def _source(found: Resource) -> tuple[tuple[str, str], ...]:
    day = next((found[name] for name in ("effectiveDateTime", "effectiveInstant") if name in found), "")
    pairs = (("code", source_words(found.get("code"))), ("effective[x]", day), ("value[x]", _source_value(found)))
    return tuple((name, text[:_MOST_SHOWN]) for name, text in pairs if isinstance(text, str) and text)


def _source_value(found: Resource) -> str:
    quantity = found.get("valueQuantity")
    if isinstance(quantity, dict):
        unit = quantity.get("unit") or quantity.get("code") or ""
        return f"{quantity.get('comparator', '')}{number_text(quantity.get('value'))} {unit}".strip()
    string = found.get("valueString")
    texts = [string] if isinstance(string, str) else texts_of(found.get("valueCodeableConcept"))
    return next(iter(texts), "") or next(iter(texts_of(found.get("dataAbsentReason"))), "")
