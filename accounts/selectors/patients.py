"""Finding a person's own record."""

from uuid import UUID

from django.db import connection

from accounts.models import Patient
from accounts.prepared import PreparedQuery

_COLUMNS = [field.attname for field in Patient._meta.concrete_fields]  # noqa: SLF001 - Django's documented way to a model's fields
_patients = PreparedQuery(
    lambda patient_id: Patient.objects.filter(pk=patient_id).values_list(*_COLUMNS),
    patient_id=(UUID(int=0), UUID(int=1)),
)


def find_patient(patient_id: UUID) -> Patient | None:
    """Return whose record it is, or None; only the doors in ``accounts.access`` ask, as nothing is checked here."""
    rows = _patients(patient_id=patient_id)
    return Patient.from_db(connection.alias, _COLUMNS, rows[0]) if rows else None


def get_own_patient_id(*, user_id: UUID) -> UUID | None:
    """Return the id of the record that this person keeps about themselves, if there is one."""
    return Patient.objects.filter(user_id=user_id).values_list("pk", flat=True).first()
