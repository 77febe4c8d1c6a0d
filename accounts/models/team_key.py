"""A key with which a system of a care team reads what is shared with the team."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.care_team import CareTeam


class TeamKey(models.Model):
    """One key of one system. It was shown once; here is only its hash, under its purpose.

    ``scopes`` are the kinds of things that it may read, a word each, with commas between; what the words mean is known
    to who answers. ``ends_on`` is its last day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, verbose_name=_("team"), on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(_("name of the system"), max_length=60)
    scopes = models.CharField(_("what it may read"), max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    ends_on = models.DateField(_("last day"))
    revoked_at = models.DateTimeField(_("ended at"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        verbose_name = _("key of a team")
        verbose_name_plural = _("keys of teams")
        constraints = (
            models.CheckConstraint(
                name="team_key_revoked_by_somebody",
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def reads(self, scope: str) -> bool:
        """Whether the key may read this kind of thing."""
        return scope in self.scopes.split(",")
