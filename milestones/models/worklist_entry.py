"""One patient on one team's worklist: what the list shows and sorts by, kept in the transaction of each change.

docs/decisions/0013-the-worklist-is-kept.md
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import CareTeam, Grant, Patient
from milestones.models.follows import Follows
from milestones.models.same_record import SameRecord

#: Stand for a day that there is none of, so that an index gives the list in its order in either database.
NO_RESULT, NOT_DUE = date.min, date.max


class WorklistEntry(models.Model):
    """What a team's list says of one patient. All of it but ``reviewed`` and ``tags`` can be computed again.

    ``grant_state`` and ``grant_ends_on`` are the grant's at every moment; no service writes them after the first time.

    ``rules`` names the rule sets and their versions that it was computed by, and the form of ``course_end``.
    ``not_met`` has one bit a rule set, in the order of ``load_rule_sets``, set where the latest judged result is not at
    that rule set's goal; ``verdicts`` has their words, a line "eln_2020=warning" for each. ``course_end`` is what one
    more result is held against (``selectors/course_ends.py``); where it is empty, all of the course is read. What a
    patient leaves out for the team is not in it.
    """

    grant = models.OneToOneField(Grant, primary_key=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(CareTeam, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    # What the grant says now: the database carries it over, so that the list need not ask 5,000 grants.
    grant_state = models.CharField(max_length=10)
    grant_ends_on = models.DateField()
    rules = models.CharField(max_length=200)
    medicine = models.CharField(max_length=20, blank=True, default="")
    started_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    latest_on = models.DateField(default=NO_RESULT)
    latest_text = models.CharField(max_length=80, blank=True, default="")
    latest_level = models.CharField(max_length=40, blank=True, default="")
    change = models.CharField(max_length=40, blank=True, default="")
    newest_at = models.DateTimeField(null=True)
    is_rising = models.BooleanField(default=False)
    has_trigger = models.BooleanField(default=False)
    not_met = models.PositiveSmallIntegerField(default=0)
    verdicts = models.CharField(max_length=400, blank=True, default="")
    due_on = models.DateField(default=NOT_DUE)
    very_much_on = models.DateField(null=True)
    next_visit_on = models.DateField(null=True)
    open_questions = models.PositiveSmallIntegerField(default=0)
    # For the quality page: [[medicine, days, outcome], ...] of each line, and tests in time and due on the last one.
    followed = models.JSONField(default=list)
    tests_on_time = models.PositiveSmallIntegerField(default=0)
    tests_due = models.PositiveSmallIntegerField(default=0)
    course_end = models.JSONField(default=list)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    # Nobody asks for the rows that somebody has marked; an index more would cost each write.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reviewed_before_at = models.DateTimeField(null=True)
    reviewed_before_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    can_undo = models.BooleanField(_("the last mark can be taken back"), default=False)
    tags = models.CharField(_("tags"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("entry of a worklist")
        verbose_name_plural = _("entries of worklists")
        indexes = (
            models.Index(fields=["team", "-latest_on", "grant"], name="worklist_latest"),
            models.Index(fields=["team", "due_on", "grant"], name="worklist_due"),
        )
        constraints = (
            SameRecord(parent="grant", name="entry_grant_same_record"),
            Follows(
                row="grant",
                columns={"grant_state": "state", "grant_ends_on": "ends_on"},
                name="entry_follows_grant",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
