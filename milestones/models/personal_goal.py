"""What matters to a person, and what they want to reach with their team."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.clinical.levels import ResponseLevel
from milestones.models.history import RowHistoryManager
from milestones.models.versioned import RecordRow, RecordStatus


class GoalKind(models.TextChoices):
    """What a goal is about."""

    MATTERS = "matters", _("What matters most to me")
    LEVEL = "level", _("A level by a date")
    STAY = "stay", _("Staying at a level")
    SIDE_EFFECTS = "side effects", _("Fewer side effects")
    WORK = "work", _("Work or school")
    FAMILY = "family", _("Family, or a child")
    STOPPING = "stopping", _("Trying to stop treatment, with the team")


class GoalState(models.TextChoices):
    """Where a goal stands; there is no failing."""

    OPEN = "open", _("on the way")
    REACHED = "reached", _("reached")
    SET_ASIDE = "set aside", _("set aside")


class GoalLevel(models.TextChoices):
    """The levels that a goal may name."""

    MMR = ResponseLevel.MMR.value, _("MMR (0.1% or lower)")
    MR4 = ResponseLevel.MR4.value, _("MR4 (0.01% or lower)")
    MR4_5 = ResponseLevel.MR4_5.value, _("MR4.5 (0.0032% or lower)")


class PersonalGoal(RecordRow):
    """One goal: a level by a day, or words of one's own."""

    kind = models.CharField(_("about"), max_length=12, choices=GoalKind)
    words = models.CharField(_("in your own words"), max_length=500, blank=True, default="")
    level = models.CharField(_("level"), max_length=8, choices=GoalLevel, blank=True, default="")
    by_on = models.DateField(_("by"), null=True)
    is_with_team = models.BooleanField(_("agreed with the team"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=GoalState, default=GoalState.OPEN)
    state_on = models.DateField(_("since"), null=True)
    is_private = models.BooleanField(_("kept private"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        indexes = (models.Index(fields=["patient", "created_at"], name="goal_patient_created_at"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="goal_once_per_key"),
            models.CheckConstraint(name="goal_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.CheckConstraint(
                name="goal_says_something",
                condition=~models.Q(words="") | ~models.Q(level=""),
            ),
            models.CheckConstraint(
                name="goal_level_only_where_asked",
                condition=models.Q(kind__in=["level", "stay"]) & ~models.Q(level="")
                | ~models.Q(kind__in=["level", "stay"]) & models.Q(level="", by_on__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
