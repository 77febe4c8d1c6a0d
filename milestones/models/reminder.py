"""What a person is reminded of by mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient


class ReminderKind(models.TextChoices):
    """What a person can be reminded of. The mail itself does not say which it is."""

    TEST_DUE = "test due", _("When a test is due")
    TEST_OVERDUE = "test overdue", _("When a test is two weeks late")
    VISIT = "visit", _("Three days before a visit")
    SHARING_ENDS = "sharing ends", _("Two weeks before a sharing ends")


class ReminderChoice(models.Model):
    """What a person has asked to be reminded of; nothing unless they have."""

    patient = models.OneToOneField(
        Patient, verbose_name=_("patient"), primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    test_due = models.BooleanField(ReminderKind.TEST_DUE.label, default=False)
    test_overdue = models.BooleanField(ReminderKind.TEST_OVERDUE.label, default=False)
    visit = models.BooleanField(ReminderKind.VISIT.label, default=False)
    sharing_ends = models.BooleanField(ReminderKind.SHARING_ENDS.label, default=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("choice of reminders")
        verbose_name_plural = _("choices of reminders")

    def __str__(self) -> str:
        return str(self.pk)


class SentReminder(models.Model):
    """That somebody was reminded of one thing: it is said once, whoever runs the command and however often."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ReminderKind)
    about_on = models.DateField(_("day that it was about"))
    queued_at = models.DateTimeField(_("queued at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.UniqueConstraint(fields=["patient", "kind", "about_on"], name="reminder_once"),
            models.CheckConstraint(name="reminder_kind_known", condition=models.Q(kind__in=ReminderKind.values)),
        )

    def __str__(self) -> str:
        return str(self.pk)
