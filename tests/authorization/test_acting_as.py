"""As whom somebody came stands in each row of the trail: the same person is an owner here and a carer there (S32)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import act_as, acting_as, nobody_yet
from accounts.models import AuditEvent
from accounts.services.team_keys import issue_key
from milestones.services.dates_out import open_feed
from tests.authorization.world import World, rolled_back
from tests.cast import owner

pytestmark = pytest.mark.django_db

AS_WHOM = {
    "ownerA": "owner",
    "carer_read": "carer_view",
    "carer_add": "carer_add",
    "carer_manage": "carer_manage",
    "clin_team_read": "team_read",
    "clin_team_annotate": "team_add",
    "clin_team_manage": "team_manage",
    "patientB": None,
    "carer_revoked": None,
    "clin_removed": None,
}


def said_since(last: int) -> list[Any]:
    rows = AuditEvent.objects.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("verb", "outcome", "acting_as"))


def newest() -> int:
    return AuditEvent.objects.latest("pk").pk


@pytest.mark.parametrize(("view", "whom"), AS_WHOM.items())
def test_a_page_of_a_record(world: World, view: str, whom: str | None) -> None:
    with rolled_back():
        last = newest()
        world.ask(view, "get", reverse("milestones:home", kwargs={"patient_id": world.records["A"].pk}))
        assert said_since(last) == [("record_view", "allowed" if whom else "refused", whom)]


def test_a_team_that_may_mark_is_not_one_that_only_reads(world: World) -> None:
    with rolled_back():
        last = newest()
        world.ask("lead of East", "get", reverse("milestones:home", kwargs={"patient_id": world.records["B"].pk}))
        assert said_since(last) == [("record_view", "allowed", "team_view")]


def test_who_is_refused_one_thing_is_refused_as_who_they_are(world: World) -> None:
    with rolled_back():
        last = newest()
        world.ask("carer_read", "get", reverse("milestones:result_add", kwargs={"patient_id": world.records["A"].pk}))
        assert said_since(last) == [("result_add", "refused", "carer_view")]


def test_one_person_is_an_owner_here_and_nobody_there(world: World) -> None:
    """What the last request said is not there for the next one."""
    with rolled_back():
        last = newest()
        for record in ("B", "A", "B"):
            world.ask("patientB", "get", reverse("milestones:home", kwargs={"patient_id": world.records[record].pk}))
        assert [whom for _verb, _outcome, whom in said_since(last)] == ["owner", None, "owner"]


def test_the_change_says_it_like_the_opening(world: World) -> None:
    with rolled_back():
        last = newest()
        address = reverse("milestones:question_add", kwargs={"patient_id": world.records["A"].pk})
        key = "0b9f4a52-8a53-4f2e-9d0e-2d2f4c0a6a99"
        answer = world.ask("clin_team_annotate", "post", address, {"words": "When?", "idempotency_key": key})
        assert answer.status_code == 302
        assert [(verb, whom) for verb, _outcome, whom in said_since(last)] == [
            ("question_add", "team_add"),
            ("visit_question_recorded", "team_add"),
        ]


@pytest.mark.parametrize(
    ("view", "whom"), [("clin_team_read", "viewer"), ("clin_team_annotate", "member"), ("lead of North", "lead")]
)
def test_a_page_of_a_team(world: World, view: str, whom: str) -> None:
    with rolled_back():
        last = newest()
        world.ask(view, "get", reverse("teams:worklist", kwargs={"team_id": world.teams["North"].pk}))
        assert said_since(last) == [("worklist_view", "allowed", whom)]
        last = newest()
        world.ask(view, "get", reverse("teams:worklist", kwargs={"team_id": world.teams["South"].pk}))
        assert said_since(last) == [("worklist_view", "refused", None)]


def test_a_system_of_a_team(world: World) -> None:
    with rolled_back():
        lead = world.users["lead of North"]
        _, token = issue_key(team=world.teams["North"], name="W", scopes=["Patient"], days=9, by=lead)
        last = newest()
        for path in (f"Patient/{world.records['A'].pk}", "Patient"):
            Client().get(f"/fhir/{path}", headers={"authorization": f"Bearer {token}"})
        assert {whom for _verb, _outcome, whom in said_since(last)} == {"system"}


def test_a_secret_address(world: World) -> None:
    with rolled_back():
        patient = world.records["A"]
        token = open_feed(patient=patient, by=owner(patient))
        last = newest()
        assert Client().get(f"/calendar/{token}.ics").status_code == 200
        assert {whom for _verb, _outcome, whom in said_since(last)} == {"by secret"}


def test_it_is_said_of_one_record_alone() -> None:
    """The owner of one record is nobody on another, whatever else the same request does."""
    one, other = uuid4(), uuid4()
    with nobody_yet():
        with nobody_yet():
            act_as("owner", patient_id=one)
            assert [acting_as(key) for key in (one, other, None)] == ["owner", None, None]
            act_as("lead")
            assert [acting_as(key) for key in (one, None)] == ["lead", "lead"]
        assert acting_as(one) is None
