"""Making and changing the person behind a record."""

from uuid import UUID

from django.db import transaction

from accounts.models import Patient, User
from accounts.selectors.patients import get_own_patient_id
from accounts.services.audit import record_audit_event


@transaction.atomic
def create_patient(*, user: User | None, by: User, display_name: str = "", time_zone: str = "UTC") -> Patient:
    """Make a record; with a user it is that person's own.

    Raises:
        ValidationError: the name is too long, or the time zone is not one.
        IntegrityError: the user has a record already.
    """
    patient = Patient(user=user, display_name=display_name, time_zone=time_zone)
    patient.clean_fields()
    patient.save(force_insert=True)
    record_audit_event(
        actor_id=by.pk,
        patient_id=patient.pk,
        verb="patient_created",
        object_type="patient",
        object_id=str(patient.pk),
        object_version=1,
    )
    return patient


def ensure_own_patient(*, user: User) -> UUID:
    """Return the id of the person's own record; it is made when they confirm their address, or ask for it."""
    patient_id = get_own_patient_id(user_id=user.pk)
    if patient_id is not None:
        return patient_id
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two first visits at once make one record
        patient_id = get_own_patient_id(user_id=user.pk)
        return patient_id or create_patient(user=user, by=user).pk


@transaction.atomic
def update_patient(*, patient: Patient, by: User, display_name: str, time_zone: str) -> Patient:
    """Change the name that is shown and the time zone.

    Raises:
        ValidationError: the name is too long, or the time zone is not one.
    """
    patient.display_name = display_name
    patient.time_zone = time_zone
    patient.clean_fields()
    patient.save(update_fields=["display_name", "time_zone"])
    record_audit_event(
        actor_id=by.pk, patient_id=patient.pk, verb="patient_changed", object_type="patient", object_id=str(patient.pk)
    )
    return patient
