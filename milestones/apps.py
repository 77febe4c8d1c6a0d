"""The milestones app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MilestonesConfig(AppConfig):
    """Results, what they mean, and what happens next."""

    name = "milestones"
    verbose_name = _("milestones")
    default_auto_field = "django.db.models.BigAutoField"
