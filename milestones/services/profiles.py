"""What results are held against: diagnosis, own level then, rule set, interval."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Patient, User
from accounts.services.audit import record_audit_event
from accounts.services.holding import hold_record
from milestones.models import ClinicalProfile
from milestones.services.worklist import keep_course


class ProfileChanges(TypedDict, total=False):
    """The answers that a form can change; what is absent stays."""

    diagnosed_on: date | None
    baseline_text: str
    baseline_unit: str
    baseline_scale: str
    baseline_laboratory: str
    transcript: str
    rule_set: str
    test_interval_months: int | None
    shows_when_ready: bool


def change_profile(
    *, patient: Patient, changes: ProfileChanges, by: User, finish_set_up: bool = False
) -> ClinicalProfile:
    """Save answers of the set-up or settings pages; each form changes its own columns, so that none overwrites another.

    Raises:
        AuditUnavailableError: the audit row could not be written; nothing was saved.
    """
    with transaction.atomic():
        hold_record(patient.pk)
        profile = _lock_or_create(patient)
        for name, value in changes.items():
            setattr(profile, name, value)
        if finish_set_up and profile.set_up_at is None:
            profile.set_up_at = timezone.now()
        profile.version += 1
        profile.save()
        keep_course(patient.pk)
        record_audit_event(
            actor_id=by.pk,
            patient_id=patient.pk,
            verb="profile_changed",
            object_type="clinicalprofile",
            object_id=str(patient.pk),
            object_version=profile.version,
        )
    return profile


def _lock_or_create(patient: Patient) -> ClinicalProfile:
    profile = ClinicalProfile.objects.select_for_update().filter(patient=patient).first()
    if profile is not None:
        return profile
    try:
        with transaction.atomic():
            ClinicalProfile.objects.bulk_create([ClinicalProfile(patient=patient, version=0)])  # no history yet
    except IntegrityError:
        pass  # another request made it at the same moment
    return ClinicalProfile.objects.select_for_update().get(patient=patient)
