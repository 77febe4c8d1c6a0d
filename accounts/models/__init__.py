"""What is stored about people, about who may see whom, and about who looked."""

from accounts.models.allowance import Allowance
from accounts.models.audit import AuditEvent, AuditOutcome, AuditSeal
from accounts.models.calendar_feed import CalendarFeed
from accounts.models.care_team import CareTeam, TeamInvitation, TeamMembership, TeamRole
from accounts.models.email_change import EmailChange
from accounts.models.grant import Grant, GrantLevel, GrantState
from accounts.models.left_out import LeftOut
from accounts.models.outbox import WaitingMail
from accounts.models.patient import Patient
from accounts.models.session import Session
from accounts.models.team_key import TeamKey
from accounts.models.user import User

__all__ = [
    "Allowance",
    "AuditEvent",
    "AuditOutcome",
    "AuditSeal",
    "CalendarFeed",
    "CareTeam",
    "EmailChange",
    "Grant",
    "GrantLevel",
    "GrantState",
    "LeftOut",
    "Patient",
    "Session",
    "TeamInvitation",
    "TeamKey",
    "TeamMembership",
    "TeamRole",
    "User",
    "WaitingMail",
]
