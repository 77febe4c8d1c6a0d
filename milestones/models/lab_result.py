"""One BCR::ABL1 result as it was reported."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.clinical.observation import ControlGene, ReadingKind, Scale, Specimen, Transcript
from milestones.clinical.quantity import Comparator
from milestones.clinical.units import Unit
from milestones.models.fields import ExactDecimalField
from milestones.models.history import RowHistoryManager
from milestones.models.incoming_file import ImportBatch
from milestones.models.same_record import SameRecord
from milestones.models.versioned import RecordRow, RecordStatus

_FIRST_POSSIBLE_DAY = "1990-01-01"


def _choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


class DatePrecision(models.TextChoices):
    """How much of a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")


class ResultSource(models.TextChoices):
    """How a result came into the record."""

    TYPED = "typed", _("typed in")
    IMPORTED = "imported", _("imported")
    TEAM = "team", _("entered by the care team")


class LabResult(RecordRow):
    """A result: the text that the report prints, and what the one parser read in it.

    ``value`` and ``limit_of_detection`` are in percent of the control gene, exact. No level is stored: levels are
    computed when they are read. A day that is not known stands as the 15th, with the precision "month".
    """

    collected_on = models.DateField(_("date the blood was taken"))
    collected_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    reported_text = models.CharField(_("what the report says"), max_length=200)
    kind = models.CharField(max_length=24, choices=_choices(ReadingKind))
    value = ExactDecimalField(_("value in percent"), null=True)
    comparator = models.CharField(max_length=2, choices=_choices(Comparator), blank=True, default="")
    detected = models.BooleanField(_("detected"), null=True)
    unit = models.CharField(max_length=16, choices=_choices(Unit), blank=True, default="")
    printed_scale = models.CharField(max_length=8, choices=_choices(Scale))
    log_reduction = ExactDecimalField(_("MR number printed"), null=True)
    limit_of_detection = ExactDecimalField(_("limit of detection in percent"), null=True)
    reading_notes = models.CharField(max_length=120, blank=True, default="")
    scale = models.CharField(_("scale"), max_length=8, choices=_choices(Scale))
    transcript = models.CharField(max_length=8, choices=_choices(Transcript), default=Transcript.P210.value)
    specimen = models.CharField(max_length=12, choices=_choices(Specimen), default=Specimen.BLOOD.value)
    laboratory = models.CharField(_("laboratory"), max_length=80, blank=True, default="")
    control_gene = models.CharField(
        _("control gene"), max_length=6, choices=_choices(ControlGene), blank=True, default=""
    )
    control_gene_copies = models.PositiveBigIntegerField(_("control-gene copies"), null=True)
    conversion_factor = ExactDecimalField(_("conversion factor"), null=True)
    conversion_factor_valid_from = models.DateField(_("conversion factor valid from"), null=True)
    source = models.CharField(max_length=8, choices=ResultSource, default=ResultSource.TYPED)
    questions_confirmed = models.CharField(
        _("questions that were asked and confirmed"), max_length=120, blank=True, default=""
    )

    # What it was brought in with, where it came out of a file, and the source's own name for it.
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, related_name="+")
    external_id = models.CharField(_("name in the source"), max_length=200, blank=True, default="")

    # A team's result may be held until a visit, or wait until the person wants to see it; that it is there is shown.
    held_until = models.DateField(_("shown to the person from this day on"), null=True)
    opened_at = models.DateTimeField(_("opened by the person at"), null=True)
    # Somebody of the team has held this version against the laboratory's report.
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("checked by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_version = models.PositiveIntegerField(_("version that was checked"), null=True)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        indexes = (models.Index(fields=["patient", "collected_on"], name="result_patient_collected"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="result_once_per_key"),
            SameRecord(parent="batch", name="result_batch_same_record"),
            models.CheckConstraint(
                name="result_number_has_value",
                condition=models.Q(kind=ReadingKind.NUMBER.value, value__isnull=False)
                | (~models.Q(kind=ReadingKind.NUMBER.value) & models.Q(value__isnull=True)),
            ),
            models.CheckConstraint(
                name="result_not_detected_is_no_number",
                condition=~models.Q(detected=False) | models.Q(kind=ReadingKind.NOT_DETECTED.value),
            ),
            models.CheckConstraint(
                name="result_comparator_needs_value", condition=models.Q(comparator="") | models.Q(value__isnull=False)
            ),
            models.CheckConstraint(
                name="result_factor_is_dated_or_absent",
                condition=models.Q(conversion_factor__isnull=False)
                | models.Q(conversion_factor_valid_from__isnull=True),
            ),
            models.CheckConstraint(name="result_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.CheckConstraint(
                name="result_collected_after_1990", condition=models.Q(collected_on__gte=_FIRST_POSSIBLE_DAY)
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
