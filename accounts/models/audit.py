"""Who saw or changed what. Rows are only ever added: the database itself refuses the rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditOutcome(models.TextChoices):
    """Whether it was done."""

    ALLOWED = "allowed", _("allowed")
    REFUSED = "refused", _("refused")


class AuditEvent(models.Model):
    """One opening, change or refusal.

    It has no foreign keys, so that it stays true when what it names is gone. It holds ids and never a value.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"))
    actor_id = models.UUIDField(_("who"), null=True)
    patient_id = models.UUIDField(_("whose record"), null=True)
    verb = models.CharField(_("what was done"), max_length=40)
    object_type = models.CharField(_("to what kind of thing"), max_length=40)
    object_id = models.CharField(_("to which one"), max_length=40, blank=True)
    object_version = models.PositiveIntegerField(_("which version of it"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=AuditOutcome)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = (models.Index(fields=["patient_id", "at"], name="audit_patient_at"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"
