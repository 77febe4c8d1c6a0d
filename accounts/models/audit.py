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
    # Nothing for rows from before it was kept, and where nobody came through a door of a record or of a team.
    acting_as = models.CharField(_("as whom"), max_length=12, null=True)  # noqa: DJ001 - see above

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = (
            models.Index(fields=["patient_id", "at"], name="audit_patient_at"),
            # Whose list was opened: those rows name a team, and are read for each patient on it.
            models.Index(fields=["object_id", "at"], condition=models.Q(verb="worklist_view"), name="audit_list_views"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"


class AuditSeal(models.Model):
    """The seal of one audit row (accounts/seals.py). Only the database adds one, as the row is added.

    The rows of one record are a chain, numbered from 1; so are those that belong to no record.
    """

    event_id = models.BigIntegerField(_("audit event"), primary_key=True)
    chain = models.UUIDField(_("whose record, or zeros"))
    position = models.BigIntegerField(_("place in the chain"))
    hash = models.CharField(_("seal"), max_length=64)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        # No chain can fork; and the newest seal of a chain is found by it.
        constraints = (models.UniqueConstraint(fields=["chain", "position"], name="audit_seal_place"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"
