"""A care team, and who is in it. Nobody is in a team who has not accepted to be."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamRole(models.TextChoices):
    """What somebody does in a team."""

    VIEWER = "viewer", _("Viewer: reads what is shared")
    MEMBER = "member", _("Member: also adds, checks and marks as seen, as far as each person allows")
    LEAD = "lead", _("Lead: also invites and removes members, and changes the team")


class CareTeam(models.Model):
    """A team at a clinic. ``code`` is what a patient types to invite it; it names the team and opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name of the team"), max_length=80)
    code = models.CharField(_("code"), max_length=12, unique=True)
    telephone = models.CharField(_("telephone of the clinic"), max_length=40, blank=True, default="")
    days_to_result = models.PositiveSmallIntegerField(
        _("usual days from sample to result"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    # Names from the rules of medicine, which this app knows nothing of: milestones checks them.
    rule_set = models.CharField(_("goals that the team uses"), max_length=24, blank=True, default="")
    test_interval_months = models.PositiveSmallIntegerField(
        _("usual months between tests"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("care team")
        verbose_name_plural = _("care teams")

    def __str__(self) -> str:
        return str(self.pk)


class TeamMembership(models.Model):
    """Somebody in a team, from the day they joined until they left; a new time is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, verbose_name=_("team"), on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=8, choices=TeamRole)
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True)

    class Meta:
        verbose_name = _("membership of a team")
        verbose_name_plural = _("memberships of teams")
        constraints = (
            models.UniqueConstraint(
                fields=["team", "user"], condition=models.Q(left_at__isnull=True), name="membership_once_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(role__in=TeamRole.values), name="membership_role_known"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class TeamInvitation(models.Model):
    """An invitation into a team, bound to one address. The token stands in the mail and here only as its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(CareTeam, verbose_name=_("team"), on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=TeamRole)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    invited_at = models.DateTimeField(_("invited at"))
    ends_at = models.DateTimeField(_("can be accepted until"))
    closed_at = models.DateTimeField(_("accepted or taken back at"), null=True)

    class Meta:
        verbose_name = _("invitation into a team")
        verbose_name_plural = _("invitations into teams")
        constraints = (
            models.UniqueConstraint(
                fields=["team", "email"], condition=models.Q(closed_at__isnull=True), name="one_open_invitation"
            ),
            models.CheckConstraint(condition=models.Q(role__in=TeamRole.values), name="invitation_role_known"),
        )

    def __str__(self) -> str:
        return str(self.pk)
