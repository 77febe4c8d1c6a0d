"""Blood counts, chromosomes and mutations: tests beside BCR::ABL1."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.clinical.counts import Analyte, CountUnit
from milestones.models.fields import ExactDecimalField
from milestones.models.history import RowHistoryManager
from milestones.models.versioned import RecordRow, RecordStatus


class AnalyteChoice(models.TextChoices):
    """What was measured, as a person chooses it."""

    WHITE_CELLS = Analyte.WHITE_CELLS.value, _("White cells")
    NEUTROPHILS = Analyte.NEUTROPHILS.value, _("Neutrophils")
    HAEMOGLOBIN = Analyte.HAEMOGLOBIN.value, _("Haemoglobin")
    PLATELETS = Analyte.PLATELETS.value, _("Platelets")
    BASOPHILS = Analyte.BASOPHILS.value, _("Basophils")
    BLASTS = Analyte.BLASTS.value, _("Blasts")
    PH_METAPHASES = Analyte.PH_METAPHASES.value, _("Cells with the Ph chromosome")
    MUTATION = Analyte.MUTATION.value, _("Mutation test")


class CountUnitChoice(models.TextChoices):
    """Units as reports print them."""

    GIGA_PER_LITRE = CountUnit.GIGA_PER_LITRE.value, _("10⁹/L")
    THOUSAND_PER_MICROLITRE = CountUnit.THOUSAND_PER_MICROLITRE.value, _("10³/µL (thousands per microlitre)")
    PER_MICROLITRE = CountUnit.PER_MICROLITRE.value, _("per µL (microlitre)")
    GRAM_PER_DECILITRE = CountUnit.GRAM_PER_DECILITRE.value, _("g/dL")
    GRAM_PER_LITRE = CountUnit.GRAM_PER_LITRE.value, _("g/L")
    PERCENT = CountUnit.PERCENT.value, _("%")


class OtherResult(RecordRow):
    """One value of one day: a number with the unit that was chosen for it, or a mutation that was found or not."""

    collected_on = models.DateField(_("day the sample was taken"))
    analyte = models.CharField(_("test"), max_length=16, choices=AnalyteChoice)
    reported_text = models.CharField(_("as printed"), max_length=40, blank=True, default="")
    value = ExactDecimalField(_("value"), null=True)
    unit = models.CharField(_("unit"), max_length=8, choices=CountUnitChoice, blank=True, default="")
    metaphases = models.PositiveSmallIntegerField(_("metaphases counted"), null=True)
    is_found = models.BooleanField(_("mutation found"), null=True)
    mutation = models.CharField(_("which mutation"), max_length=40, blank=True, default="")
    laboratory = models.CharField(_("laboratory"), max_length=80, blank=True, default="")

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("other result")
        verbose_name_plural = _("other results")
        indexes = (models.Index(fields=["patient", "collected_on"], name="otherresult_patient_collected"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="otherresult_once_per_key"),
            models.CheckConstraint(name="otherresult_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.CheckConstraint(
                name="otherresult_is_a_number_or_a_finding",
                condition=models.Q(analyte="mutation", value__isnull=True, unit="", is_found__isnull=False)
                | ~models.Q(analyte="mutation")
                & models.Q(value__isnull=False, is_found__isnull=True)
                & ~models.Q(unit=""),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
