"""Members of a team whom somebody leaves out: "not this person"."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.patient import Patient


class LeftOut(models.Model):
    """One person who does not see one record through a team, whichever team, until the patient lets them again.

    It says nothing about a grant of their own: what somebody is given as a carer holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, verbose_name=_("record"), on_delete=models.PROTECT, related_name="left_out")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("member who is left out")
        verbose_name_plural = _("members who are left out")
        constraints = (models.UniqueConstraint(fields=["patient", "user"], name="left_out_once"),)

    def __str__(self) -> str:
        return str(self.pk)
