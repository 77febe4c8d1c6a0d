"""A browser that the site remembers."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """One session: whose it is stands beside it, so that it can be listed and ended. No network address is kept.

    The key is a hash, and the content can be read only with the key that the browser holds: accounts/sessions.py.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+", null=True
    )
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("signed in at"), null=True)
    seen_at = models.DateTimeField(_("last used at"), null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment] # Django's types want a plain text here
        verbose_name_plural = _("sessions")  # type: ignore[assignment] # as above
