"""Consent over time: invited, accepted, confirmed, changed, ended, in any order, beside a model in plain Python.

S17, S23 to S28, S30. In between rows are added, corrected, hidden and taken back. After each step everybody may do and
sees what the model says, the page of sharing says what it says, and one page of somebody is drawn and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import CareTeam, Patient, TeamMembership, TeamRole, User
from accounts.permissions import Permission, Viewing
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
from accounts.services.team_keys import issue_key
from accounts.services.users import add_authenticator_app, create_user
from accounts.tokens import Purpose
from milestones.services import sharing
from milestones.services.errors import TakenBackError
from tests.authorization.conftest import NOON
from tests.authorization.consent_model import PARTS, Model, Row, Share
from tests.authorization.consent_rows import (
    HIDEABLE,
    RESULTS,
    Stored,
    hide,
    mark_as_mistake,
    numbers_in,
    rewrite,
    rows_seen,
    write,
)
from tests.authorization.world import PASSWORD, World, rolled_back, text_of
from tests.cast import APP_SECRET, TODAY, dated, hash_in, make_team, months_ago, owner, record, seen_as

pytestmark = pytest.mark.django_db

PEOPLE = ("Erin", "Dana", "Bob", "Frank", "Gina")
CARERS = ("Erin", "Dana")
RIGHTS = {
    "home": Permission.RECORD_VIEW,
    "side_effects": Permission.SIDE_EFFECTS_VIEW,
    "visits": Permission.VISITS_VIEW,
    "missed_doses": Permission.MISSED_DOSES_VIEW,
    "result_add": Permission.RESULT_ADD,
    "care": Permission.CARE_VIEW,
    "own": Permission.RECORD_EXPORT,
}
#: The number that Alice's first result says.
FIRST = 0
#: More would go on on a second page, and a long course is slow to draw.
MOST_ROWS = 12


@dataclass(frozen=True)
class Page:
    """A page or a file, and the right that it needs.

    Every row of ``parts`` stands on it that counts, of ``mistakes`` every other one too; of ``some`` there may be more.
    """

    name: str
    needs: str
    parts: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    query: str = ""
    refused: int = 403


EVERYWHERE = (RESULTS, *PARTS)
PAGES = (
    Page("home", "home", some=EVERYWHERE),
    Page("results", "home", (RESULTS,), mistakes=(RESULTS,)),
    Page("figure", "home", (RESULTS,)),
    Page("timeline", "home", (RESULTS, "side_effects", "visits")),
    Page("timeline", "home", (RESULTS, "visits"), query="?as=picture"),
    Page("guide_print", "home", some=EVERYWHERE, query="?paper=a4&part=results&part=changes"),
    Page("guide_print", "side_effects", some=("side_effects",), query="?paper=a4&part=side-effects", refused=302),
    Page("side_effects", "side_effects", ("side_effects",), mistakes=("side_effects",)),
    Page("visits", "visits", ("visits",)),
    Page("missed_doses", "missed_doses", ("missed_doses",), mistakes=("missed_doses",)),
    Page("result_add", "result_add", some=(RESULTS,)),
    Page("care", "care", (RESULTS, "visits")),
    Page("results_csv", "own", (RESULTS,)),
    Page("chart_file", "own", (RESULTS,)),
    Page("record_fhir", "own", (RESULTS,), mistakes=(RESULTS,)),
)


# --- The site beside it -----------------------------------------------------------------------------------------------


@dataclass
class Cast:
    """Alice with one result, carers, and the team North with the key of its system."""

    patient: Patient
    north: CareTeam
    users: dict[str, User]
    key: str


@pytest.fixture
def cast() -> Any:
    with time_machine.travel(NOON):
        users = {
            name: create_user(email=f"{name.lower()}@example.org", password=PASSWORD) for name in ("Alice", *PEOPLE)
        }
        create_patient(user=users["Alice"], by=users["Alice"], display_name="Alice-Canary-31f0")
        patient = Patient.objects.get(user=users["Alice"])
        record(patient, "0.100007 %", months_ago(1), laboratory="Lab-Canary-31f0")
        north = make_team(users["Bob"], "North")
        for name, role in (("Frank", TeamRole.MEMBER), ("Gina", TeamRole.VIEWER)):
            _join(north, users[name], role, users["Bob"])
        _, key = issue_key(team=north, name="Ward", scopes=["Observation"], days=366, by=users["Bob"])
    return Cast(patient, north, users, key)


def _join(team: CareTeam, user: User, role: TeamRole, by: User) -> TeamMembership:
    if not has_second_factor(user=user):
        add_authenticator_app(user=user, secret=APP_SECRET)
    link = teams.invite_member(team=team, email=user.email, role=role, by=by)
    return teams.join_team(hashed=hash_in(link, Purpose.TEAM_INVITATION), user=user, name=user.email.partition("@")[0])


_parts = st.frozensets(st.sampled_from(PARTS)) | st.just(frozenset(PARTS))
_terms = st.tuples(st.sampled_from(["view", "add", "manage"]), _parts, st.sampled_from([400, 400, 5, 1, 0]))
_anybody = st.sampled_from(PEOPLE)
_which = st.integers(0, 5)


class Consent(RuleBasedStateMachine):
    """Each rule does one thing, and knows from the model if it may succeed."""

    cast: Cast
    steps = 0
    shown: ClassVar[set[tuple[Page, bool]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(TODAY)
        self.tokens: dict[UUID, str] = {}
        self.stored: dict[UUID, Stored] = {}
        self.random = Random()
        self.clock = time_machine.travel(NOON, tick=False)
        self.time = self.clock.start()
        self.number = 0
        self.clients: dict[tuple[str, date], Client] = {}
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.stop()

    @initialize(seed=st.integers(0, 2**16), to_erin=_terms, to_north=_terms)
    def begin(self, seed: int, to_erin: Any, to_north: Any) -> None:
        """There is something to see from the first step on, and somebody who sees some of it."""
        self.random.seed(seed)
        for part in EVERYWHERE:
            self.add(part, is_hidden=False)
        for part in HIDEABLE:
            self.add(part, is_hidden=True)
        self.share("Erin", to_erin)
        self.share("North", to_north)

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

    @rule(to=st.sampled_from((*CARERS, "North")), given=_terms)
    def share(self, to: str, given: Any) -> None:
        """All the way at once, so that there is much to be seen."""
        self.invite(to, given)
        newest = len(list(self.model.shares.items())[-6:]) - 1
        if newest >= 0:
            self.accept(newest, "Bob" if to == "North" else to)
            self.confirm(newest, is_old=False)

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
        is_right = share.to == by and share.standing(self.model.today) == "confirmed"
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

    @precondition(lambda self: len(self.model.rows) < MOST_ROWS)
    @rule(part=st.sampled_from(EVERYWHERE), is_hidden=st.booleans())
    def add(self, part: str, is_hidden: bool) -> None:
        row = Row(part, self._next_number(), is_hidden and part in HIDEABLE)
        stored = write(self.cast.patient, part, row.number, is_hidden=row.is_hidden, on=self.model.today)
        self.model.rows[stored.pk], self.stored[stored.pk] = row, stored

    @precondition(lambda self: self.model.rows)
    @rule(which=_which)
    def edit(self, which: int) -> None:
        key, row = self._row(which)
        number = self._next_number()
        try:
            self.stored[key] = rewrite(self.stored[key], number)
        except TakenBackError:
            assert not row.counts
            return
        assert row.counts
        row.number = number

    @precondition(lambda self: self.model.rows)
    @rule(which=_which)
    def take_back_or_let_count(self, which: int) -> None:
        key, row = self._row(which)
        self.stored[key] = mark_as_mistake(self.stored[key], is_mistake=row.counts)
        row.counts = not row.counts

    @precondition(lambda self: any(row.part in HIDEABLE and row.counts for row in self.model.rows.values()))
    @rule(which=_which)
    def hide_or_show(self, which: int) -> None:
        rows = [one for one in self.model.rows.items() if one[1].part in HIDEABLE and one[1].counts]
        key, row = rows[which % len(rows)]
        self.stored[key] = hide(self.stored[key], is_hidden=not row.is_hidden)
        row.is_hidden = not row.is_hidden

    # --- What must hold after each

    @invariant()
    def everybody_sees_and_may_do_what_the_model_says(self) -> None:
        type(self).steps += 1
        read: dict[Viewing, set[tuple[int, bool]]] = {}
        for person in ("Alice", *PEOPLE):
            viewing = find_viewing(actor=self.cast.users[person], patient=self.cast.patient)
            rights = {name for name, needs in RIGHTS.items() if viewing is not None and viewing.may(needs)}
            ways = [way for way in self.model.ways_of(person) if way == rights]
            assert ways, f"{person}: {rights}"
            if viewing is not None:
                if viewing not in read:
                    read[viewing] = rows_seen(seen_as(self.cast.patient, viewing))
                assert read[viewing] == self.model.rows_of(ways[0]) | {(FIRST, True)}, person

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
        """A page that is chosen anew at each step: it opens if it may, and shows what it may and all of that."""
        # Mostly by somebody who may see something: a page that is not there is the same for everybody.
        some = [person for person in PEOPLE if self.model.ways_of(person) != [frozenset()]]
        person = self.random.choice((*PEOPLE, "Alice", *some * 4))
        ways = self.model.ways_of(person)
        page = self.random.choice((*PAGES, *(page for page in PAGES if any(page.needs in way for way in ways))))
        address = reverse(f"milestones:{page.name}", kwargs={"patient_id": self.cast.patient.pk})
        answer = self._get(person, address + page.query)
        text, said = text_of(answer), f"{person} {answer.status_code} {page}"
        if answer.status_code != 200:
            # Of two ways to the record the one that allows more counts, whatever the other one shows.
            assert answer.status_code in {page.refused if way else 404 for way in ways if page.needs not in way}, said
            assert "Canary" not in text
            assert not numbers_in(text)
            return
        assert any(self._is_right(page, way, text) for way in ways if page.needs in way), f"{said} {numbers_in(text)}"
        self.shown.add((page, person == "Alice"))

    def _is_right(self, page: Page, way: frozenset[str], text: str) -> bool:
        shown, seen = numbers_in(text) - {FIRST}, [row for row in self.model.rows.values() if row.is_seen_by(way)]
        wanted = {
            row.number
            for row in seen
            if row.part in (page.parts if row.counts else set(page.parts) & set(page.mistakes))
        }
        if not wanted <= shown <= wanted | {row.number for row in seen if row.part in page.some}:
            return False
        said = re.search(r"\b(\d+) (?:results? of BCR::ABL1|entr(?:y|ies)</h2>)", text)
        return said is None or not page.parts or int(said[1]) == self._count(page, seen)

    def _count(self, page: Page, seen: list[Row]) -> int:
        """Return the right number; a check-in stays in the list when what it says is taken back."""
        rows = [row for row in seen if row.part in page.parts and (row.counts or row.part == "side_effects")]
        return len(rows) + 1

    @invariant()
    def now_and_then_what_the_team_has_beside_it(self) -> None:
        if self.random.random() < 0.1:
            person = self.random.choice(sorted(self.model.team))
            text = text_of(self._get(person, reverse("teams:worklist", kwargs={"team_id": self.cast.north.pk})))
            assert ("Alice-Canary-31f0" in text) is self.model.is_listed_for(person)
            assert numbers_in(text) <= {FIRST, *self._results()}
        elif self.random.random() < 0.2:
            answer = Client(raise_request_exception=False).get(
                f"/fhir/Observation?patient={self.cast.patient.pk}",
                headers={"authorization": f"Bearer {self.cast.key}"},
            )
            is_read = self.model.system_reads()
            assert answer.status_code == (200 if is_read else 404)
            assert numbers_in(text_of(answer)) == ({FIRST, *self._results()} if is_read else set())

    @invariant()
    def now_and_then_the_pages_of_sharing(self) -> None:
        """S30: what the person reads of others, and others of what is shared with them."""
        if self.random.random() > 0.1:
            return
        standing = {str(key): one.standing(self.model.today) for key, one in self.model.shares.items()}
        address = reverse("milestones:sharing", kwargs={"patient_id": self.cast.patient.pk})
        text = text_of(self._get("Alice", address))
        for act, states in (("confirm", {"accepted"}), ("end", {"invited", "accepted", "confirmed"})):
            offered = set(re.findall(rf"{address}([0-9a-f-]{{36}})/{act}/", text))
            assert offered == {key for key, state in standing.items() if state in states}, act
        ended = re.search(r"Ended \((\d+)\)", text)
        assert int(ended[1] if ended else 0) == sum(state in ("revoked", "expired") for state in standing.values())
        person = self.random.choice(CARERS)
        is_theirs = any(
            one.to == person and standing[str(key)] == "confirmed" for key, one in self.model.shares.items()
        )
        assert (f"/records/{self.cast.patient.pk}/" in text_of(self._get(person, reverse("people")))) is is_theirs

    # --- What the rules use

    def _get(self, person: str, address: str) -> Any:
        signed_in = (person, self.model.today)
        if signed_in not in self.clients:
            self.clients[signed_in] = Client(raise_request_exception=False)
            self.clients[signed_in].force_login(self._user(person))
        return self.clients[signed_in].get(address)

    def _user(self, person: str) -> User:
        return User.objects.get(pk=self.cast.users[person].pk)

    def _next_number(self) -> int:
        self.number += 1
        return self.number

    def _results(self) -> set[int]:
        return {row.number for row in self.model.rows.values() if row.part == RESULTS}

    def _row(self, which: int) -> tuple[UUID, Row]:
        rows = list(self.model.rows.items())
        return rows[which % len(rows)]

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
    Consent.cast, Consent.steps, Consent.shown = cast, 0, set()
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=66,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # a failing run is short enough to read
            print_blob=False,
        ),
    )
    assert Consent.steps >= 2_000, Consent.steps
    assert {page for page, is_own in Consent.shown if is_own == (page.needs == "own")} == set(PAGES)


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
