"""FHIR R4 as portals give it -> what was understood of each resource, with what stands in the way, by name.

A Bundle, one resource, or one resource a line. Each is checked alone: a bad one is a problem beside it and refuses
nothing else. What is not known is listed and never passed over. Source: clinical rules, section 8; hazard H29; S49.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from milestones.interchange.draft import DiagnosisDraft
from milestones.interchange.fhir_dates import ReadDate, read_date
from milestones.interchange.fhir_incoming import FhirFile, Incoming, Problem, ProblemKind, Warned
from milestones.interchange.fhir_json import FileRefusal, RefusedFileError, decode, read_json
from milestones.interchange.fhir_medications import MEDICATIONS, first_prescriptions, read_medication
from milestones.interchange.fhir_observations import read_observation, shared_parts
from milestones.interchange.fhir_resources import Resource, Resources, external_id, source_words, validate

MAX_RESULTS = 5_000
MAX_ENTRIES = 10_000
#: What belongs to a result or says nothing of its own, and is read where a result names it.
_BESIDE_A_RESULT = frozenset(
    {"Patient", "DiagnosticReport", "Organization", "Practitioner", "PractitionerRole", "Specimen", "Medication"}
)
_MOST_SHOWN = 200
_DOUBTFUL = ("unconfirmed", "provisional", "differential", "refuted", "entered-in-error")
_DIAGNOSIS = re.compile(r"myel\w+ leuk|\bC92\.1|\b92818009\b", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class _Entry:
    place: str
    resource: Resource | None
    full_url: str = ""
    refusal: FileRefusal | None = None


def read_fhir(content: bytes) -> FhirFile:
    """Return what a file holds.

    Args:
        content: the file's bytes: a Bundle, one resource, or NDJSON.

    Raises:
        RefusedFileError: the whole file is refused; the message is a sentence for the person.
    """
    entries = list(islice(_entries(decode(content)), MAX_ENTRIES + 1))
    _refuse_too_many(entries)
    resources = Resources((entry.full_url, entry.resource) for entry in entries if entry.resource is not None)
    parts = shared_parts(resources)
    used = {id(part) for found in parts.values() for part in found}
    items = [item for entry in entries if (item := _read(entry, resources, parts, used)) is not None]
    return FhirFile(tuple(first_prescriptions(items)), tuple(_warnings(resources)), tuple(resources.patients()))


def _entries(text: str) -> Iterator[_Entry]:
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and _is_whole(lines[0]):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield from _line_entries(line, f"line {number}")
        return
    yield from _opened(read_json(text), "")


def _is_whole(line: str) -> bool:
    """Whether a line is a resource by itself, and so the file one of lines."""
    if not line.lstrip().startswith("{") or not line.rstrip().endswith("}"):
        return False
    try:
        read_json(line)
    except RefusedFileError as refused:
        return refused.refusal is not FileRefusal.NOT_JSON
    return True


def _line_entries(line: str, place: str) -> Iterator[_Entry]:
    try:
        value = read_json(line)
    except RefusedFileError as refused:
        if refused.refusal is not FileRefusal.NOT_JSON:
            raise
        yield _Entry(place, None, refusal=refused.refusal)
    else:
        yield from _opened(value, place)


def _opened(value: Any, place: str) -> Iterator[_Entry]:
    """Yield a resource, or what a Bundle holds."""
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        if not place:
            raise RefusedFileError(FileRefusal.NOT_FHIR)
        yield _Entry(place, None, refusal=FileRefusal.NOT_FHIR)
        return
    if value["resourceType"] != "Bundle":
        yield _Entry(place or value["resourceType"], value)
        return
    entries = value.get("entry")
    if entries is not None and not isinstance(entries, list):
        raise RefusedFileError(FileRefusal.NOT_FHIR)
    before = f"{place} " if place else ""
    for number, entry in enumerate(entries or []):
        here = f"{before}entry[{number}]"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            yield _Entry(here, None, refusal=FileRefusal.NOT_FHIR)
            continue
        full_url = entry.get("fullUrl")
        yield _Entry(here, resource, full_url if isinstance(full_url, str) else "")


def _refuse_too_many(entries: list[_Entry]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise RefusedFileError(FileRefusal.TOO_MANY_ENTRIES)
    count = sum(1 for entry in entries if entry.resource and entry.resource["resourceType"] == "Observation")
    if count > MAX_RESULTS:
        raise RefusedFileError(FileRefusal.TOO_MANY_RESULTS)


def _read(entry: _Entry, resources: Resources, parts: dict[int, list[Resource]], used: set[int]) -> Incoming | None:
    """Return what was understood of one entry; None for what is only read beside a result."""
    resource = entry.resource
    if resource is None:
        words = entry.refusal.value if entry.refusal else ""
        return Incoming(entry.place, (), None, (Problem(ProblemKind.NOT_READ, "", words),))
    kind = resource["resourceType"]
    invalid = validate(resource)
    if invalid is not None:
        return _listed(entry.place, resource, invalid)
    if kind in _BESIDE_A_RESULT or id(resource) in used:
        return None
    if kind == "Observation":
        return read_observation(entry.place, resource, resources, parts.get(id(resource), []))
    if kind in MEDICATIONS:
        return read_medication(entry.place, resource, resources)
    if kind == "Condition" and _DIAGNOSIS.search(source_words(resource.get("code"))):
        diagnosis = _diagnosis(entry.place, resource)
        if diagnosis is not None:
            return diagnosis
        problem = Problem(ProblemKind.DIAGNOSIS_BY_HAND, "Condition.code", source_words(resource.get("code")))
    else:
        problem = Problem(ProblemKind.KIND_NOT_TAKEN, "resourceType", kind[:_MOST_SHOWN])
    return _listed(entry.place, resource, problem)


def _diagnosis(place: str, resource: Resource) -> Incoming | None:
    """Return the month of a diagnosis that holds and has a date; None where a person has to look at it."""
    doubt = source_words(resource.get("verificationStatus")).lower()
    date_text = resource.get("onsetDateTime") or resource.get("recordedDate")
    found = read_date(date_text)
    if not isinstance(found, ReadDate) or any(word in doubt for word in _DOUBTFUL):
        return None
    words = source_words(resource.get("code"))
    source = (("code", words), ("date", str(date_text)[:_MOST_SHOWN]))
    # Only the month is kept, as the settings keep it.
    return Incoming(place, source, DiagnosisDraft(found.day.replace(day=1)), (), external_id(resource))


def _listed(place: str, resource: Resource, problem: Problem) -> Incoming:
    """Return a resource that is shown and not taken."""
    words = source_words(resource.get("code"))
    source = (("resourceType", resource["resourceType"][:_MOST_SHOWN]), *((("code", words),) if words else ()))
    return Incoming(place, source, None, (problem,), external_id(resource))


def _warnings(resources: Resources) -> Iterator[Warned]:
    if len(resources.patients()) > 1:
        yield Warned.SEVERAL_PATIENTS
    if resources.has_repeated_ids():
        yield Warned.REPEATED_IDS
