"""A secret address at which a calendar asks for somebody's dates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.patient import Patient


class CalendarFeed(models.Model):
    """What a person's dates are called in a calendar, and the hash of the address that a calendar asks at.

    ``token_hash`` is None where no calendar may ask. Titles are neutral unless the person has chosen others.
    """

    patient = models.OneToOneField(
        Patient, verbose_name=_("patient"), primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    test_title = models.CharField(_("what a test is called"), max_length=60, blank=True, default="")
    visit_title = models.CharField(_("what a visit is called"), max_length=60, blank=True, default="")
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - NULL, as "" would not be unique
    opened_at = models.DateTimeField(_("opened at"), null=True)
    read_at = models.DateTimeField(_("last read at"), null=True)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return str(self.pk)
