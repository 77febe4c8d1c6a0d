"""A test that has not got its result yet: an appointment, and the day the blood was taken."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.models.history import RowHistoryManager
from milestones.models.versioned import RecordRow, RecordStatus


class PlannedTest(RecordRow):
    """One test on its way. How far it has come is computed when it is read: its result closes it."""

    is_kept_together = True

    booked_on = models.DateField(_("day of the appointment"), null=True)
    taken_on = models.DateField(_("day the blood was taken"), null=True)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("planned test")
        verbose_name_plural = _("planned tests")
        indexes = (models.Index(fields=["patient", "created_at"], name="planned_patient_created"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="planned_once_per_key"),
            models.CheckConstraint(
                name="planned_has_a_day",
                condition=models.Q(booked_on__isnull=False) | models.Q(taken_on__isnull=False),
            ),
            models.CheckConstraint(name="planned_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)
