"""What a team changes leaves one row that says so, and so does each look; without the row there is no answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import (
    AuditEvent,
    CareTeam,
    TeamInvitation,
    TeamKey,
    TeamRole,
    User,
    WaitingMail,
)
from accounts.services import team_keys, teams
from accounts.services.grants import invite_team
from accounts.services.team_keys import issue_key
from accounts.services.teams import create_team, invite_member
from accounts.services.users import add_authenticator_app
from milestones.models import Visit, WorklistEntry
from milestones.selectors.worklist import told_until
from milestones.services import worklist
from milestones.services.worklist import set_tags
from tests.cast import (
    APP_SECRET,
    ask_question,
    break_audit,
    everything_stored,
    join,
    make_team,
    months_ago,
    record,
    share_with_team,
    terms,
    treat,
)

pytestmark = pytest.mark.django_db

#: What stands in a patient's record, or in what the team says of one.
PRIVATE = {"name": "Alice", "asks": "Charlie", "value": "0.31", "tag": "Zebra-tag", "question": "Why-so-tired"}


@dataclass
class World:
    """A team with a lead, a member and a viewer; Alice, who shares with it; Charlie, who asks to."""

    clients: dict[str, Client]
    users: dict[str, User]
    ids: dict[str, UUID]
    rows_before: int = 0

    def address(self, name: str, ids: dict[str, str]) -> str:
        return reverse(name, kwargs={key: self.ids[which] for key, which in ids.items()})

    def ask(self, page: Page | Change, method: str, person: str, body: dict[str, str] | None = None) -> Any:
        """Ask, and remember what had been written down before."""
        self.rows_before = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ask, sent = getattr(self.clients[person], method), dict(body or {})
        if page.route == "teams:review" and not sent:  # a mark says what the page told of
            entry = WorklistEntry.objects.get(team_id=self.ids["team"], patient_id=self.ids["alice"])
            sent["newest"] = told_until(entry.newest_at)
        return ask(self.address(page.route, page.ids), sent)

    def rows(self) -> list[AuditEvent]:
        """Return the audit rows that the last request left."""
        return list(AuditEvent.objects.filter(pk__gt=self.rows_before).order_by("pk"))


@dataclass(frozen=True)
class Page:
    """A page of a team: its address, what the audit trail calls a look at it, and what of a patient stands in it."""

    route: str
    verb: str
    kind: str = "care_team"
    only_lead: bool = False
    shows: tuple[str, ...] = ()

    @property
    def ids(self) -> dict[str, str]:
        return {"patient_id": "alice"} if self.kind == "record" else {"team_id": "team"}


@dataclass(frozen=True)
class Change:
    """A change: its address, what is posted, what opens the door to it, and what its row says."""

    route: str
    opening: str
    kind: str
    names: Callable[[World], UUID]
    ids: dict[str, str] = field(default_factory=lambda: {"team_id": "team"})
    body: dict[str, str] = field(default_factory=dict)
    by: str = "bob"
    of: str = ""
    before: str = ""  # a change that comes first
    status: int = 302
    viewer: int = 403  # what somebody is answered who only reads

    @property
    def opens(self) -> dict[str, str]:
        """Where in a record it opens the door, if it does."""
        rows = [name for key, name in self.ids.items() if key not in {"patient_id", "team_id"}]
        return {"record_at": self.route, "row": rows[-1] if rows else ""} if self.in_record else {}

    @property
    def in_record(self) -> bool:
        """Whether its door is the record, and so the opening and the change are one transaction."""
        return "patient_id" in self.ids


def named(which: str) -> Callable[[World], UUID]:
    return lambda world: world.ids[which]


PAGES = {
    "worklist": Page("teams:worklist", "worklist_view", shows=("name", "asks", "value", "tag")),
    "members": Page("teams:members", "team_view"),
    "invite": Page("teams:invite", "team_change", only_lead=True),
    "settings": Page("teams:settings", "team_change", only_lead=True),
    "quality": Page("teams:quality", "quality_view", only_lead=True),
    "quality_csv": Page("teams:quality_csv", "quality_export", only_lead=True),
    "keys": Page("teams:keys", "team_change", only_lead=True),
    "care": Page("milestones:care", "care_view", "record", shows=("name", "value")),
    "care_visit": Page("milestones:care_visit", "care_view", "record", shows=("name", "value", "question")),
}

_PATIENT = {"team_id": "team", "patient_id": "alice"}
_RESULT = {"patient_id": "alice", "result_id": "result"}
_MEMBER = {"team_id": "team", "membership_id": "membership"}
_REQUEST = {"team_id": "team", "grant_id": "request"}
_PLAN = {
    "part": "plan",
    "plan-notes": "We wait.",
    "plan-idempotency_key": "0b9f4a52-8a53-4f2e-9d0e-2d2f4c0a6a12",
}
_TEAM = {"name": "Clinic New", "telephone": "123", "rule_set": "nccn_2024", "version": "1"}
_KEY = {"name": "Ward system", "scopes": "Observation", "days": "30"}

CHANGES = {
    # The list.
    "reviewed": Change("teams:review", "care_review", "worklistentry", named("entry"), _PATIENT, of="alice"),
    "review_undone": Change(
        "teams:review", "care_review", "worklistentry", named("entry"), _PATIENT, {"undo": "1"}, of="alice",
        before="reviewed",
    ),
    "tags_changed": Change(
        "teams:tags", "care_review", "worklistentry", named("entry"), _PATIENT, {"tags": "urgent"}, of="alice"
    ),
    "result_checked": Change(
        "milestones:result_check", "care_review", "labresult", named("result"), _RESULT, {"version": "1"}, of="alice"
    ),
    "result_check_undone": Change(
        "milestones:result_check", "care_review", "labresult", named("result"), _RESULT, {"version": "1", "undo": "1"},
        of="alice", before="result_checked",
    ),
    "visit_recorded": Change(
        "milestones:care_visit", "visit_change", "visit", lambda _: Visit.objects.get().pk, {"patient_id": "alice"},
        _PLAN, of="alice",
    ),
    "grant_accepted": Change(
        "teams:answer_request", "request_answer", "grant", named("request"), _REQUEST, {"accept": "1"}, of="charlie",
        viewer=404,
    ),
    "grant_declined": Change(
        "teams:answer_request", "request_answer", "grant", named("request"), _REQUEST, {"accept": "0"}, of="charlie",
        viewer=404,
    ),
    # The team.
    "member_invited": Change(
        "teams:invite", "team_change", "care_team", named("team"), body={"email": "x@example.org", "role": "lead"}
    ),
    "member_invitation_taken_back": Change(
        "teams:take_back", "team_change", "care_team", named("team"),
        {"team_id": "team", "invitation_id": "invitation"},
    ),
    "member_joined": Change("invitation", "", "member", named("nora"), {}, {"name": "Nora New"}, by="nora", viewer=404),
    "member_role_changed": Change(
        "teams:change_role", "team_change", "member", named("dana"), _MEMBER, {"role": "viewer"}
    ),
    "member_removed": Change("teams:remove", "team_change", "member", named("dana"), _MEMBER),
    "member_left": Change("teams:leave", "team_leave", "member", named("dana"), by="dana"),
    "team_changed": Change("teams:settings", "team_change", "care_team", named("team"), body=_TEAM),
    # Its keys.
    "team_key_issued": Change(
        "teams:keys", "team_change", "team_key", lambda _: TeamKey.objects.latest("issued_at").pk, body=_KEY, status=200
    ),
    "team_key_revoked": Change(
        "teams:key_revoke", "team_change", "team_key", named("key"), {"team_id": "team", "key_id": "key"}
    ),
}  # fmt: skip


@pytest.fixture
def world(alice: User, charlie: User, make_user: Callable[..., User], sign_in_as: Callable[[User], Client]) -> World:
    users = {name: make_user(f"{name}@example.org") for name in ("bob", "dana", "erin", "nora")}
    users |= {"alice": alice, "charlie": charlie}
    bob, patient = users["bob"], alice.patient
    team = make_team(bob)
    membership = join(team, users["dana"], by=bob)
    join(team, users["erin"], role=TeamRole.VIEWER, by=bob)
    treat(patient, months_ago(20))
    result = record(patient, "0.31 %")
    ask_question(patient, PRIVATE["question"])
    entry = share_with_team(patient, team, "manage", by=bob)
    set_tags(patient=patient, team_id=team.pk, tags=PRIVATE["tag"], by=bob)
    request = invite_team(patient=charlie.patient, code=team.code, terms=terms("view"), by=charlie)
    key, _ = issue_key(team=team, name="Ward", scopes=["Patient"], days=30, by=bob)
    link = invite_member(team=team, email="nora@example.org", role=TeamRole.MEMBER, by=bob)
    add_authenticator_app(user=users["nora"], secret=APP_SECRET)
    clients = {name: sign_in_as(user) for name, user in users.items()}
    assert clients["nora"].get(link.removeprefix("http://localhost")).status_code == 302
    ids = {
        **{name: user.pk for name, user in users.items()},
        "alice": patient.pk,
        "charlie": charlie.patient.pk,
        "team": team.pk,
        "membership": membership.pk,
        "invitation": TeamInvitation.objects.get(email="nora@example.org").pk,
        "result": result.pk,
        "entry": entry.pk,
        "request": request.pk,
        "key": key.pk,
    }
    return World({**clients, "nobody": Client(raise_request_exception=False)}, users, ids)


def change_with(world: World, verb: str, person: str = "") -> Any:
    """Make a change, and before it the one that has to come first."""
    change = CHANGES[verb]
    return world.ask(change, "post", person or change.by, change.body)


def make_ready(world: World, verb: str) -> None:
    first = CHANGES[verb].before
    if first:
        assert change_with(world, first).status_code == 302


def stored(*, with_audit: bool = False) -> dict[str, Any]:
    """Return every row that a team could have changed, and every mail."""
    return {
        **everything_stored(with_audit=with_audit),
        "keys": sorted(TeamKey.objects.values_list(), key=str),
        "people": sorted(User.objects.values_list("pk", "name", "in_a_team"), key=str),
        "mails": (WaitingMail.objects.count(), len(mail.outbox)),
    }


def content_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def private_in(answer: Any) -> list[str]:
    """Return what of a patient an answer shows."""
    content = content_of(answer)
    return [which for which, text in PRIVATE.items() if text in content]


def says(row: AuditEvent) -> tuple[Any, ...]:
    return (row.verb, row.actor_id, row.patient_id, row.object_type, row.object_id, row.outcome)


def opening_of(
    world: World, verb: str, person: str, *, record_at: str = "", row: str = "", outcome: str = "allowed"
) -> tuple[Any, ...]:
    """Return what the row says of who came to the team, or at a route to a record, maybe to one row of it."""
    record_id = world.ids["alice"] if record_at else None
    kind = f"page {record_at.rpartition(':')[2]}" if record_at else "care_team"
    named_id = world.ids[row] if row else record_id or world.ids["team"]
    return (verb, world.users[person].pk, record_id, kind, str(named_id), outcome)


# --- One row a change -------------------------------------------------------------------------------------------------


def test_every_verb_of_the_services_has_its_line() -> None:
    found = set()
    for module in (teams, team_keys, worklist):
        found |= set(re.findall(r'verb="(\w+)"|_save\(entry, by, "(\w+)"\)', inspect.getsource(module)))
    verbs = {first or second for first, second in found}
    assert len(verbs) > 10
    assert verbs - {"team_created"} <= set(CHANGES)  # which has a test of its own below


@pytest.mark.parametrize("verb", CHANGES)
def test_each_change_has_one_row(world: World, verb: str) -> None:
    make_ready(world, verb)
    change, before = CHANGES[verb], stored()
    answer = change_with(world, verb)
    assert answer.status_code == change.status
    assert stored() != before
    rows = world.rows()
    patient = world.ids[change.of] if change.of else None
    told = (verb, world.users[change.by].pk, patient, change.kind, str(change.names(world)), "allowed")
    opening = opening_of(world, change.opening, change.by, **change.opens)
    assert [says(row) for row in rows] == ([opening, told] if change.opening else [told])
    assert {row.request_id for row in rows} == {answer["X-Request-ID"]}


@pytest.mark.parametrize("verb", [verb for verb in CHANGES if verb != "member_left"])
def test_a_viewer_changes_nothing_and_no_row_says_that_they_did(world: World, verb: str) -> None:
    make_ready(world, verb)
    change, before = CHANGES[verb], stored()
    assert change_with(world, verb, "erin").status_code == change.viewer
    assert stored() == before
    verbs = [row.verb for row in world.rows()]
    assert verbs == ([change.opening] if change.opening else [])


@pytest.mark.parametrize("verb", CHANGES)
def test_a_stranger_changes_nothing_and_one_row_says_that_they_tried(world: World, verb: str) -> None:
    make_ready(world, verb)
    change, before = CHANGES[verb], stored()
    assert change_with(world, verb, "charlie").status_code == 404
    assert stored() == before
    tried = opening_of(world, change.opening, "charlie", **change.opens, outcome="refused")
    assert [says(row) for row in world.rows()] == ([tried] if change.opening else [])


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("review_undone", 404),
        ("grant_accepted", 404),
        ("grant_declined", 404),
        ("member_invited", 422),
        ("member_invitation_taken_back", 404),
        ("member_joined", 404),
        ("member_removed", 404),
        ("member_left", 404),
        ("team_changed", 409),
        ("team_key_revoked", 404),
    ],
)
def test_what_was_done_already_leaves_no_second_row(world: World, verb: str, status: int) -> None:
    make_ready(world, verb)
    change_with(world, verb)
    before = stored()
    assert change_with(world, verb).status_code == status
    assert stored() == before
    opening = CHANGES[verb].opening
    assert [row.verb for row in world.rows()] == ([opening] if opening else [])


@pytest.mark.parametrize("by_command", [True, False])
def test_a_team_that_is_made_has_one_row_and_one_of_its_invitation(world: World, by_command: bool) -> None:
    before = AuditEvent.objects.latest("pk").pk
    if by_command:
        call_command("create_care_team", "Clinic West", "wim@example.org")
    else:
        create_team(name="Clinic West", lead_email="wim@example.org")
    made = str(CareTeam.objects.get(name="Clinic West").pk)
    assert [says(row) for row in AuditEvent.objects.filter(pk__gt=before).order_by("pk")] == [
        (verb, None, None, "care_team", made, "allowed") for verb in ("team_created", "member_invited")
    ]


# --- One row a look ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("name", PAGES)
def test_each_look_has_one_row(world: World, name: str, method: str) -> None:
    page, before = PAGES[name], stored()
    answer = world.ask(page, method, "bob")
    assert answer.status_code == 200
    if method == "get":
        assert set(page.shows) <= set(private_in(answer))
    assert [says(row) for row in world.rows()] == [
        opening_of(world, page.verb, "bob", record_at=page.route if page.kind == "record" else "")
    ]
    assert world.rows()[0].request_id == answer["X-Request-ID"]
    assert stored() == before


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("person", "role"), [("dana", "member"), ("erin", "viewer"), ("charlie", "stranger")])
def test_each_look_of_another_has_one_row_too(world: World, name: str, person: str, role: str) -> None:
    page = PAGES[name]
    status = 404 if role == "stranger" else 403 if page.only_lead else 200
    answer = world.ask(page, "get", person)
    assert answer.status_code == status
    outcome = "allowed" if status == 200 else "refused"
    row = opening_of(world, page.verb, person, record_at=page.route if page.kind == "record" else "", outcome=outcome)
    assert [says(row) for row in world.rows()] == [row]
    if status != 200:
        assert not {"name", "value", "tag", "question"} & set(private_in(answer))


@pytest.mark.parametrize("name", PAGES)
def test_who_is_not_signed_in_leaves_no_row(world: World, name: str) -> None:
    assert world.ask(PAGES[name], "get", "nobody").status_code == 302
    assert not world.rows()


@pytest.mark.parametrize(
    "query",
    [{"search": "Ali"}, {"tag": "Zebra-tag"}, {"reason": "new"}, {"order": "due"}, {"page": "7"}, {"page": "x"}],
)
def test_a_list_is_one_row_whatever_is_looked_for(world: World, query: dict[str, str]) -> None:
    assert world.ask(PAGES["worklist"], "get", "bob", query).status_code == 200
    assert [says(row) for row in world.rows()] == [opening_of(world, "worklist_view", "bob")]


@pytest.mark.parametrize("name", ["invite", "settings", "keys"])
def test_a_form_that_is_not_understood_is_one_row(world: World, name: str) -> None:
    before = stored()
    assert world.ask(PAGES[name], "post", "bob", {"name": "", "email": "no address"}).status_code == 422
    assert [row.verb for row in world.rows()] == ["team_change"]
    assert stored() == before


# --- No row, no answer ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", PAGES)
def test_without_the_row_of_the_look_nothing_is_shown(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page, before = PAGES[name], stored(with_audit=True)
    for verbs in ((), (page.verb,)):
        with monkeypatch.context() as patched:
            break_audit(patched, *verbs)
            for person in ("bob", "dana", "erin", "charlie"):
                for method in ("get", "head"):
                    answer = world.ask(page, method, person)
                    assert answer.status_code == 503, f"{person} {method} {verbs}"
                    assert not private_in(answer)
    assert stored(with_audit=True) == before
    with monkeypatch.context() as patched:
        break_audit(patched, "another_verb")
        answer = world.ask(page, "get", "bob")
    assert answer.status_code == 200
    assert set(page.shows) <= set(private_in(answer))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", CHANGES)
def test_without_its_row_nothing_is_changed(world: World, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ready(world, verb)
    change, before, all_before = CHANGES[verb], stored(), stored(with_audit=True)
    opening = change.opening or verb
    for verbs in ((), (opening,)):
        with monkeypatch.context() as patched:
            break_audit(patched, *verbs)
            answer = change_with(world, verb)
        assert answer.status_code == 503, verbs
        assert not private_in(answer)
        assert stored(with_audit=True) == all_before
    # Who came could be written down, and what they did could not.
    with monkeypatch.context() as patched:
        break_audit(patched, verb)
        answer = change_with(world, verb)
    assert answer.status_code == 503
    assert not private_in(answer)
    assert stored() == before
    came = [change.opening] if change.opening and not change.in_record else []
    assert [row.verb for row in world.rows()] == came
    # It was the row alone.
    answer = change_with(world, verb)
    assert answer.status_code == change.status
    assert [row.verb for row in world.rows()][-1] == verb
    assert stored() != before
