"""Finding a person's own record."""

from uuid import UUID

from accounts.models import Patient
from accounts.prepared import PreparedRow

_patients = PreparedRow(Patient.objects)


def find_patient(patient_id: UUID) -> Patient | None:
    """Return whose record it is, or None; only the doors in ``accounts.access`` ask, as nothing is checked here."""
    return _patients(patient_id)


def get_own_patient_id(*, user_id: UUID) -> UUID | None:
    """Return the id of the record that this person keeps about themselves, if there is one."""
    return Patient.objects.filter(user_id=user_id).values_list("pk", flat=True).first()
