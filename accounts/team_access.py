"""The one door to a care team's pages: for those who are in it now, and it writes down who came."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.acting import act_as
from accounts.models import AuditOutcome, User
from accounts.selectors.teams import Membership, get_membership
from accounts.services.audit import record_audit_event


def get_team_or_404(*, actor: User, team_id: UUID, what: str, as_lead: bool = False) -> Membership:
    """Return a team to somebody who is in it now.

    Args:
        actor: who has signed in.
        team_id: which team.
        what: what they came for, as the audit trail names it.
        as_lead: whether only a lead may.

    Raises:
        Http404: there is no such team, or they are not in it; the try is written down.
        PermissionDenied: they are in it and do not lead it; the try is written down.
        AuditUnavailableError: the audit row could not be written, so nothing is shown.
    """
    membership = get_membership(user=actor, team_id=team_id)
    if membership is not None:
        act_as(membership.role)
    is_right = membership is not None and (membership.is_lead or not as_lead)
    record_audit_event(
        actor_id=actor.pk,
        patient_id=None,
        verb=what,
        object_type="care_team",
        object_id=str(team_id),
        outcome=AuditOutcome.ALLOWED if is_right else AuditOutcome.REFUSED,
    )
    if membership is None:
        raise Http404
    if not is_right:
        raise PermissionDenied
    return membership
