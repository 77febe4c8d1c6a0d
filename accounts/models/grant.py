"""Who may see a record, given by the person whose it is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.care_team import CareTeam
from accounts.models.patient import Patient


class GrantLevel(models.TextChoices):
    """How much somebody may do; each holds what those before it do."""

    VIEW = "view", _("Read and print")
    ADD = "add", _("Also add results, check-ins and questions")
    MANAGE = "manage", _("Also change medicines, visits and the next test, and correct")


class GrantState(models.TextChoices):
    """How far it has come. Only a confirmed one opens anything, and only until its last day."""

    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("accepted")
    CONFIRMED = "confirmed", _("confirmed")
    REVOKED = "revoked", _("ended")


class Grant(models.Model):
    """One person or one team that may see one record, once it is confirmed.

    It is invited by the patient, accepted by the other side, and confirmed by the patient, who then has seen who it
    is. ``email`` is the address that a person was invited at, "" for a team. ``ends_on`` is the last day, in the
    patient's time zone. The token stands in the mail and here only as its hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, verbose_name=_("record"), on_delete=models.PROTECT, related_name="grants")
    team = models.ForeignKey(
        CareTeam, verbose_name=_("team"), on_delete=models.PROTECT, null=True, related_name="grants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, null=True, related_name="grants"
    )
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    level = models.CharField(_("level"), max_length=8, choices=GrantLevel, default=GrantLevel.VIEW)
    shares_side_effects = models.BooleanField(_("side effects and check-ins"), default=False)
    shares_visits = models.BooleanField(_("visits, questions and goals, with their notes"), default=False)
    shares_missed_doses = models.BooleanField(_("missed doses"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=GrantState, default=GrantState.INVITED)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - NULL, as "" would not be unique
    invited_at = models.DateTimeField(_("invited at"))
    invitation_ends_at = models.DateTimeField(_("can be accepted until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    ends_on = models.DateField(_("last day"))
    revoked_at = models.DateTimeField(_("ended at"), null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Until when the patient has seen who joined the team.
    members_seen_at = models.DateTimeField(_("new members seen at"), null=True)
    # The last day that the patient was told of on home; another one is told anew.
    end_known_on = models.DateField(_("last day that is known"), null=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        indexes = (
            models.Index(fields=["patient", "state"], name="grant_patient_state"),
            models.Index(fields=["team", "state"], name="grant_team_state"),
        )
        constraints = (
            # What hangs from a grant names its record too: the database holds the two together.
            models.UniqueConstraint(fields=["patient", "id"], name="grant_of_record"),
            # A team's worklist repeats these, and the database carries each change over to it.
            models.UniqueConstraint(fields=["id", "state", "ends_on"], name="grant_as_it_stands"),
            models.CheckConstraint(
                name="grant_to_a_team_or_a_person",
                condition=models.Q(team__isnull=False, email="", user__isnull=True)
                | (models.Q(team__isnull=True) & ~models.Q(email="")),
            ),
            models.CheckConstraint(
                name="grant_confirmed_was_accepted",
                condition=~models.Q(state="confirmed")
                | models.Q(accepted_at__isnull=False, confirmed_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_person_is_known_once_accepted",
                condition=models.Q(state__in=["invited", "revoked"])
                | models.Q(team__isnull=False)
                | models.Q(user__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_revoked_has_its_time",
                condition=models.Q(state="revoked", revoked_at__isnull=False)
                | (~models.Q(state="revoked") & models.Q(revoked_at__isnull=True)),
            ),
            models.UniqueConstraint(
                name="grant_one_to_a_team",
                fields=["patient", "team"],
                condition=models.Q(state__in=["invited", "accepted", "confirmed"]),
            ),
            models.UniqueConstraint(
                name="grant_one_to_an_address",
                fields=["patient", "email"],
                condition=models.Q(state__in=["invited", "accepted", "confirmed"], team__isnull=True),
            ),
            models.CheckConstraint(condition=models.Q(state__in=GrantState.values), name="grant_state_known"),
            models.CheckConstraint(condition=models.Q(level__in=GrantLevel.values), name="grant_level_known"),
        )

    def __str__(self) -> str:
        return str(self.pk)
