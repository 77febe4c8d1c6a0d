"""How somebody has been: a check-in, and each side effect that was named in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from milestones.clinical.side_effects import Interference, Mood, Symptom, UrgentSign
from milestones.models.history import RowHistoryManager
from milestones.models.lab_result import DatePrecision
from milestones.models.same_record import SameRecord
from milestones.models.versioned import RecordRow, RecordStatus


class SymptomChoice(models.TextChoices):
    """The check-in's list, in its order."""

    TIREDNESS = Symptom.TIREDNESS.value, _("Tiredness")
    MUSCLES = Symptom.MUSCLES.value, _("Muscle aches or cramps")
    SLEEP = Symptom.SLEEP.value, _("Sleep")
    MEMORY = Symptom.MEMORY.value, _("Memory or concentration")
    INTIMACY = Symptom.INTIMACY.value, _("Sex or intimacy")
    BONES = Symptom.BONES.value, _("Bone or joint pain")
    RASH = Symptom.RASH.value, _("Rash")
    WORRY = Symptom.WORRY.value, _("Worry")
    DIARRHOEA = Symptom.DIARRHOEA.value, _("Diarrhoea")
    NAUSEA = Symptom.NAUSEA.value, _("Nausea")
    SWELLING = Symptom.SWELLING.value, _("Swelling")
    BREATHLESSNESS = Symptom.BREATHLESSNESS.value, _("Breathlessness")
    HEADACHE = Symptom.HEADACHE.value, _("Headache")
    OTHER = Symptom.OTHER.value, _("Something else")


class InterferenceChoice(models.TextChoices):
    """How much it got in the way in the last 7 days."""

    NOT_AT_ALL = Interference.NOT_AT_ALL.value, _("Not at all")
    A_LITTLE = Interference.A_LITTLE.value, _("A little")
    QUITE_A_BIT = Interference.QUITE_A_BIT.value, _("Quite a bit")
    VERY_MUCH = Interference.VERY_MUCH.value, _("Very much")


class UrgentSignChoice(models.TextChoices):
    """What needs urgent help."""

    CHEST_PAIN = UrgentSign.CHEST_PAIN.value, _("Chest pain")
    BREATHLESSNESS = UrgentSign.BREATHLESSNESS.value, _("Trouble breathing")
    WEAKNESS = UrgentSign.WEAKNESS.value, _("Weakness on one side, or trouble speaking")
    BELLY_PAIN = UrgentSign.BELLY_PAIN.value, _("Severe belly pain")
    FEVER = UrgentSign.FEVER.value, _("Fever with chills")
    BLEEDING = UrgentSign.BLEEDING.value, _("Bleeding that does not stop")
    FAINTING = UrgentSign.FAINTING.value, _("Fainting")


class MoodChoice(models.TextChoices):
    """How somebody has been feeling in themselves."""

    WELL = Mood.WELL.value, _("Well")
    UP_AND_DOWN = Mood.UP_AND_DOWN.value, _("Up and down")
    LOW = Mood.LOW.value, _("Low")
    VERY_LOW = Mood.VERY_LOW.value, _("Very low")


class CheckIn(RecordRow):
    """One check-in. ``urgent`` holds the urgent signs that were ticked, by value, with a ";" between them."""

    noted_on = models.DateField(_("day of the check-in"))
    urgent = models.CharField(_("urgent signs"), max_length=200, blank=True, default="")
    mood = models.CharField(_("mood"), max_length=12, choices=MoodChoice, blank=True, default="")
    is_private = models.BooleanField(_("mood is kept private"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = (models.Index(fields=["patient", "noted_on"], name="checkin_patient_noted_on"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="checkin_once_per_key"),
            models.UniqueConstraint(fields=["patient", "id"], name="checkin_of_record"),
            models.CheckConstraint(name="checkin_status_known", condition=models.Q(status__in=RecordStatus.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)


class SideEffect(RecordRow):
    """One symptom of a check-in. It is the person's own words for it where the symptom is "other"."""

    check_in = models.ForeignKey(CheckIn, verbose_name=_("check-in"), on_delete=models.PROTECT, related_name="+")
    symptom = models.CharField(_("symptom"), max_length=24, choices=SymptomChoice)
    other_name = models.CharField(_("what it is"), max_length=60, blank=True, default="")
    interference = models.CharField(_("how much it got in the way"), max_length=12, choices=InterferenceChoice)
    since_on = models.DateField(_("since"), null=True)
    since_precision = models.CharField(max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    is_private = models.BooleanField(_("kept private"), default=False)

    history = HistoricalRecords(excluded_fields=["idempotency_key"], history_manager=RowHistoryManager)

    class Meta:
        verbose_name = _("side effect")
        verbose_name_plural = _("side effects")
        indexes = (models.Index(fields=["patient", "created_at"], name="effect_patient_created_at"),)
        constraints = (
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="effect_once_per_key"),
            SameRecord(parent="check_in", name="effect_check_in_same_record"),
            models.CheckConstraint(name="effect_status_known", condition=models.Q(status__in=RecordStatus.values)),
            models.UniqueConstraint(fields=["check_in", "symptom"], name="effect_once_per_check_in"),
        )

    def __str__(self) -> str:
        return str(self.pk)
