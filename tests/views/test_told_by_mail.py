"""Whoever shares a record is told by mail that there is something to look at, and in the mail no more (S30, S40)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from accounts.models import CareTeam, Patient, User
from accounts.services.grants import accept_invitation, answer_for_team, end_grant, invite_team
from tests.cast import invite, join, make_team, owner, share_with_team, terms

pytestmark = pytest.mark.django_db
ALICE = "alice@example.org"


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


def told() -> list[str]:
    """Return the mails that went to Alice since they were last asked for; each says the same few words."""
    bodies = [str(message.body) for message in mail.outbox if message.to == [ALICE]]
    mail.outbox.clear()
    for body in bodies:
        assert "something to look at" in body.lower()
        assert not {"Bob", "Erin", "Clinic North", "leukaemia", "result"} & set(body.replace(",", " ").split())
    return bodies


def test_somebody_who_accepts_is_told_of(alices_record: Patient, make_user: Callable[..., User]) -> None:
    erin = make_user("erin@example.org")
    _grant, hashed = invite(alices_record, erin.email)
    assert told() == []
    accept_invitation(hashed=hashed, user=erin, name="Erin")
    assert len(told()) == 1


@pytest.mark.parametrize(("accepts", "mails"), [(True, 1), (False, 0)])
def test_a_team_that_accepts_is_told_of(
    alices_record: Patient, team: CareTeam, bob: User, accepts: bool, mails: int
) -> None:
    grant = invite_team(patient=alices_record, code=team.code, terms=terms(), by=owner(alices_record))
    answer_for_team(grant_id=grant.pk, team=team, accepts=accepts, by=bob)
    assert len(told()) == mails


def test_a_new_member_of_a_team_is_told_of_while_it_has_the_record(
    alices_record: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]
) -> None:
    grant = share_with_team(alices_record, team, by=bob)
    told()
    join(team, make_user("dana@example.org"), by=bob)
    assert len(told()) == 1
    end_grant(patient=alices_record, grant_id=grant.pk, by=owner(alices_record))
    join(team, make_user("erin@example.org"), by=bob)
    assert told() == []
