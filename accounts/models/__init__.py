"""What is stored about people, about who may see whom, and about who looked."""

from accounts.models.audit import AuditEvent, AuditOutcome, AuditSeal
from accounts.models.care_team import CareTeam, TeamInvitation, TeamMembership, TeamRole
from accounts.models.grant import Grant, GrantLevel, GrantState
from accounts.models.patient import Patient
from accounts.models.user import User

__all__ = [
    "AuditEvent",
    "AuditOutcome",
    "AuditSeal",
    "CareTeam",
    "Grant",
    "GrantLevel",
    "GrantState",
    "Patient",
    "TeamInvitation",
    "TeamMembership",
    "TeamRole",
    "User",
]
