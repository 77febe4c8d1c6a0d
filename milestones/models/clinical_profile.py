"""What a person's results are held against: diagnosis, own level then, and the rule set."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Patient
from milestones.clinical.guidelines.loader import DEFAULT_RULE_SET
from milestones.clinical.observation import Scale, Transcript
from milestones.models.history import RowHistoryManager


class ClinicalProfile(models.Model):
    """One row a person, made at set-up. Every answer may be missing.

    ``baseline_text`` is the own level at diagnosis as the report prints it; it goes through the one parser each time
    it is read, with ``baseline_unit`` for a number that prints no unit.
    """

    patient = models.OneToOneField(
        Patient, verbose_name=_("patient"), primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    diagnosed_on = models.DateField(_("month of diagnosis"), null=True)
    baseline_text = models.CharField(_("own level at diagnosis"), max_length=200, blank=True, default="")
    baseline_unit = models.CharField(max_length=16, blank=True, default="")
    baseline_scale = models.CharField(
        max_length=8, choices=[(scale.value, scale.value) for scale in Scale], default=Scale.UNKNOWN.value
    )
    baseline_laboratory = models.CharField(_("laboratory"), max_length=80, blank=True, default="")
    transcript = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in Transcript], default=Transcript.P210.value
    )
    rule_set = models.CharField(_("guideline"), max_length=40, default=DEFAULT_RULE_SET)
    test_interval_months = models.PositiveSmallIntegerField(_("months between tests"), null=True)
    shows_when_ready = models.BooleanField(_("a result from the team opens when I ask for it"), default=False)
    set_up_at = models.DateTimeField(_("set up at"), null=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    history = HistoricalRecords(history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("clinical profile")
        verbose_name_plural = _("clinical profiles")
        constraints = (
            models.CheckConstraint(
                name="profile_interval_3_to_6",
                condition=models.Q(test_interval_months__isnull=True) | models.Q(test_interval_months__range=(3, 6)),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
