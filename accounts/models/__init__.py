"""What is stored about people and about who looked."""

from accounts.models.allowance import Allowance
from accounts.models.audit import AuditEvent, AuditOutcome
from accounts.models.email_change import EmailChange
from accounts.models.patient import Patient
from accounts.models.session import Session
from accounts.models.user import User

__all__ = ["Allowance", "AuditEvent", "AuditOutcome", "EmailChange", "Patient", "Session", "User"]
