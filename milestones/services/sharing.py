"""Confirming and changing what is shared, with the team's worklist brought up to date in the same transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Grant, Patient, User
from accounts.services import grants
from accounts.services.grants import Terms
from milestones.services.worklist import put_on_worklist


@transaction.atomic
def confirm(*, patient: Patient, grant_id: UUID, version: int, by: User) -> Grant:
    """Confirm a grant, and put the patient on the team's worklist. Raises as ``grants.confirm_grant``."""
    grant = grants.confirm_grant(patient=patient, grant_id=grant_id, version=version, by=by)
    put_on_worklist(grant)
    return grant


@transaction.atomic
def change(*, patient: Patient, grant_id: UUID, version: int, terms: Terms, by: User) -> Grant:
    """Change what is shared; what is left out now leaves the worklist too. Raises as ``grants.change_terms``."""
    grant = grants.change_terms(patient=patient, grant_id=grant_id, version=version, terms=terms, by=by)
    put_on_worklist(grant)
    return grant
