"""Results from a file: what waits to be confirmed, and what was brought in together."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient


class ImportKind(models.TextChoices):
    """What sort of source it is."""

    TABLE = "table", _("a table")
    FHIR = "fhir", _("a FHIR file")
    TEXT = "text", _("a report")


class HeldImport(models.Model):
    """A file that waits for its confirmation, for a day at most. Nothing of it counts; it is deleted either way.

    ``choices`` is what was said about it: columns, the order of dates, rows to take all the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ImportKind)
    content = models.BinaryField(_("content"))
    choices = models.JSONField(_("choices"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("file that waits")
        verbose_name_plural = _("files that wait")

    def __str__(self) -> str:
        return str(self.pk)


class ImportBatch(models.Model):
    """What was brought in at one time, so that it can be taken back together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ImportKind)
    # The id of the file that waited: a second confirmation of it finds this row.
    idempotency_key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, editable=False)
    results = models.PositiveIntegerField(_("results brought in"), default=0)
    treatments = models.PositiveIntegerField(_("medicines brought in"), default=0)
    left_out = models.PositiveIntegerField(_("rows left out"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="import_once_per_key"),
            models.UniqueConstraint(fields=["patient", "id"], name="import_of_record"),
        )

    def __str__(self) -> str:
        return str(self.pk)
