"""What a patient says of single members of a team that has their record: not this one, and that a new one was seen."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Grant, GrantState, LeftOut, Patient, TeamMembership, User
from accounts.services.audit import record_audit_event
from accounts.services.errors import NotThereError
from accounts.services.holding import hold_record


@transaction.atomic
def leave_out_member(*, patient: Patient, membership_id: UUID, by: User) -> None:
    """Let one member of a team see nothing of the record from the next request on. They are not told.

    Raises:
        NotThereError: no team that has the record has such a member now.
    """
    membership = _find(patient, membership_id)
    _, is_new = LeftOut.objects.get_or_create(
        patient=patient, user_id=membership.user_id, defaults={"since": timezone.now()}
    )
    if is_new:
        _audit(patient, membership, by=by, verb="member_left_out")


@transaction.atomic
def let_member_back(*, patient: Patient, membership_id: UUID, by: User) -> None:
    """Let a member who was left out see again what the team sees. Raises as ``leave_out_member``."""
    membership = _find(patient, membership_id)
    removed, _ = LeftOut.objects.filter(patient=patient, user_id=membership.user_id).delete()
    if removed:
        _audit(patient, membership, by=by, verb="member_let_back")


@transaction.atomic
def note_new_members(*, patient: Patient, by: User) -> None:
    """Keep that the patient has seen who is new in their teams: they are not told of them again."""
    grants = Grant.objects.filter(patient=patient, team__isnull=False, state=GrantState.CONFIRMED)
    if grants.update(members_seen_at=timezone.now()):
        record_audit_event(
            actor_id=by.pk,
            patient_id=patient.pk,
            verb="new_members_seen",
            object_type="patient",
            object_id=str(patient.pk),
        )


def _find(patient: Patient, membership_id: UUID) -> TeamMembership:
    # On SQLite the transaction itself holds the lock, as it begins immediately.
    hold_record(patient.pk)
    has_it = (GrantState.ACCEPTED, GrantState.CONFIRMED)
    shared = Grant.objects.filter(patient=patient, team__isnull=False, state__in=has_it).values("team_id")
    found = TeamMembership.objects.filter(pk=membership_id, left_at__isnull=True, team_id__in=shared).first()
    if found is None:
        raise NotThereError
    return found


def _audit(patient: Patient, membership: TeamMembership, *, by: User, verb: str) -> None:
    record_audit_event(
        actor_id=by.pk,
        patient_id=patient.pk,
        verb=verb,
        object_type="member",
        object_id=str(membership.user_id),
    )
