"""Sharing a record: invited by the patient, accepted by the other side, confirmed by the patient, ended by either.

Only a confirmed grant opens anything, and every request looks it up anew, so that what is ended here is over at the
next request anywhere. Each change holds the patient's row, so that two at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.addresses import canonical_address
from accounts.mail import queue_from_template
from accounts.models import CareTeam, Grant, GrantState, LeftOut, Patient, TeamRole, User
from accounts.selectors.viewing import local_date
from accounts.services.audit import record_audit_event
from accounts.services.errors import (
    AlreadySharedError,
    ChangedMeanwhileError,
    NotThereError,
    OwnAddressError,
    TooManyInvitationsError,
)
from accounts.services.holding import hold_record
from accounts.tokens import Purpose, new_token, token_hash

INVITATION_DAYS = 7
MOST_A_DAY = 20
_LIVE = (GrantState.INVITED, GrantState.ACCEPTED, GrantState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is to be allowed: the level, the parts beside results and treatment, and the last day."""

    level: str
    side_effects: bool
    visits: bool
    missed_doses: bool
    ends_on: date

    def columns(self) -> dict[str, Any]:
        """Return them as a grant stores them."""
        return {
            "level": self.level,
            "shares_side_effects": self.side_effects,
            "shares_visits": self.visits,
            "shares_missed_doses": self.missed_doses,
            "ends_on": self.ends_on,
        }


@transaction.atomic
def invite_person(*, patient: Patient, email: str, terms: Terms, by: User) -> tuple[Grant, str]:
    """Invite somebody by their address.

    Returns:
        The grant, and the address of the page that answers it, which goes into the mail and nowhere else.

    Raises:
        OwnAddressError: it is the patient's own address.
        AlreadySharedError: they are invited or see the record already.
        TooManyInvitationsError: more than ``MOST_A_DAY`` today.
    """
    address = canonical_address(email)
    if any(address == canonical_address(own) for own in _addresses_of(by)):
        raise OwnAddressError
    token = new_token()
    grant = _invite(
        patient=patient,
        terms=terms,
        by=by,
        same=Q(email=address),
        email=address,
        token_hash=token_hash(Purpose.RECORD_INVITATION, token),
    )
    link = f"{settings.SITE_URL}/invitations/record/{token}/"
    queue_from_template(template="invitation", to=email, context={"link": link})
    return grant, link


@transaction.atomic
def invite_team(*, patient: Patient, code: str, terms: Terms, by: User) -> Grant:
    """Invite a care team by the code that it gives to its patients. Raises as ``invite_person``.

    Raises:
        NotThereError: no team has this code.
    """
    # As it is copied from paper: small letters, spaces and hyphens of every kind say nothing.
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    team = CareTeam.objects.filter(code=letters).first()
    if team is None:
        raise NotThereError
    return _invite(patient=patient, terms=terms, by=by, same=Q(team=team), team=team)


def _invite(*, patient: Patient, terms: Terms, by: User, same: Q, **to: Any) -> Grant:
    hold_record(patient.pk)
    now = timezone.now()
    if Grant.objects.filter(patient=patient, invited_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyInvitationsError
    today = local_date(patient)
    for grant in Grant.objects.filter(same, patient=patient, state__in=_LIVE):
        if is_live(grant, today=today):
            raise AlreadySharedError
        _end(grant, by=by, verb="grant_expired")
    grant = Grant(
        patient=patient,
        invited_at=now,
        invitation_ends_at=now + timedelta(days=INVITATION_DAYS),
        **terms.columns(),
        **to,
    )
    grant.save(force_insert=True)
    _audit(grant, by=by, verb="grant_invited")
    return grant


def is_live(grant: Grant, *, today: date) -> bool:
    """Whether a grant is open: neither ended nor past its last day, nor an invitation that nobody took up in time."""
    if grant.state == GrantState.REVOKED or grant.ends_on < today:
        return False
    return grant.state != GrantState.INVITED or grant.invitation_ends_at > timezone.now()


@transaction.atomic
def accept_invitation(*, hashed: str, user: User, name: str) -> Grant:
    """Accept an invitation to see somebody's record; nothing can be seen before the patient has confirmed.

    Args:
        hashed: of the token from the mail.
        user: who has signed in; the invitation must have gone to an address that is verified as theirs.
        name: what the patient is shown to confirm.

    Raises:
        NotThereError: there is no such invitation for this person, or it is no longer open.
    """
    grant = find_invitation(hashed=hashed, user=user)
    if grant is None:
        raise NotThereError
    hold_record(grant.patient_id)
    grant.refresh_from_db()
    if grant.state != GrantState.INVITED:
        raise NotThereError
    user.name = name
    user.save(update_fields=["name"])
    _move(grant, GrantState.ACCEPTED, by=user, user=user, accepted_at=timezone.now(), accepted_by=user, token_hash=None)
    _tell(grant.patient)
    return grant


def find_invitation(*, hashed: str, user: User) -> Grant | None:
    """Return the open invitation that a token belongs to, for the person it was sent to, or None."""
    grant = Grant.objects.select_related("patient").filter(token_hash=hashed, state=GrantState.INVITED).first()
    if grant is None or not is_live(grant, today=local_date(grant.patient)):
        return None
    if grant.email not in {canonical_address(address) for address in _addresses_of(user)}:
        return None
    return None if grant.patient.user_id == user.pk else grant


@transaction.atomic
def decline_invitation(*, hashed: str, user: User) -> None:
    """Say no to an invitation; the patient sees that it has ended. Raises as ``accept_invitation``."""
    grant = find_invitation(hashed=hashed, user=user)
    if grant is None:
        raise NotThereError
    hold_record(grant.patient_id)
    grant.refresh_from_db()
    if grant.state != GrantState.INVITED:
        raise NotThereError
    _end(grant, by=user, verb="grant_declined")


@transaction.atomic
def answer_for_team(*, grant_id: UUID, team: CareTeam, accepts: bool, by: User) -> Grant:
    """Accept, or decline, for a team that a patient has invited.

    Raises:
        NotThereError: the team has no such open invitation, or this person may not answer for it.
    """
    grant = Grant.objects.select_related("patient").filter(pk=grant_id, team=team).first()
    answers = TeamRole.MEMBER, TeamRole.LEAD
    if grant is None or not team.memberships.filter(user=by, left_at__isnull=True, role__in=answers).exists():
        raise NotThereError
    if LeftOut.objects.filter(patient=grant.patient, user=by).exists():
        raise NotThereError
    hold_record(grant.patient_id)
    grant.refresh_from_db()
    if grant.state != GrantState.INVITED or not is_live(grant, today=local_date(grant.patient)):
        raise NotThereError
    if not accepts:
        return _end(grant, by=by, verb="grant_declined")
    _move(grant, GrantState.ACCEPTED, by=by, accepted_at=timezone.now(), accepted_by=by)
    _tell(grant.patient)
    return grant


@transaction.atomic
def confirm_grant(*, patient: Patient, grant_id: UUID, version: int, by: User) -> Grant:
    """Confirm that the one who accepted is the one who was meant; from now on they see what is shared.

    Raises:
        NotThereError: this record has no such grant.
        ChangedMeanwhileError: it is no longer the one that was shown.
    """
    grant = _find(patient, grant_id)
    if grant.state != GrantState.ACCEPTED or grant.version != version or not is_live(grant, today=local_date(patient)):
        raise ChangedMeanwhileError
    return _move(grant, GrantState.CONFIRMED, by=by, confirmed_at=timezone.now())


@transaction.atomic
def change_terms(*, patient: Patient, grant_id: UUID, version: int, terms: Terms, by: User) -> Grant:
    """Change what somebody may see and do, and until when. Raises as ``confirm_grant``."""
    grant = _find(patient, grant_id)
    if grant.version != version or grant.state == GrantState.REVOKED:
        raise ChangedMeanwhileError
    for name, value in terms.columns().items():
        setattr(grant, name, value)
    return _move(grant, GrantState(grant.state), by=by, verb="grant_changed")


@transaction.atomic
def note_ends(*, patient: Patient, shown: Mapping[UUID, date], by: User) -> None:
    """Keep that the patient knows the last days of what they share: home does not tell these again.

    Args:
        patient: whose record.
        shown: the last day that the page told, by the id of the grant; one that has another day by now is told anew.
        by: who was told.
    """
    hold_record(patient.pk)
    told = [
        Grant.objects.filter(pk=key, patient=patient, state=GrantState.CONFIRMED, ends_on=day).update(end_known_on=day)
        for key, day in shown.items()
    ]
    if any(told):
        record_audit_event(
            actor_id=by.pk,
            patient_id=patient.pk,
            verb="ends_seen",
            object_type="patient",
            object_id=str(patient.pk),
        )


@transaction.atomic
def end_grant(*, patient: Patient, grant_id: UUID, by: User) -> Grant:
    """Stop sharing with somebody; one that has ended stays so.

    Raises:
        NotThereError: this record has no such grant.
    """
    grant = _find(patient, grant_id)
    return grant if grant.state == GrantState.REVOKED else _end(grant, by=by)


@transaction.atomic
def end_all_grants(*, patient: Patient, by: User) -> int:
    """Stop all sharing, quietly: nobody is told. Return how many were ended."""
    hold_record(patient.pk)
    grants = list(Grant.objects.filter(patient=patient, state__in=_LIVE))
    for grant in grants:
        _end(grant, by=by)
    return len(grants)


@transaction.atomic
def leave_record(*, grant_id: UUID, by: User) -> None:
    """Give up seeing somebody's record.

    Raises:
        NotThereError: this person does not see a record by such a grant now. Who is not confirmed yet, or whose time
            is over, has no right at all, so not this one either.
    """
    grant = Grant.objects.select_related("patient").filter(pk=grant_id, user=by).first()
    if grant is None:
        raise NotThereError
    hold_record(grant.patient_id)
    grant.refresh_from_db()
    if grant.state != GrantState.CONFIRMED or not is_live(grant, today=local_date(grant.patient)):
        raise NotThereError
    _end(grant, by=by, verb="grant_left")


@transaction.atomic
def leave_all_records(*, by: User) -> None:
    """Give up every record, for somebody whose account ends: also what was only accepted, and what is over."""
    for grant in Grant.objects.filter(user=by):
        hold_record(grant.patient_id)
        grant.refresh_from_db()
        if grant.state != GrantState.REVOKED:
            _end(grant, by=by, verb="grant_left")


def _find(patient: Patient, grant_id: UUID) -> Grant:
    hold_record(patient.pk)
    grant = Grant.objects.filter(pk=grant_id, patient=patient).first()
    if grant is None:
        raise NotThereError
    return grant


def _end(grant: Grant, *, by: User, verb: str = "grant_ended") -> Grant:
    return _move(grant, GrantState.REVOKED, by=by, verb=verb, revoked_at=timezone.now(), revoked_by=by, token_hash=None)


def _move(grant: Grant, state: GrantState, *, by: User, verb: str = "", **columns: Any) -> Grant:
    grant.state = state.value
    grant.version += 1
    for name, value in columns.items():
        setattr(grant, name, value)
    grant.save(force_update=True)
    _audit(grant, by=by, verb=verb or f"grant_{state.value}")
    return grant


def _addresses_of(user: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def _tell(patient: Patient) -> None:
    if patient.user is not None:
        link = f"{settings.SITE_URL}/"
        queue_from_template(template="something_to_look_at", to=patient.user.email, context={"link": link})


def _audit(grant: Grant, *, by: User, verb: str) -> None:
    record_audit_event(
        actor_id=by.pk,
        patient_id=grant.patient_id,
        verb=verb,
        object_type="grant",
        object_id=str(grant.pk),
        object_version=grant.version,
    )
