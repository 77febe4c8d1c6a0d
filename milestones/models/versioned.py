"""What every row of a person's record has: a version against lost updates, and a key against double posts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient


class RecordStatus(models.TextChoices):
    """FHIR's status, as far as it is used: rows are never deleted."""

    FINAL = "final", _("final")
    CORRECTED = "corrected", _("corrected")
    ENTERED_IN_ERROR = "entered-in-error", _("entered in error")


class RecordRow(models.Model):
    """A row of one person's record.

    ``version`` rises with each change, and a change names the version that it was made on. ``idempotency_key`` is
    drawn into the form, so that a repeated post finds the row that the first one wrote. Rows that are
    ``is_kept_together``, such as medicines and visits, may be changed by whoever may change that kind; of others a
    carer changes only what they added.
    """

    is_kept_together: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=16, choices=RecordStatus, default=RecordStatus.FINAL)
    version = models.PositiveIntegerField(_("version"), default=1)
    idempotency_key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True
