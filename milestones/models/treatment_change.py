"""What happened within a line of treatment: another dose, or a break."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.models.history import RowHistoryManager
from milestones.models.lab_result import DatePrecision
from milestones.models.same_record import SameRecord
from milestones.models.treatment import Treatment
from milestones.models.versioned import RecordRow, RecordStatus


class TreatmentChangeKind(models.TextChoices):
    """Neither is a new line of treatment: the clock of the milestones runs on."""

    DOSE = "dose", _("another dose")
    BREAK = "break", _("a break")


class ChangeReason(models.TextChoices):
    """Why, in plain choices; nobody has to say."""

    SIDE_EFFECTS = "side effects", _("side effects")
    RESPONSE = "response", _("how well it works")
    PREGNANCY = "pregnancy", _("pregnancy, or the wish for a child")
    OTHER_ILLNESS = "other illness", _("another illness, or an operation")
    SUPPLY = "supply", _("it could not be had")
    FORGOTTEN = "forgotten", _("doses were missed")
    OTHER = "other", _("another reason")


class TreatmentChange(RecordRow):
    """Another dose from a day on, or a break from a day to a day (``ended_on`` None: it goes on)."""

    is_kept_together = True

    treatment = models.ForeignKey(Treatment, verbose_name=_("treatment"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=TreatmentChangeKind)
    started_on = models.DateField(_("from"))
    started_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    ended_on = models.DateField(_("last day of the break"), null=True)
    ended_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    dose = models.CharField(_("dose"), max_length=40, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=16, choices=ChangeReason, blank=True, default="")

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("change of treatment")
        verbose_name_plural = _("changes of treatment")
        indexes = (models.Index(fields=["patient", "started_on"], name="change_patient_started"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="change_once_per_key"),
            SameRecord(parent="treatment", name="change_treatment_same_record"),
            models.CheckConstraint(
                name="change_ends_after_start",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
            ),
            models.CheckConstraint(
                name="change_is_a_dose_or_a_break",
                condition=models.Q(kind="dose", ended_on__isnull=True) & ~models.Q(dose="")
                | models.Q(kind="break", dose=""),
            ),
            models.CheckConstraint(name="change_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)
