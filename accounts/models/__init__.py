"""What is stored about people and about who looked."""

from accounts.models.audit import AuditEvent, AuditOutcome, AuditSeal
from accounts.models.patient import Patient
from accounts.models.user import User

__all__ = ["AuditEvent", "AuditOutcome", "AuditSeal", "Patient", "User"]
