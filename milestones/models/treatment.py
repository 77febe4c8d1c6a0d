"""One line of treatment: a medicine from its first dose to its stop."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.clinical.treatment import Medicine
from milestones.models.history import RowHistoryManager
from milestones.models.incoming_file import ImportBatch
from milestones.models.lab_result import DatePrecision
from milestones.models.same_record import SameRecord
from milestones.models.versioned import RecordRow, RecordStatus


class MedicineChoice(models.TextChoices):
    """The medicines, as a person chooses them."""

    IMATINIB = Medicine.IMATINIB.value, _("imatinib")
    DASATINIB = Medicine.DASATINIB.value, _("dasatinib")
    NILOTINIB = Medicine.NILOTINIB.value, _("nilotinib")
    BOSUTINIB = Medicine.BOSUTINIB.value, _("bosutinib")
    PONATINIB = Medicine.PONATINIB.value, _("ponatinib")
    ASCIMINIB = Medicine.ASCIMINIB.value, _("asciminib")
    OTHER = Medicine.OTHER.value, _("another medicine")


class Treatment(RecordRow):
    """A line of treatment. A new medicine is a new line; ``dose`` is free text ("400 mg a day") and decides nothing."""

    is_kept_together = True

    medicine = models.CharField(_("medicine"), max_length=12, choices=MedicineChoice)
    dose = models.CharField(_("dose"), max_length=40, blank=True, default="")
    started_on = models.DateField(_("first dose on"))
    started_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    stopped_on = models.DateField(_("last dose on"), null=True)
    stopped_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)

    # What it was brought in with, where it came out of a file, and the source's own name for it.
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, related_name="+")
    external_id = models.CharField(_("name in the source"), max_length=200, blank=True, default="")

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        indexes = (models.Index(fields=["patient", "started_on"], name="treatment_patient_started"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="treatment_once_per_key"),
            SameRecord(parent="batch", name="treatment_batch_same_record"),
            models.UniqueConstraint(fields=["patient", "id"], name="treatment_of_record"),
            models.CheckConstraint(
                name="treatment_stops_after_start",
                condition=models.Q(stopped_on__isnull=True) | models.Q(stopped_on__gte=models.F("started_on")),
            ),
            models.CheckConstraint(name="treatment_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)
