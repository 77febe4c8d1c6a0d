"""How much of something is still allowed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Allowance(models.Model):
    """What one account, network or address has used of one limit. The key is a hash: it names nobody.

    ``used_until`` is a moment, in milliseconds: each use moves it on by a step, and time catches up with it.
    """

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    used_until = models.BigIntegerField(_("used until"), db_index=True)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")

    def __str__(self) -> str:
        return self.key
