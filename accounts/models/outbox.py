"""Mails that wait to be sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class WaitingMail(models.Model):
    """One mail, written in the transaction of what it tells about, and deleted when it is sent or given up.

    ``sealed`` is the mail itself, encrypted: it may hold an address and a link that opens something. ``next_try_at``
    is also the end of a try that goes on, so that a sender that died is followed by another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.TextField(_("mail, encrypted"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("next try at"), db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("waiting mail")
        verbose_name_plural = _("waiting mails")

    def __str__(self) -> str:
        return str(self.pk)
