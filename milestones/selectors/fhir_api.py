"""What a system of a care team reads: the same record that the team's pages show, as resources of FHIR.

The id of a result or a medicine is the record's id and its own, one after the other: so each is found through the door
of the record it belongs to, and there is no way to look for one across records.
"""

from __future__ import annotations

import re
from uuid import UUID

from accounts.models import Patient
from milestones.interchange.fhir_search import Resource
from milestones.interchange.fhir_write import write_medication, write_observation, write_patient
from milestones.selectors.fhir import fhir_record
from milestones.selectors.timelines import get_timeline

_ID = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})\Z", re.ASCII)


def patient_of(resource_id: str) -> str:
    """Return whose a result or medicine is by its id, not looked at any further; "" where the id is none."""
    match = _ID.match(resource_id)
    return match.group(1) if match else ""


def patient_resource(patient: Patient) -> Resource:
    """Return a person as the team's list names them."""
    return write_patient(str(patient.pk), name=patient.display_name)


def resources_of(patient: Patient, kind: str) -> list[Resource]:
    """Return every resource of one kind of a record that a door has opened, what was entered in error included."""
    if kind == "Patient":
        return [patient_resource(patient)]
    record, subject = fhir_record(get_timeline(patient)), f"Patient/{patient.pk}"
    if kind == "Observation":
        found = [write_observation(result, subject) for result in record.results]
    else:
        found = [write_medication(treatment, subject, today=record.today) for treatment in record.treatments]
    return [resource | {"id": patient.pk.hex + UUID(resource["id"]).hex} for resource in found]
