"""A member of a team whom the patient leaves out, and the word that somebody is new (S30)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, Grant, LeftOut, Patient, TeamMembership, User
from accounts.services.grants import end_grant, invite_team
from tests.cast import (
    audited,
    everything_stored,
    join,
    make_team,
    owner,
    record,
    share,
    share_with_team,
    terms,
    words_of,
)
from tests.views.conftest import Addresses
from tests.views.test_matrix import ROUTES, TEAM_ROUTES

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    """Return Bob, who leads a team."""
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def shared(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    """Return Alice's record with a result, shared with Bob's team."""
    record(alices_record, "0.31 %")
    share_with_team(alices_record, team, "manage", by=bob)
    return alices_record


@pytest.fixture
def nurse(shared: Patient, team: CareTeam, bob: User, make_user: Callable[..., User]) -> User:
    """Return somebody who joined the team after Alice shared with it."""
    user = make_user("nora@example.org")
    join(team, user, by=bob)
    return user


def membership_of(user: User) -> TeamMembership:
    return TeamMembership.objects.get(user=user, left_at__isnull=True)


def leave_out(client: Client, to: Addresses, user: User, **body: str) -> Any:
    return client.post(to("sharing_member", membership_id=membership_of(user).pk), body, follow=True)


def test_somebody_new_is_said_on_home_until_it_was_seen(
    alices: Client, shared: Patient, bob: User, nurse: User, team: CareTeam, to: Addresses,
    make_user: Callable[..., User], sign_in_as: SignIn,
) -> None:  # fmt: skip
    name = User.objects.get(pk=nurse.pk).name
    assert f"{name} has joined Clinic North." in words_of(alices.get(to("home")))
    assert "Somebody new" not in words_of(sign_in_as(bob).get(to("home"))), "it is said to the patient alone"
    assert alices.post(to("sharing_new_seen")).status_code == 302
    assert "Somebody new" not in words_of(alices.get(to("home")))
    later = make_user("late@example.org")
    join(team, later, by=bob)
    page = words_of(alices.get(to("home")))
    assert "Somebody new can see your record" in page
    assert f"{name} has joined" not in page, "only who came since"
    assert audited("new_members_seen", patient_id=shared.pk) == 1


def test_not_this_person_holds_at_the_next_request(
    alices: Client, shared: Patient, bob: User, nurse: User, team: CareTeam, to: Addresses, sign_in_as: SignIn
) -> None:
    noras, bobs = sign_in_as(nurse), sign_in_as(bob)
    listed = reverse("teams:worklist", kwargs={"team_id": team.pk})
    assert noras.get(to("home")).status_code == 200
    assert "Alice" in words_of(noras.get(listed))
    page = words_of(leave_out(alices, to, nurse))
    assert "left out: sees nothing" in page
    assert "Let them see it again" in page
    assert noras.get(to("home")).status_code == 404
    assert "Alice" not in words_of(noras.get(listed))
    assert "Alice" not in words_of(noras.get(listed, {"search": "Ali"}))
    assert "Nobody shares with the team yet" in words_of(noras.get(listed)), "not even counted"
    assert bobs.get(to("home")).status_code == 200, "it is one person alone"
    assert "Alice" in words_of(bobs.get(listed))
    assert "Somebody new" not in words_of(alices.get(to("home"))), "who is left out cannot see it"
    leave_out(alices, to, nurse, undo="1")
    assert noras.get(to("home")).status_code == 200
    assert "Alice" in words_of(noras.get(listed))
    assert [audited(verb, patient_id=shared.pk) for verb in ("member_left_out", "member_let_back")] == [1, 1]


def test_who_is_left_out_is_answered_as_a_stranger(
    alices: Client, charlie: User, nurse: User, to: Addresses, sign_in_as: SignIn
) -> None:
    """Every address, with every method: the same answer as to somebody who has nothing to do with the record."""
    leave_out(alices, to, nurse)
    before = everything_stored()
    noras, charlies = sign_in_as(nurse), sign_in_as(charlie)
    for name in (*ROUTES, *sorted(TEAM_ROUTES)):
        route = ROUTES.get(name)
        words = {"kind": "dose", "what": "taken", "step": "diagnosis", "whom": "person"}
        names = (
            [*route.more_ids]
            if route
            else {"result_check": ["result_id"], "result_compare": ["result_id"]}.get(name, [])
        )
        ids: dict[str, Any] = {one: words.get(one) or uuid4() for one in names}
        for method in route.methods if route else ("post",) if name == "result_check" else ("get",):
            answers = [getattr(one, method)(to(name, **ids)) for one in (noras, charlies)]
            assert [one.status_code for one in answers] == [404, 404], f"{method} {name}"
    assert everything_stored() == before


def test_it_outlives_a_new_sharing_and_another_team(
    alices: Client, shared: Patient, nurse: User, bob: User, team: CareTeam, to: Addresses, sign_in_as: SignIn,
    make_user: Callable[..., User],
) -> None:  # fmt: skip
    noras = sign_in_as(nurse)
    leave_out(alices, to, nurse)
    end_grant(patient=shared, grant_id=Grant.objects.get().pk, by=owner(shared))
    invite_team(patient=shared, code=team.code, terms=terms("view"), by=owner(shared))
    listed = reverse("teams:worklist", kwargs={"team_id": team.pk})
    assert "Alice" not in words_of(noras.get(listed)), "nor is a new invitation theirs to read or to answer"
    answer = reverse(
        "teams:answer_request", kwargs={"team_id": team.pk, "grant_id": Grant.objects.latest("invited_at").pk}
    )
    assert noras.post(answer, {"accept": "1"}).status_code == 404
    end_grant(patient=shared, grant_id=Grant.objects.latest("invited_at").pk, by=owner(shared))
    share_with_team(shared, team, "view", by=bob)
    lead = make_user("wim@example.org")
    west = make_team(lead, "Clinic West")
    join(west, nurse, by=lead)
    share_with_team(shared, west, "manage", by=lead)
    assert noras.get(to("home")).status_code == 404
    share(shared, nurse)
    assert noras.get(to("home")).status_code == 200, "what is given to them as a carer holds"


def test_nobody_else_leaves_anybody_out(
    alices: Client, charlies: Client, shared: Patient, bob: User, nurse: User, to: Addresses, sign_in_as: SignIn,
    make_user: Callable[..., User],
) -> None:  # fmt: skip
    lead = make_user("wim@example.org")
    make_team(lead, "Clinic West")
    address = to("sharing_member", membership_id=membership_of(nurse).pk)
    assert sign_in_as(bob).post(address).status_code == 403
    assert charlies.post(address).status_code == 404
    assert alices.post(to("sharing_member", membership_id=membership_of(lead).pk)).status_code == 404
    assert not LeftOut.objects.exists()
    for _ in range(2):
        leave_out(alices, to, nurse)
    assert LeftOut.objects.count() == audited("member_left_out") == 1
    end_grant(patient=shared, grant_id=Grant.objects.get().pk, by=owner(shared))
    assert alices.post(address, {"undo": "1"}).status_code == 404, "no team has the record now"
