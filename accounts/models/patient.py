"""The person whose record it is."""

import uuid
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import OWN, Viewing


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not the name of a time zone."))


class Patient(models.Model):
    """A person's record. Mostly they sign in themselves; a record without a user is kept by somebody else.

    ``viewing`` says as who somebody has come to it: ``accounts.access`` sets it, and what reads a part of the record
    looks there. It is not stored. A record that came through no door is the site's own, for commands and tests.
    """

    viewing: Viewing = OWN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="patient",
        null=True,
        blank=True,
    )
    display_name = models.CharField(_("name to show"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")

    def __str__(self) -> str:
        return str(self.pk)
