"""A made-up care team and a made-up carer, with whom the made-up people share."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import CareTeam, Patient, TeamRole, User
from accounts.services.grants import Terms, accept_invitation, answer_for_team, invite_person, invite_team
from accounts.services.teams import change_team, create_team, invite_member, join_team
from accounts.services.users import add_authenticator_app, create_user
from accounts.tokens import Purpose, token_hash
from milestones.clinical.calendar import add_months
from milestones.services.sharing import confirm
from milestones.services.worklist import mark_reviewed

DOCTOR, NURSE, CARER = "doctor@demo.example", "nurse@demo.example", "carer@demo.example"
TEAM = "Made-up clinic"
# Who is in a team signs in with a code of an authenticator app; `manage.py demo_code` stands in for it.
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - made-up people are public, and only in development


def share_among_demo_people(*, today: date, password: str) -> None:
    """Make the team and the carer, and let everybody share, once."""
    if User.objects.filter(email=DOCTOR).exists():
        return
    with transaction.atomic():
        doctor, nurse, carer = (create_user(email=email, password=password) for email in (DOCTOR, NURSE, CARER))
        for user in (doctor, nurse):
            add_authenticator_app(user=user, secret=APP_SECRET)
        team = _make_team(doctor, nurse)
        people = Patient.objects.filter(user__email__endswith="@demo.example").select_related("user")
        for place, patient in enumerate(people.order_by("display_name")):
            _share_with(patient, team, doctor, today, level=("manage", "add", "view")[place % 3])
            if place % 2:
                mark_reviewed(patient=patient, team_id=team.pk, by=nurse)
        _share_with_carer(people.get(user__email="hana@demo.example"), carer, today)


def _make_team(doctor: User, nurse: User) -> CareTeam:
    team, link = create_team(name=TEAM, lead_email=doctor.email)
    join_team(hashed=_hashed(Purpose.TEAM_INVITATION, link), user=doctor, name="Dr Made-up")
    link = invite_member(team=team, email=nurse.email, role=TeamRole.MEMBER, by=doctor)
    join_team(hashed=_hashed(Purpose.TEAM_INVITATION, link), user=nurse, name="Nurse Made-up")
    return change_team(
        team=team,
        version=team.version,
        name=TEAM,
        telephone="+00 000 0000",
        days_to_result=10,
        rule_set="",
        test_interval_months=None,
        by=doctor,
    )


def _share_with(patient: Patient, team: CareTeam, doctor: User, today: date, *, level: str) -> None:
    assert patient.user is not None  # noqa: S101 - made-up people sign in
    terms = Terms(level, side_effects=True, visits=True, missed_doses=level == "manage", ends_on=add_months(today, 12))
    grant = invite_team(patient=patient, code=team.code, terms=terms, by=patient.user)
    grant = answer_for_team(grant_id=grant.pk, team=team, accepts=True, by=doctor)
    confirm(patient=patient, grant_id=grant.pk, version=grant.version, by=patient.user)


def _share_with_carer(patient: Patient, carer: User, today: date) -> None:
    assert patient.user is not None  # noqa: S101 - made-up people sign in
    terms = Terms("add", side_effects=True, visits=False, missed_doses=False, ends_on=add_months(today, 12))
    _grant, link = invite_person(patient=patient, email=carer.email, terms=terms, by=patient.user)
    hashed = _hashed(Purpose.RECORD_INVITATION, link)
    grant = accept_invitation(hashed=hashed, user=carer, name="Carer (made up)")
    confirm(patient=patient, grant_id=grant.pk, version=grant.version, by=patient.user)


def _hashed(purpose: Purpose, link: str) -> str:
    return token_hash(purpose, link.rstrip("/").rpartition("/")[2])
