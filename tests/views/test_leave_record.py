"""Giving up somebody's record: a right of who sees it now, and of nobody before or after (S25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Grant, Patient, User
from accounts.services.grants import accept_invitation, confirm_grant, end_grant
from tests.cast import TODAY, audited, everything_stored, invite, make_team, owner, share, share_with_team, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
BUTTON = "I no longer want to see it"


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    return make_user("erin@example.org")


@pytest.fixture
def erins(erin: User, sign_in_as: SignIn) -> Client:
    return sign_in_as(erin)


def brought(record: Patient, erin: User, standing: str) -> Grant:
    """Return a grant of Erin's that has come so far: "accepted", "confirmed until today", "revoked"."""
    state, _, until = standing.partition(" until ")
    grant, hashed = invite(record, erin.email)
    if state != "invited":
        grant = accept_invitation(hashed=hashed, user=erin, name="Erin")
    if state in ("confirmed", "revoked"):
        grant = confirm_grant(patient=record, grant_id=grant.pk, version=grant.version, by=owner(record))
    if state == "revoked":
        grant = end_grant(patient=record, grant_id=grant.pk, by=owner(record))
    if until:
        grant.ends_on = TODAY - timedelta(days=until == "yesterday")
        grant.save(update_fields=["ends_on"])
    return grant


def leave(client: Client, grant: Grant) -> Any:
    return client.post(reverse("leave_record", kwargs={"grant_id": grant.pk}))


@pytest.mark.parametrize("standing", ["confirmed", "confirmed until today"])
def test_who_sees_a_record_may_give_it_up(
    erins: Client, erin: User, alices_record: Patient, to: Addresses, standing: str
) -> None:
    grant = brought(alices_record, erin, standing)
    assert erins.get(to("home")).status_code == 200
    assert BUTTON in words_of(erins.get("/people/"))
    assert leave(erins, grant)["Location"] == "/people/"
    grant.refresh_from_db()
    assert (grant.state, grant.revoked_by_id) == ("revoked", erin.pk)
    assert audited("grant_left", actor_id=erin.pk) == 1
    assert erins.get(to("home")).status_code == 404
    assert leave(erins, grant).status_code == 404, "once"


@pytest.mark.parametrize(
    "standing",
    ["invited", "accepted", "accepted until today", "accepted until yesterday", "confirmed until yesterday", "revoked"],
)
def test_who_does_not_see_it_has_no_right_at_all(
    erins: Client, erin: User, alices_record: Patient, to: Addresses, standing: str
) -> None:
    grant, before = brought(alices_record, erin, standing), everything_stored()
    assert erins.get(to("home")).status_code == 404
    assert leave(erins, grant).status_code == 404
    assert everything_stored() == before
    assert audited("grant_left") == 0
    assert BUTTON not in words_of(erins.get("/people/")), "nothing offers what is refused"


def test_nobody_leaves_for_somebody_else(
    erin: User, charlies: Client, alices: Client, alices_record: Patient, sign_in_as: SignIn, make_user: Any
) -> None:
    grant, bob = share(alices_record, erin), make_user("bob@example.org")
    of_a_team = share_with_team(alices_record, make_team(bob), by=bob)
    before = everything_stored()
    assert [leave(one, grant).status_code for one in (charlies, alices)] == [404, 404]
    assert leave(sign_in_as(bob), of_a_team).status_code == 404, "a person leaves the team, not the record"
    assert everything_stored() == before


@pytest.mark.parametrize("standing", ["accepted", "confirmed", "confirmed until yesterday"])
def test_with_an_account_ends_all_that_was_shared_with_it(
    alices: Client, alice: User, charlie: User, to: Addresses, standing: str
) -> None:
    """Also what could not be left: nothing of somebody who is gone waits to be confirmed."""
    grant = brought(Patient.objects.get(user=charlie), alice, standing)
    assert alices.post(to("leave"), {"word": "DELETE"}).status_code == 302
    grant.refresh_from_db()
    assert grant.state == "revoked"
    assert grant.email.endswith("@gone.invalid")
