"""Medicines beside the one for CML, and doses that were missed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.models.history import RowHistoryManager
from milestones.models.lab_result import DatePrecision
from milestones.models.versioned import RecordRow, RecordStatus


class OtherMedicine(RecordRow):
    """A medicine, herb or supplement for something else, as a person would tell a pharmacist."""

    is_kept_together = True

    name = models.CharField(_("name"), max_length=80)
    how_taken = models.CharField(_("how much and how often"), max_length=80, blank=True, default="")
    started_on = models.DateField(_("since"), null=True)
    started_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    stopped_on = models.DateField(_("until"), null=True)
    stopped_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("other medicine")
        verbose_name_plural = _("other medicines")
        indexes = (models.Index(fields=["patient", "created_at"], name="othermed_patient_created_at"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="othermed_once_per_key"),
            models.CheckConstraint(name="othermed_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.CheckConstraint(
                name="othermed_stops_after_start",
                condition=models.Q(stopped_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(stopped_on__gte=models.F("started_on")),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class MissedCount(models.TextChoices):
    """Doses missed in the last 4 weeks, in plain choices."""

    NONE = "none", _("None")
    ONE_OR_TWO = "1 or 2", _("1 or 2")
    THREE_TO_FIVE = "3 to 5", _("3 to 5")
    MORE = "more than 5", _("More than 5")
    UNKNOWN = "unknown", _("I do not know")


class MissedDoses(RecordRow):
    """What somebody says of the last 4 weeks. It is private unless they tick that it may be seen."""

    noted_on = models.DateField(_("noted on"))
    how_many = models.CharField(_("doses missed in the last 4 weeks"), max_length=12, choices=MissedCount)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    is_shared = models.BooleanField(_("may be seen by the team"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("missed doses")
        verbose_name_plural = _("missed doses")
        indexes = (models.Index(fields=["patient", "noted_on"], name="missed_patient_noted_on"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="missed_once_per_key"),
            models.CheckConstraint(name="missed_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)
