"""An e-mail address that was replaced."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EmailChange(models.Model):
    """The way back to an old address, for a week. Only a hash of the link is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    old_email = models.EmailField(_("old e-mail address"))
    changed_at = models.DateTimeField(_("changed at"))
    token_hash = models.CharField(_("hash of the link"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("change of e-mail address")
        verbose_name_plural = _("changes of e-mail address")

    def __str__(self) -> str:
        return str(self.pk)
