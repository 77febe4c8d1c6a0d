"""Visits to the team, and the questions for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.models.history import RowHistoryManager
from milestones.models.same_record import SameRecord
from milestones.models.versioned import RecordRow, RecordStatus


class Visit(RecordRow):
    """An appointment; ``notes`` is what was said there, written down afterwards by ``notes_by``."""

    is_kept_together = True

    visit_on = models.DateField(_("day of the visit"))
    at_time = models.TimeField(_("time"), null=True)
    with_whom = models.CharField(_("with whom, or where"), max_length=80, blank=True, default="")
    notes = models.TextField(_("what was said"), max_length=2000, blank=True, default="")
    notes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who wrote down what was said"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    is_private = models.BooleanField(_("kept private"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = (models.Index(fields=["patient", "visit_on"], name="visit_patient_visit_on"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="visit_once_per_key"),
            models.UniqueConstraint(fields=["patient", "id"], name="visit_of_record"),
            models.CheckConstraint(name="visit_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)


class VisitQuestion(RecordRow):
    """A question for the next visit.

    ``rank`` 1 to 3 makes it one of the top three. ``suggested_by`` names the finding that suggested it. The answer
    keeps the day it was given, who wrote it down, and the visit where that was, if it is on record.
    """

    words = models.CharField(_("question"), max_length=300)
    suggested_by = models.CharField(max_length=80, blank=True, default="")
    rank = models.PositiveSmallIntegerField(_("place in the top three"), null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
    answered_on = models.DateField(_("answered on"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who wrote down the answer"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    visit = models.ForeignKey(Visit, verbose_name=_("visit"), on_delete=models.PROTECT, null=True, related_name="+")
    is_private = models.BooleanField(_("kept private"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("question for a visit")
        verbose_name_plural = _("questions for visits")
        indexes = (models.Index(fields=["patient", "created_at"], name="question_patient_created_at"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="question_once_per_key"),
            SameRecord(parent="visit", name="question_visit_same_record"),
            models.CheckConstraint(name="question_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.CheckConstraint(
                name="question_rank_is_1_to_3", condition=models.Q(rank__isnull=True) | models.Q(rank__in=[1, 2, 3])
            ),
            models.CheckConstraint(
                name="question_answer_has_a_day",
                condition=models.Q(answer="", answered_on__isnull=True) | models.Q(answered_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
