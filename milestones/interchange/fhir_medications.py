"""A medicine of FHIR -> a line of treatment as it was understood.

A prescription is not a first dose: only the first one of a medicine becomes a line, with a note that says so, as each
new line starts the clock of the milestones again. Source: clinical rules, sections 7 and 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from milestones.clinical.calendar import last_of_month
from milestones.clinical.treatment import Medicine
from milestones.interchange import fhir_names as names
from milestones.interchange.draft import TreatmentDraft
from milestones.interchange.fhir_dates import ReadDate, read_date
from milestones.interchange.fhir_incoming import Incoming, IncomingStatus, Problem, ProblemKind
from milestones.interchange.fhir_parts import number_text
from milestones.interchange.fhir_resources import (
    Resource,
    Resources,
    as_list,
    codings,
    external_id,
    source_words,
    texts_of,
)

MEDICATIONS = frozenset({"MedicationStatement", "MedicationRequest"})
_LONGEST_DOSE = 40
_MOST_SHOWN = 200
_TAKEN = frozenset({"active", "completed", "stopped", "on-hold"})
_ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_BY_ATC = {code: medicine for medicine, code in names.ATC_CODES.items()} | {
    # Until 2021 the index had them in another group.
    "L01XE01": Medicine.IMATINIB,
    "L01XE06": Medicine.DASATINIB,
    "L01XE08": Medicine.NILOTINIB,
    "L01XE14": Medicine.BOSUTINIB,
    "L01XE24": Medicine.PONATINIB,
}
_BY_RXNORM = {
    "282388": Medicine.IMATINIB,
    "475342": Medicine.DASATINIB,
    "662281": Medicine.NILOTINIB,
    "1307619": Medicine.BOSUTINIB,
    "1364347": Medicine.PONATINIB,
}
_BY_NAME = {medicine.value: medicine for medicine in names.ATC_CODES} | names.BRANDS
_NAMES = re.compile(rf"\b(?:{'|'.join(_BY_NAME)})\b", re.IGNORECASE | re.ASCII)


def read_medication(place: str, resource: Resource, resources: Resources) -> Incoming:
    """Return what a MedicationStatement or MedicationRequest says of a line of treatment."""
    concept = _concept(resource, resources)
    status = IncomingStatus.ENTERED_IN_ERROR if resource["status"] == "entered-in-error" else IncomingStatus.FINAL
    read = _read(resource, concept, is_error=status is IncomingStatus.ENTERED_IN_ERROR)
    source = (("medication[x]", source_words(concept)),)
    if isinstance(read, Problem):
        return Incoming(place, source, None, (read,), external_id(resource), status)
    draft, remarks = read
    return Incoming(place, source, draft, (), external_id(resource), status, tuple(remarks))


def first_prescriptions(items: Iterable[Incoming]) -> Iterator[Incoming]:
    """Yield all, with the later prescriptions of a medicine listed as what they are and not as lines of their own."""
    read = list(items)
    earliest: dict[str, Incoming] = {}
    for item in read:
        if isinstance(item.draft, TreatmentDraft) and _is_prescribed(item):
            first = earliest.get(item.draft.medicine)
            if first is None or _start(item) < _start(first):
                earliest[item.draft.medicine] = item
    stated = {
        item.draft.medicine for item in read if isinstance(item.draft, TreatmentDraft) and not _is_prescribed(item)
    }
    for item in read:
        draft = item.draft
        is_later = isinstance(draft, TreatmentDraft) and _is_prescribed(item)
        if is_later and isinstance(draft, TreatmentDraft):
            is_later = draft.medicine in stated or earliest[draft.medicine] is not item
        if is_later:
            repeated = Problem(ProblemKind.REPEATED_PRESCRIPTION, "authoredOn", item.remarks[0].text)
            yield replace(item, draft=None, problems=(repeated,), remarks=())
        else:
            yield item


def _is_prescribed(item: Incoming) -> bool:
    return any(problem.kind is ProblemKind.START_FROM_PRESCRIPTION for problem in item.remarks)


def _start(item: Incoming) -> str:
    return item.draft.started_on.isoformat() if isinstance(item.draft, TreatmentDraft) else ""


def _read(resource: Resource, concept: Any, *, is_error: bool) -> tuple[TreatmentDraft, list[Problem]] | Problem:
    is_request = resource["resourceType"] == "MedicationRequest"
    if not is_error and (resource["status"] not in _TAKEN or (is_request and resource["intent"] not in _ORDERS)):
        text = f"{resource['status']} {resource.get('intent', '')}".strip()
        return Problem(ProblemKind.NOT_TAKEN_BY_PATIENT, "status", text)
    if is_request and resource.get("doNotPerform") is True:
        return Problem(ProblemKind.NOT_TAKEN_BY_PATIENT, "doNotPerform", source_words(concept))
    medicine = _medicine(concept)
    if medicine is None:
        return Problem(ProblemKind.UNKNOWN_MEDICINE, "medication[x]", source_words(concept))
    problems: list[Problem] = []
    dosage = as_list(resource.get("dosageInstruction" if is_request else "dosage"))
    if is_request:
        started: ReadDate | ProblemKind = read_date(resource.get("authoredOn"), month_as=1)
        stopped: ReadDate | ProblemKind | None = None
        problems.append(Problem(ProblemKind.START_FROM_PRESCRIPTION, "authoredOn", str(resource.get("authoredOn", ""))))
    else:
        started, stopped = _period(resource)
    if isinstance(started, ProblemKind) or isinstance(stopped, ProblemKind):
        kind = next(one for one in (started, stopped) if isinstance(one, ProblemKind))
        return Problem(kind, "authoredOn" if is_request else "effective[x]")
    if stopped is not None and stopped.day < started.day:
        return Problem(ProblemKind.DATE_UNCLEAR, "effectivePeriod")
    problems += [Problem(ProblemKind.PART_NOT_TAKEN, "dosage", _dose(one)[:_MOST_SHOWN]) for one in dosage[1:]]
    dose = _dose(dosage[0]) if dosage else ""
    if len(dose) > _LONGEST_DOSE:
        problems.append(Problem(ProblemKind.TEXT_CUT, "dosage", dose[:_MOST_SHOWN]))
    draft = TreatmentDraft(
        medicine.value,
        started.day,
        dose[:_LONGEST_DOSE],
        started.is_known,
        stopped.day if stopped else None,
        stopped.is_known if stopped else True,
    )
    return draft, problems


def _period(resource: Resource) -> tuple[ReadDate | ProblemKind, ReadDate | ProblemKind | None]:
    period = resource.get("effectivePeriod")
    if not isinstance(period, dict):
        # One moment at which it was taken is neither a first nor a last dose.
        is_there = "effectiveDateTime" in resource
        return (ProblemKind.DATE_UNCLEAR if is_there else ProblemKind.NO_DATE), None
    started = read_date(period.get("start"), month_as=1)
    if "end" not in period:
        is_over = resource["status"] in ("completed", "stopped")
        return (ProblemKind.DATE_UNCLEAR if is_over else started), None
    stopped = read_date(period["end"], month_as=1)
    if isinstance(stopped, ReadDate) and not stopped.is_known:
        stopped = replace(stopped, day=last_of_month(stopped.day))
    return started, stopped


def _concept(resource: Resource, resources: Resources) -> Any:
    if "medicationCodeableConcept" in resource:
        return resource["medicationCodeableConcept"]
    reference = resource.get("medicationReference")
    medication = resources.find(reference, resource)
    if medication is not None:
        return medication.get("code")
    return {"text": reference.get("display")} if isinstance(reference, dict) else None


def _medicine(concept: Any) -> Medicine | None:
    """Return the one medicine that all codes and words agree on, or None."""
    found = {_BY_NAME[name.lower()] for text in texts_of(concept) for name in _NAMES.findall(text)}
    for coding in codings(concept):
        table = {names.ATC: _BY_ATC, names.RXNORM: _BY_RXNORM}.get(str(coding.get("system")), {})
        medicine = table.get(str(coding.get("code")))
        found |= {medicine} if medicine else set()
    if not found and texts_of(concept) == ["Another medicine"]:
        return Medicine.OTHER
    return found.pop() if len(found) == 1 else None


def _dose(dosage: Any) -> str:
    if not isinstance(dosage, dict):
        return ""
    if isinstance(dosage.get("text"), str):
        return str(dosage["text"])
    for rate in as_list(dosage.get("doseAndRate")):
        quantity = rate.get("doseQuantity") if isinstance(rate, dict) else None
        if isinstance(quantity, dict) and "value" in quantity:
            return f"{number_text(quantity['value'])} {quantity.get('unit') or quantity.get('code') or ''}".strip()
    return ""
