"""Consent over time: invited, accepted, confirmed, changed, ended, in any order, beside a model in plain Python.

S17, S23 to S28, S30. After each step everybody may do what the model says, the page of sharing says what it says, and
one page of somebody is drawn and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import CareTeam, Patient, TeamMembership, TeamRole, User
from accounts.permissions import Permission
from accounts.selectors.grants import get_grants
from accounts.selectors.second_factor import has_second_factor
from accounts.selectors.viewing import find_viewing
from accounts.services import grants, team_members, teams
from accounts.services.errors import (
    AlreadySharedError,
    ChangedMeanwhileError,
    LastLeadError,
    NotThereError,
    TooManyInvitationsError,
)
from accounts.services.grants import Terms
from accounts.services.patients import create_patient
from accounts.services.users import add_authenticator_app, create_user
from accounts.tokens import Purpose
from milestones.services import sharing
from tests.authorization.conftest import NOON
from tests.authorization.world import PASSWORD, World, rolled_back, text_of
from tests.cast import APP_SECRET, TODAY, check_in, dated, hash_in, make_team, months_ago, owner, record

pytestmark = pytest.mark.django_db

PEOPLE = ("Erin", "Dana", "Bob", "Frank", "Gina")
CARERS = ("Erin", "Dana")
PAGES = {
    "home": Permission.RECORD_VIEW,
    "side_effects": Permission.SIDE_EFFECTS_VIEW,
    "visits": Permission.VISITS_VIEW,
    "missed_doses": Permission.MISSED_DOSES_VIEW,
    "result_add": Permission.RESULT_ADD,
}
PARTS = ("side_effects", "visits", "missed_doses")


# --- The model --------------------------------------------------------------------------------------------------------


@dataclass
class Share:
    """One invitation and what became of it; ``to`` is a person, or North."""

    to: str
    level: str
    parts: frozenset[str]
    ends_on: date
    open_until: date
    state: str = "invited"
    version: int = 1

    def standing(self, today: date) -> str:
        is_over = self.ends_on < today or (self.state == "invited" and self.open_until <= today)
        return "expired" if is_over and self.state != "revoked" else self.state


@dataclass
class Model:
    """What is right: who sees what today."""

    today: date = TODAY
    shares: dict[UUID, Share] = field(default_factory=dict)
    team: dict[str, str] = field(default_factory=lambda: {"Bob": "lead", "Frank": "member", "Gina": "viewer"})
    left_out: set[str] = field(default_factory=set)

    def live(self, to: str) -> bool:
        return any(
            one.to == to and one.standing(self.today) in ("invited", "accepted", "confirmed")
            for one in self.shares.values()
        )

    def pages_of(self, person: str) -> list[set[str]]:
        """Return what somebody may open, once for each way in which they come to the record."""
        ways = []
        for one in self.shares.values():
            in_team = person in self.team and person not in self.left_out
            comes = one.to == person or (one.to == "North" and in_team)
            if comes and one.standing(self.today) == "confirmed":
                reads_only = one.level == "view" or (one.to == "North" and self.team[person] == "viewer")
                ways.append({"home", *one.parts} | (set() if reads_only else {"result_add"}))
        return ways or [set()]


# --- The site beside it -----------------------------------------------------------------------------------------------


@dataclass
class Cast:
    """Alice with one result, carers, and the team North."""

    patient: Patient
    north: CareTeam
    users: dict[str, User]


@pytest.fixture
def cast() -> Any:
    with time_machine.travel(NOON):
        users = {
            name: create_user(email=f"{name.lower()}@example.org", password=PASSWORD) for name in ("Alice", *PEOPLE)
        }
        create_patient(user=users["Alice"], by=users["Alice"], display_name="Alice-Canary-31f0")
        patient = Patient.objects.get(user=users["Alice"])
        record(patient, "0.0031 %", months_ago(1), laboratory="Lab-Canary-31f0")
        north = make_team(users["Bob"], "North")
        for name, role in (("Frank", TeamRole.MEMBER), ("Gina", TeamRole.VIEWER)):
            _join(north, users[name], role, users["Bob"])
    return Cast(patient, north, users)


def _join(team: CareTeam, user: User, role: TeamRole, by: User) -> TeamMembership:
    if not has_second_factor(user=user):
        add_authenticator_app(user=user, secret=APP_SECRET)
    link = teams.invite_member(team=team, email=user.email, role=role, by=by)
    return teams.join_team(hashed=hash_in(link, Purpose.TEAM_INVITATION), user=user, name=user.email.partition("@")[0])


_terms = st.tuples(
    st.sampled_from(["view", "add", "manage"]), st.frozensets(st.sampled_from(PARTS)), st.sampled_from([0, 1, 5, 400])
)
_anybody = st.sampled_from(PEOPLE)
_which = st.integers(0, 5)


class Consent(RuleBasedStateMachine):
    """Each rule does one thing, and knows from the model if it may succeed."""

    cast: Cast
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.tokens: dict[UUID, str] = {}
        self.notes: dict[str, bool] = {}
        self.clock = time_machine.travel(NOON, tick=False)
        self.time = self.clock.start()
        self.turn = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.stop()

    # --- What may happen

    @rule(to=st.sampled_from((*CARERS, "North")), given=_terms)
    def invite(self, to: str, given: Any) -> None:
        terms, alice = self._terms(given), self.cast.users["Alice"]
        is_live = self.model.live(to)
        try:
            if to == "North":
                grant = grants.invite_team(patient=self.cast.patient, code=self.cast.north.code, terms=terms, by=alice)
            else:
                email = self.cast.users[to].email.upper()
                grant, link = grants.invite_person(patient=self.cast.patient, email=email, terms=terms, by=alice)
                self.tokens[grant.pk] = hash_in(link, Purpose.RECORD_INVITATION)
        except AlreadySharedError:
            assert is_live
            return
        except TooManyInvitationsError:
            assert len(self.model.shares) >= grants.MOST_A_DAY
            return
        assert not is_live
        for other in self.model.shares.values():
            if other.to == to and other.state != "revoked":
                other.state, other.version = "revoked", other.version + 1
        parts = frozenset(given[1])
        open_until = self.model.today + timedelta(days=7)
        self.model.shares[grant.pk] = Share(to, terms.level, parts, terms.ends_on, open_until)

    @precondition(lambda self: self.model.shares)
    @rule(which=_which, by=_anybody)
    def accept(self, which: int, by: str) -> None:
        """By whom it was meant for, or by somebody that the link was forwarded to; once, or twice."""
        key, share = self._share(which)
        user = self.cast.users[by]
        is_right = share.standing(self.model.today) == "invited" and (
            self.model.team.get(by) in ("lead", "member") and by not in self.model.left_out
            if share.to == "North"
            else share.to == by
        )
        try:
            if share.to == "North":
                grants.answer_for_team(grant_id=key, team=self.cast.north, accepts=True, by=user)
            else:
                grants.accept_invitation(hashed=self.tokens[key], user=user, name=by)
        except NotThereError:
            assert not is_right
            return
        assert is_right
        share.state, share.version = "accepted", share.version + 1

    @precondition(lambda self: self.model.shares)
    @rule(which=_which, is_old=st.booleans())
    def confirm(self, which: int, is_old: bool) -> None:
        key, share = self._share(which)
        is_right = share.standing(self.model.today) == "accepted" and not is_old
        version = share.version - is_old
        try:
            sharing.confirm(patient=self.cast.patient, grant_id=key, version=version, by=self.cast.users["Alice"])
        except ChangedMeanwhileError:
            assert not is_right
            return
        assert is_right
        share.state, share.version = "confirmed", share.version + 1

    @precondition(lambda self: self.model.shares)
    @rule(which=_which, given=_terms, is_old=st.booleans())
    def change(self, which: int, given: Any, is_old: bool) -> None:
        key, share = self._share(which)
        terms, alice = self._terms(given), self.cast.users["Alice"]
        version = share.version - is_old
        try:
            sharing.change(patient=self.cast.patient, grant_id=key, version=version, terms=terms, by=alice)
        except ChangedMeanwhileError:
            assert is_old or share.state == "revoked"
            return
        assert not is_old
        assert share.state != "revoked"
        share.level, share.parts, share.ends_on = terms.level, frozenset(given[1]), terms.ends_on
        share.version += 1

    @precondition(lambda self: self.model.shares)
    @rule(which=_which)
    def end(self, which: int) -> None:
        key, share = self._share(which)
        grants.end_grant(patient=self.cast.patient, grant_id=key, by=self.cast.users["Alice"])
        self._ended(share)

    @rule()
    def end_all(self) -> None:
        grants.end_all_grants(patient=self.cast.patient, by=self.cast.users["Alice"])
        for share in self.model.shares.values():
            self._ended(share)

    @precondition(lambda self: self.model.shares)
    @rule(which=_which, by=_anybody)
    def leave(self, which: int, by: str) -> None:
        key, share = self._share(which)
        is_right = share.to == by and share.state in ("accepted", "confirmed")
        try:
            grants.leave_record(grant_id=key, by=self.cast.users[by])
        except NotThereError:
            assert not is_right
            return
        assert is_right
        self._ended(share)

    @rule(who=_anybody, role=st.sampled_from(["viewer", "member"]))
    def join_the_team(self, who: str, role: str) -> None:
        is_in = who in self.model.team
        try:
            _join(self.cast.north, self._user(who), TeamRole(role), self.cast.users["Bob"])
        except AlreadySharedError:
            assert is_in
            return
        except TooManyInvitationsError:
            return
        assert not is_in
        self.model.team[who] = role

    @rule(who=_anybody, by_lead=st.booleans())
    def leave_the_team(self, who: str, by_lead: bool) -> None:
        row = TeamMembership.objects.filter(user=self.cast.users[who], left_at__isnull=True).first()
        try:
            if by_lead:
                gone = row.pk if row else uuid4()
                teams.remove_member(team=self.cast.north, membership_id=gone, by=self.cast.users["Bob"])
            else:
                teams.leave_team(team=self.cast.north, by=self.cast.users[who])
        except NotThereError:
            assert who not in self.model.team
            return
        except LastLeadError:
            assert self.model.team[who] == "lead"
            return
        del self.model.team[who]

    @rule(who=_anybody, back=st.booleans())
    def leave_out(self, who: str, back: bool) -> None:
        """Not this person of the team; or let them see again."""
        row = TeamMembership.objects.filter(user=self.cast.users[who], left_at__isnull=True).first()
        act = team_members.let_member_back if back else team_members.leave_out_member
        shared = [one.state for one in self.model.shares.values() if one.to == "North"]
        try:
            act(patient=self.cast.patient, membership_id=row.pk if row else uuid4(), by=self.cast.users["Alice"])
        except NotThereError:
            assert who not in self.model.team or not {"accepted", "confirmed"} & set(shared)
            return
        assert who in self.model.team
        self.model.left_out -= {who}
        self.model.left_out |= set() if back else {who}

    @rule(days=st.sampled_from([1, 1, 6, 8]))
    def days_pass(self, days: int) -> None:
        self.time.shift(timedelta(days=days))
        self.model.today += timedelta(days=days)

    @rule(is_private=st.booleans())
    def write_down_a_side_effect(self, is_private: bool) -> None:
        note = f"Note-Canary-{len(self.notes)}x"
        hidden = ("tiredness",) if is_private else ()
        check_in(self.cast.patient, self.model.today, tiredness="a little", note=note, private=hidden)
        self.notes[note] = is_private

    # --- What must hold after each

    @invariant()
    def everybody_may_do_what_the_model_says(self) -> None:
        type(self).steps += 1
        for person in PEOPLE:
            viewing = find_viewing(actor=self._user(person), patient=self.cast.patient)
            pages = {name for name, needs in PAGES.items() if viewing is not None and viewing.may(needs)}
            assert pages in self.model.pages_of(person), person

    @invariant()
    def the_page_of_sharing_says_it(self) -> None:
        rows = get_grants(self.cast.patient)
        shown = {
            row.id: (row.state, row.level, row.ends_on, {part for part in PARTS if getattr(row, f"shares_{part}")})
            for row in rows
        }
        assert shown == {
            key: (one.standing(self.model.today), one.level, one.ends_on, set(one.parts))
            for key, one in self.model.shares.items()
        }
        members = {one.name.title() for row in rows for one in row.members}
        assert members in (set(), set(self.model.team))
        left_out = {one.name.title() for row in rows for one in row.members if one.is_left_out}
        assert left_out in (set(), self.model.left_out & set(self.model.team))

    @invariant()
    def one_page_of_somebody(self) -> None:
        """Another page at each step: it opens if it may, and nothing is on it that was left out."""
        self.turn += 1
        person = PEOPLE[self.turn % len(PEOPLE)]
        if self.turn % 7 == 0 and person in self.model.team:
            self._read_the_worklist(person)
            return
        name = list(PAGES)[self.turn % 3 if self.turn % 2 else 3 + self.turn % 4 // 2]
        answer = self._get(person, reverse(f"milestones:{name}", kwargs={"patient_id": self.cast.patient.pk}))
        ways = self.model.pages_of(person)
        opens = [name in way for way in ways]
        refused = 403 if ways != [set()] else 404
        assert answer.status_code in {200 if one else refused for one in opens}, f"{person} {name}"
        shown = set(re.findall(r"Note-Canary-\d+x", text_of(answer)))
        if answer.status_code != 200:
            assert "Canary" not in text_of(answer)
        assert not {note for note in shown if self.notes[note]}, "what is private was shown"
        if not any("side_effects" in way for way in ways):
            assert not shown

    def _read_the_worklist(self, person: str) -> None:
        text = text_of(self._get(person, reverse("teams:worklist", kwargs={"team_id": self.cast.north.pk})))
        is_shown = self.model.live("North") and person not in self.model.left_out
        assert ("Alice-Canary-31f0" in text) is is_shown

    # --- What the rules use

    def _get(self, person: str, address: str) -> Any:
        client = Client(raise_request_exception=False)
        client.force_login(self._user(person))
        return client.get(address)

    def _user(self, person: str) -> User:
        return User.objects.get(pk=self.cast.users[person].pk)

    def _share(self, which: int) -> tuple[UUID, Share]:
        newest = list(self.model.shares.items())[-6:]
        return newest[which % len(newest)]

    def _terms(self, given: Any) -> Terms:
        level, parts, days = given
        effects, visits, missed = (part in parts for part in PARTS)
        return Terms(level, effects, visits, missed, self.model.today + timedelta(days=days))

    def _ended(self, share: Share) -> None:
        if share.state != "revoked":
            share.state, share.version = "revoked", share.version + 1


def test_consent_is_what_the_model_says(cast: Cast) -> None:
    Consent.cast, Consent.steps = cast, 0
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # a failing run is short enough to read
            print_blob=False,
        ),
    )
    assert Consent.steps >= 1_000, Consent.steps


def test_a_token_of_one_purpose_is_none_of_another(world: World) -> None:
    """S24: each token, sent as every other kind, opens nothing."""
    with rolled_back():
        patient = world.records["A"]
        grant, record_link = grants.invite_person(
            patient=patient, email="otto@example.org", terms=_everything("view"), by=owner(patient)
        )
        lead = world.users["lead of North"]
        team_link = teams.invite_member(
            team=world.teams["North"], email="otto@example.org", role=TeamRole.MEMBER, by=lead
        )
        tokens = {
            "record": record_link.rstrip("/").rpartition("/")[2],
            "team": team_link.rstrip("/").rpartition("/")[2],
        }
        otto = User.objects.get(email="otto@example.org")
        for kind, other in (("record", "team"), ("team", "record")):
            client = Client()
            client.force_login(otto)
            client.get(f"/invitations/{kind}/{tokens[other]}/")
            assert client.get("/invitations/answer/").status_code == 404
            client.get(f"/account/email/undo/{tokens[kind]}/")
            assert client.post("/account/email/undo/").status_code == 200
            assert "new_password" not in text_of(client.get(f"/account/password/reset/abc-{tokens[kind]}/"))
            assert client.post(f"/account/email/confirm/{tokens[kind]}/").status_code == 404
            client.get(f"/invitations/{kind}/{tokens[kind]}/")
            assert client.get("/invitations/answer/").status_code == 200, "for what it is for, it holds"
        grant.refresh_from_db()
        assert grant.state == "invited"


@pytest.mark.parametrize(
    "view", ["carer_read", "carer_manage", "carer_partial", "carer_pending", "carer_expired", "carer_revoked"]
)
@pytest.mark.parametrize("page", ["sharing_change", "sharing_confirm", "sharing_end", "sharing_invite"])
def test_nobody_widens_or_extends_their_own_grant(world: World, view: str, page: str) -> None:
    """S28: nor shares it on, nor brings it back."""
    grant = world.things["grant"]["live"] if view == "carer_pending" else world.things["grant of"][view]
    wider = {"level": "manage", "shares_side_effects": "on", "shares_visits": "on", "shares_missed_doses": "on",
             **dated("ends", TODAY + timedelta(days=700)), "state": "confirmed",
             "email": "carl@example.org"}  # fmt: skip
    ids = {"whom": "person"} if page == "sharing_invite" else {"grant_id": grant.pk}
    address = reverse(f"milestones:{page}", kwargs={"patient_id": world.records["A"].pk, **ids})
    for version in range(1, 6):
        with rolled_back() as writes:
            answer = world.ask(view, "post", address, {**wider, "version": str(version)})
            assert answer.status_code == (403 if view in ("carer_read", "carer_manage", "carer_partial") else 404)
            assert not writes.tables


def _everything(level: str) -> Terms:
    return Terms(level, side_effects=True, visits=True, missed_doses=True, ends_on=TODAY + timedelta(days=300))
