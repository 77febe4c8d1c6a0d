"""Care teams: made by an operator, run by their leads. Who leaves sees nothing more from the next request on."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.addresses import canonical_address
from accounts.mail import queue_from_template
from accounts.models import CareTeam, Grant, GrantState, TeamInvitation, TeamMembership, TeamRole, User
from accounts.services.audit import record_audit_event
from accounts.services.errors import (
    AlreadySharedError,
    ChangedMeanwhileError,
    LastLeadError,
    NotThereError,
    TooManyInvitationsError,
)
from accounts.tokens import Purpose, new_token, token_hash

INVITATION_DAYS = 7
MOST_A_DAY = 20
# Read aloud on a telephone: no letter or digit that is taken for another one.
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8


@transaction.atomic
def create_team(*, name: str, lead_email: str) -> tuple[CareTeam, str]:
    """Make a team, and invite whoever is to lead it; an operator's act, as a name is what patients trust.

    Returns:
        The team, and the address of the invitation that went to the lead by mail.
    """
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    team = CareTeam(name=name, code=code)
    team.clean_fields()
    team.save(force_insert=True)
    _audit(team, by=None, verb="team_created")
    return team, _invite(team, email=lead_email, role=TeamRole.LEAD, by=None)


@transaction.atomic
def invite_member(*, team: CareTeam, email: str, role: TeamRole, by: User) -> str:
    """Invite somebody into a team by their address; return the address of the page that answers, as the mail has it.

    Raises:
        NotThereError: ``by`` does not lead this team.
        AlreadySharedError: they are in the team, or invited.
        TooManyInvitationsError: more than ``MOST_A_DAY`` today.
    """
    lock_led(team, by)
    return _invite(team, email=email, role=role, by=by)


def _invite(team: CareTeam, *, email: str, role: TeamRole, by: User | None) -> str:
    address, now = canonical_address(email), timezone.now()
    if TeamInvitation.objects.filter(team=team, invited_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyInvitationsError
    if address in {canonical_address(member.user.email) for member in _present(team)}:
        raise AlreadySharedError
    still_open = TeamInvitation.objects.filter(team=team, email=address, closed_at__isnull=True)
    if still_open.filter(ends_at__gt=now).exists():
        raise AlreadySharedError
    still_open.update(closed_at=now)
    token = new_token()
    TeamInvitation.objects.create(
        team=team,
        email=address,
        role=role,
        token_hash=token_hash(Purpose.TEAM_INVITATION, token),
        invited_by=by,
        invited_at=now,
        ends_at=now + timedelta(days=INVITATION_DAYS),
    )
    _audit(team, by=by, verb="member_invited")
    link = f"{settings.SITE_URL}/invitations/team/{token}/"
    queue_from_template(template="invitation", to=email, context={"link": link})
    return link


def find_team_invitation(*, hashed: str, user: User) -> TeamInvitation | None:
    """Return the open invitation into a team that a token belongs to, for the person it was sent to, or None."""
    found = (
        TeamInvitation.objects.select_related("team")
        .filter(token_hash=hashed, closed_at__isnull=True, ends_at__gt=timezone.now())
        .first()
    )
    own = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return found if found is not None and found.email in {canonical_address(one) for one in own} else None


@transaction.atomic
def join_team(*, hashed: str, user: User, name: str) -> TeamMembership:
    """Accept an invitation into a team. Everybody who shares with the team is told that there is somebody new.

    Args:
        hashed: of the token from the mail.
        user: who has signed in.
        name: what colleagues and patients see.

    Raises:
        NotThereError: there is no such open invitation for this person.
    """
    found = find_team_invitation(hashed=hashed, user=user)
    if found is None:
        raise NotThereError
    team = _lock(found.team)
    found.refresh_from_db()
    if found.closed_at is not None:
        raise NotThereError
    now = timezone.now()
    found.closed_at = now
    found.save(update_fields=["closed_at"])
    user.name, user.in_a_team = name, True
    user.save(update_fields=["name", "in_a_team"])
    present = TeamMembership.objects.filter(team=team, user=user, left_at__isnull=True).first()
    if present is not None:
        return present
    membership = TeamMembership.objects.create(team=team, user=user, role=found.role, joined_at=now)
    _audit(team, by=user, verb="member_joined", member=user)
    for grant in Grant.objects.select_related("patient__user").filter(team=team, state=GrantState.CONFIRMED):
        if grant.patient.user is not None:
            link = f"{settings.SITE_URL}/"
            queue_from_template(template="something_to_look_at", to=grant.patient.user.email, context={"link": link})
    return membership


@transaction.atomic
def take_back_invitation(*, team: CareTeam, invitation_id: UUID, by: User) -> None:
    """Take back an invitation that was not accepted.

    Raises:
        NotThereError: ``by`` does not lead this team, or there is no such open invitation.
    """
    lock_led(team, by)
    changed = TeamInvitation.objects.filter(pk=invitation_id, team=team, closed_at__isnull=True)
    if not changed.update(closed_at=timezone.now()):
        raise NotThereError
    _audit(team, by=by, verb="member_invitation_taken_back")


@transaction.atomic
def change_role(*, team: CareTeam, membership_id: UUID, role: TeamRole, by: User) -> None:
    """Give a member another role.

    Raises:
        NotThereError: ``by`` does not lead this team, or it has no such member.
        LastLeadError: nobody would lead the team.
    """
    lock_led(team, by)
    membership = _find_member(team, membership_id)
    if role != TeamRole.LEAD:
        _keep_a_lead(team, without=membership)
    membership.role = role.value
    membership.save(update_fields=["role"])
    _audit(team, by=by, verb="member_role_changed", member=membership.user)


@transaction.atomic
def remove_member(*, team: CareTeam, membership_id: UUID, by: User) -> None:
    """Take somebody out of a team, at once. Raises as ``change_role``."""
    lock_led(team, by)
    membership = _find_member(team, membership_id)
    _keep_a_lead(team, without=membership)
    _leave(membership, by=by, verb="member_removed")


@transaction.atomic
def leave_team(*, team: CareTeam, by: User) -> None:
    """Leave a team, at once.

    Raises:
        NotThereError: this person is not in it.
        LastLeadError: nobody would lead the team.
    """
    _lock(team)
    membership = TeamMembership.objects.filter(team=team, user=by, left_at__isnull=True).first()
    if membership is None:
        raise NotThereError
    _keep_a_lead(team, without=membership)
    _leave(membership, by=by, verb="member_left")


@transaction.atomic
def change_team(
    *,
    team: CareTeam,
    version: int,
    name: str,
    telephone: str,
    days_to_result: int | None,
    rule_set: str,
    test_interval_months: int | None,
    by: User,
) -> CareTeam:
    """Change what a team says of itself; the caller has checked that the rule set is one.

    Raises:
        NotThereError: ``by`` does not lead this team.
        ChangedMeanwhileError: somebody else changed it since ``version``.
        ValidationError: a value is too long or out of range.
    """
    locked = lock_led(team, by)
    if locked.version != version:
        raise ChangedMeanwhileError
    locked.name, locked.telephone, locked.days_to_result = name, telephone, days_to_result
    locked.rule_set, locked.test_interval_months, locked.version = rule_set, test_interval_months, version + 1
    locked.clean_fields()
    locked.save()
    _audit(locked, by=by, verb="team_changed")
    return locked


def _present(team: CareTeam) -> list[TeamMembership]:
    return list(TeamMembership.objects.select_related("user").filter(team=team, left_at__isnull=True))


def _lock(team: CareTeam) -> CareTeam:
    # On SQLite the transaction itself holds the lock, as it begins immediately.
    return CareTeam.objects.select_for_update().get(pk=team.pk)


def lock_led(team: CareTeam, by: User) -> CareTeam:
    """Return a team, locked, to somebody who leads it.

    Raises:
        NotThereError: ``by`` does not lead this team.
    """
    locked = _lock(team)
    if not locked.memberships.filter(user=by, role=TeamRole.LEAD, left_at__isnull=True).exists():
        raise NotThereError
    return locked


def _find_member(team: CareTeam, membership_id: UUID) -> TeamMembership:
    found = TeamMembership.objects.select_related("user").filter(pk=membership_id, team=team, left_at__isnull=True)
    membership = found.first()
    if membership is None:
        raise NotThereError
    return membership


def _keep_a_lead(team: CareTeam, *, without: TeamMembership) -> None:
    others = TeamMembership.objects.filter(team=team, role=TeamRole.LEAD, left_at__isnull=True).exclude(pk=without.pk)
    if without.role == TeamRole.LEAD and not others.exists():
        raise LastLeadError


def _leave(membership: TeamMembership, *, by: User, verb: str) -> None:
    membership.left_at = timezone.now()
    membership.save(update_fields=["left_at"])
    user = membership.user
    user.in_a_team = TeamMembership.objects.filter(user=user, left_at__isnull=True).exists()
    user.save(update_fields=["in_a_team"])
    _audit(membership.team, by=by, verb=verb, member=membership.user)


def _audit(team: CareTeam, *, by: User | None, verb: str, member: User | None = None) -> None:
    record_audit_event(
        actor_id=by.pk if by else None,
        patient_id=None,
        verb=verb,
        object_type="care_team" if member is None else "member",
        object_id=str(team.pk if member is None else member.pk),
    )
