"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, and who may see whom."""

    name = "accounts"
    verbose_name = _("accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give all forms the site's words for what is missing."""
        from accounts.forms.words import speak_plainly  # noqa: PLC0415 - forms come after the apps

        speak_plainly()
