"""Every address of a record, for everybody, with every kind of id (S13 to S15, S21, S22, S32, S41).

ROUTES is the table; an address without a line in it fails, and so does a line without an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Grant, Patient, TeamMembership, User
from accounts.permissions import Role, view_as
from accounts.services.grants import accept_invitation
from accounts.services.users import create_user
from milestones.clinical.counts import CountUnit
from milestones.models import SideEffect, Treatment
from milestones.urls import urlpatterns
from tests.cast import (
    also_takes,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    dated,
    everything_stored,
    hold_file,
    hold_report,
    import_table,
    invite,
    make_team,
    miss_doses,
    months_ago,
    owner,
    plan_test,
    record,
    record_visit,
    seen_as,
    set_goal,
    share_with_team,
    treat,
    typed,
)

pytestmark = pytest.mark.django_db

Method = Literal["get", "post"]
Verdict = Literal["ok", "sign in", "not found", "not allowed"]
METHODS: tuple[Method, ...] = ("get", "post")


@dataclass(frozen=True)
class Route:
    """One line: what the owner may ask of it, what it opens the record for, and a body that a post would carry."""

    methods: tuple[Method, ...]
    opens: str
    more_ids: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)


KEY = {"idempotency_key": str(uuid4())}
TREATMENT = {"medicine": "dasatinib", **dated("started", months_ago(3)), **KEY, "version": "1"}
RESULT, LINE, CHANGE = {"result_id": "result"}, {"treatment_id": "treatment"}, {"change_id": "change"}
FILE = {"held_id": "file"}
DOSE = {"dose": "300 mg a day", **dated("started", months_ago(2)), **KEY, "version": "1"}
VISIT = {**dated("on", months_ago(-1)), "at_time": "9:30", **KEY, "version": "1"}
ANSWER = {"answer": "In March.", **dated("on", months_ago(0)), **KEY, "version": "1"}
GOAL = {"words": "To run again", **KEY, "version": "1"}
COUNT = {
    "white_cells": "5.5",
    "white_cells_unit": "10^9/L",
    **dated("collected", months_ago(1)),
    **KEY,
    "version": "1",
}
TERMS = {"level": "view", **dated("ends", months_ago(-12))}
ROUTES = {
    "home": Route(("get",), "record_view"),
    "goals": Route(("get",), "record_view"),
    "first_year": Route(("get",), "record_view"),
    "results": Route(("get",), "record_view"),
    "figure": Route(("get",), "record_view"),
    "results_csv": Route(("get",), "record_export"),
    "results_xlsx": Route(("get",), "record_export"),
    "record_fhir": Route(("get",), "record_export"),
    "result": Route(("get",), "record_view", RESULT),
    "result_add": Route(METHODS, "result_add", body={**typed(), **KEY}),
    "result_correct": Route(METHODS, "result_correct", RESULT, {**typed("0.7 %"), **KEY, "version": "1"}),
    "result_withdraw": Route(("post",), "result_correct", RESULT, {"version": "1"}),
    "result_open": Route(("post",), "settings_change", {"result_id": "team_result"}),
    "imports": Route(METHODS, "result_add", body={"cells": "date,result\n2026-02-01,0.05 % IS\n"}),
    "import_template": Route(("get",), "result_add", {"kind": "file kind"}),
    "import_text": Route(METHODS, "result_add", body={"text": "BCR-ABL1: 0.05 % IS"}),
    "import_report": Route(("get",), "result_add", {"held_id": "text"}),
    "import_columns": Route(METHODS, "result_add", FILE, {"column_0": "collected_on", "column_1": "reported"}),
    "import_preview": Route(METHODS, "result_add", FILE, {"step": "keep"}),
    "import_cancel": Route(("post",), "result_add", FILE),
    "import_batch": Route(("get",), "result_add", {"batch_id": "batch"}),
    "import_undo": Route(("post",), "result_add", {"batch_id": "batch"}),
    "treatment": Route(("get",), "record_view"),
    "treatment_add": Route(METHODS, "treatment_change", body=TREATMENT),
    "treatment_change": Route(METHODS, "treatment_change", LINE, TREATMENT),
    "treatment_withdraw": Route(("post",), "treatment_change", LINE, {"version": "1"}),
    "dose_or_break_add": Route(METHODS, "treatment_change", {**LINE, "kind": "kind"}, DOSE),
    "dose_or_break_change": Route(METHODS, "treatment_change", CHANGE, DOSE),
    "dose_or_break_withdraw": Route(("post",), "treatment_change", CHANGE, {"version": "1"}),
    "next_test_day": Route(
        METHODS, "next_test_change", {"what": "what"}, {**dated("on", months_ago(0)), **KEY, "version": "1"}
    ),
    "next_test_withdraw": Route(("post",), "next_test_change", {"test_id": "planned"}, {"version": "1"}),
    "record": Route(("get",), "record_view"),
    "side_effects": Route(("get",), "side_effects_view"),
    "check_in": Route(METHODS, "check_in_add", body={**KEY, "how_tiredness": "a little"}),
    "check_in_withdraw": Route(("post",), "check_in_correct", {"row_id": "check_in"}, {"version": "1"}),
    "side_effect_change": Route(
        METHODS, "check_in_correct", {"row_id": "side_effect"}, {**KEY, "version": "1", "interference": "very much"}
    ),
    "side_effect_withdraw": Route(("post",), "check_in_correct", {"row_id": "side_effect"}, {"version": "1"}),
    "timeline": Route(("get",), "record_view"),
    "dates": Route(("get", "post"), "settings_change", body={"part": "titles", "test_title": "Tea"}),
    "calendar_file": Route(("get",), "record_export"),
    "chart_file": Route(("get",), "record_export"),
    "take_along": Route(("get",), "record_export"),
    "record_file": Route(("get",), "record_export"),
    "guide": Route(("get",), "record_view"),
    "guide_print": Route(("get",), "record_view"),
    "guide_pdf": Route(("get",), "record_view"),
    "stopping": Route(("get",), "record_view"),
    "visits": Route(("get",), "visits_view"),
    "visit_add": Route(METHODS, "visit_change", body=VISIT),
    "visit_change": Route(METHODS, "visit_change", {"row_id": "visit"}, VISIT),
    "visit_withdraw": Route(("post",), "visit_change", {"row_id": "visit"}, {"version": "1"}),
    "question_add": Route(METHODS, "question_add", body={"words": "Why?", **KEY}),
    "question_pick": Route(("post",), "question_add", body={"suggestion": "DueReason.FIRST_TEST.0", **KEY}),
    "question_change": Route(
        METHODS, "question_correct", {"row_id": "question"}, {"words": "Why?", **KEY, "version": "1"}
    ),
    "question_answer": Route(METHODS, "answer_write", {"row_id": "question"}, ANSWER),
    "question_rank": Route(("post",), "question_choose", {"row_id": "question"}, {"rank": "1", "version": "1"}),
    "question_withdraw": Route(("post",), "question_correct", {"row_id": "question"}, {"version": "1"}),
    "my_goals": Route(("get",), "visits_view"),
    "my_goal_add": Route(METHODS, "goal_change", {"kind": "goal kind"}, GOAL),
    "my_goal_change": Route(METHODS, "goal_change", {"row_id": "goal"}, GOAL),
    "my_goal_state": Route(("post",), "goal_change", {"row_id": "goal"}, {"state": "reached", "version": "1"}),
    "my_goal_withdraw": Route(("post",), "goal_change", {"row_id": "goal"}, {"version": "1"}),
    "other_results": Route(("get",), "record_view"),
    "other_result_add": Route(METHODS, "result_add", {"what": "other"}, COUNT),
    "other_result_change": Route(METHODS, "result_correct", {"row_id": "count"}, COUNT),
    "other_result_withdraw": Route(("post",), "result_correct", {"row_id": "count"}, {"version": "1"}),
    "other_medicines": Route(("get",), "record_view"),
    "other_medicine_add": Route(METHODS, "treatment_change", body={"name": "Vitamin D", **KEY}),
    "other_medicine_change": Route(
        METHODS, "treatment_change", {"row_id": "medicine"}, {"name": "Vitamin D", **KEY, "version": "1"}
    ),
    "other_medicine_withdraw": Route(("post",), "treatment_change", {"row_id": "medicine"}, {"version": "1"}),
    "missed_doses": Route(("get",), "missed_doses_view"),
    "missed_doses_add": Route(METHODS, "missed_doses_change", body={"how_many": "none", **KEY}),
    "missed_doses_change": Route(
        METHODS, "missed_doses_change", {"row_id": "missed"}, {"how_many": "none", **KEY, "version": "1"}
    ),
    "missed_doses_withdraw": Route(("post",), "missed_doses_change", {"row_id": "missed"}, {"version": "1"}),
    "set_up": Route(METHODS, "settings_change", {"step": "step"}, dated("diagnosed", months_ago(12))),
    "settings": Route(METHODS, "settings_change", body={"part": "goals", "rule_set": "eln_2025"}),
    "sharing": Route(("get",), "sharing_change"),
    "sharing_log": Route(("get",), "sharing_change"),
    "sharing_log_csv": Route(("get",), "record_export"),
    "sharing_invite": Route(METHODS, "sharing_change", {"whom": "whom"}, {"email": "dana@example.org", **TERMS}),
    "sharing_change": Route(METHODS, "sharing_change", {"grant_id": "grant"}, {"version": "2", **TERMS}),
    "sharing_confirm": Route(("post",), "sharing_change", {"grant_id": "grant"}, {"version": "2"}),
    "sharing_end": Route(("post",), "sharing_change", {"grant_id": "grant"}),
    "sharing_member": Route(("post",), "sharing_change", {"membership_id": "member"}),
    "sharing_ends_seen": Route(("post",), "sharing_change", body={"shown": "2199-01-01"}),
    "sharing_new_seen": Route(("post",), "sharing_change"),
    "sharing_end_all": Route(METHODS, "sharing_change"),
}


def accepted_grant(patient: Patient) -> Grant:
    """Return a grant that Erin has accepted and that waits to be confirmed."""
    erin = User.objects.filter(email="erin@example.org").first() or create_user(email="erin@example.org", password="x")
    _, hashed = invite(patient, erin.email)
    return accept_invitation(hashed=hashed, user=erin, name="Erin")


def shared_member(patient: Patient) -> TeamMembership:
    """Return a member of a team of its own that a record is shared with."""
    lead = create_user(email=f"lead-{patient.pk}@example.org", password="x")
    team = make_team(lead)
    share_with_team(patient, team, by=lead)
    return TeamMembership.objects.get(team=team)


#: Pages that are for a care team and not for the person: tests/authorization.
TEAM_ROUTES = {"care", "care_visit", "result_check", "result_compare"}
#: A file that is sent, and an end that comes once: test_leaving.py, and tests/authorization.
ONCE = {"restore", "leave"}
#: How one row of each kind comes to be.
THINGS: dict[str, Callable[[Patient], Any]] = {
    "result": lambda patient: record(patient, "0.31 %", months_ago(1)),
    "team_result": lambda patient: record(
        seen_as(patient, view_as(Role.TEAM_ADD)), "0.31 %", months_ago(1), by=owner(patient)
    ),
    "treatment": lambda patient: treat(patient, months_ago(9)),
    "change": lambda patient: change_dose(Treatment.objects.get(patient=patient), months_ago(4)),
    "check_in": lambda patient: check_in(patient, months_ago(2), tiredness="a little"),
    "side_effect": lambda patient: SideEffect.objects.get(patient=patient),
    "visit": lambda patient: record_visit(patient, months_ago(1)),
    "question": lambda patient: ask_question(patient, "When is my next test?"),
    "goal": lambda patient: set_goal(patient, "To sleep well"),
    "count": lambda patient: count_blood(patient, "6.31", CountUnit.GIGA_PER_LITRE, months_ago(2)),
    "medicine": also_takes,
    "missed": lambda patient: miss_doses(patient, note="0.31"),
    "grant": accepted_grant,
    "member": shared_member,
    "file": lambda patient: hold_file(patient, "date,result\n2026-02-01,0.31 % IS\n"),
    "text": lambda patient: hold_report(patient, "BCR-ABL1: 0.31 % IS"),
    "batch": lambda patient: import_table(patient, "date,result\n2025-02-01,0.31 % IS\n"),
    "planned": lambda patient: plan_test(patient, booked_on=months_ago(-1)),
}
# Parts of an address that are words, and no ids.
WORDS: dict[str, Any] = {
    "step": "diagnosis",
    "kind": "dose",
    "what": "taken",
    "goal kind": "work",
    "file kind": "csv",
    "other": "counts",
    "whom": "person",
}
PEOPLE = ["anonymous", "owner", "stranger"]
WHOSE = ["owner", "stranger", "random"]


@dataclass
class World:
    """Alice, whose record it is, and Charlie, each with one row of every kind; ``things`` by kind, then by person."""

    records: dict[str, Patient]
    things: dict[str, dict[str, UUID]]
    clients: dict[str, Client]

    def address(self, name: str, record_of: str, object_of: str) -> str:
        """Return an address in somebody's record that names an object of somebody, "random" being nobody."""
        ids: dict[str, Any] = {"patient_id": self.records[record_of].pk if record_of in self.records else uuid4()}
        for argument, kind in ROUTES[name].more_ids.items():
            things = self.things.get(kind, {})
            ids[argument] = WORDS.get(kind) or things.get(object_of) or uuid4()
        return reverse(f"milestones:{name}", kwargs=ids)


@pytest.fixture
def world(alice: User, charlie: User, sign_in_as: Callable[[User], Client]) -> World:
    records = {"owner": alice.patient, "stranger": charlie.patient}
    return World(
        records,
        {kind: {name: make(patient).pk for name, patient in records.items()} for kind, make in THINGS.items()},
        {
            "anonymous": Client(raise_request_exception=False),
            "owner": sign_in_as(alice),
            "stranger": sign_in_as(charlie),
        },
    )


def ask(client: Client, method: Method, address: str, name: str) -> Any:
    return client.get(address) if method == "get" else client.post(address, ROUTES[name].body)


def verdict_of(answer: Any) -> Verdict:
    if answer.status_code == 302 and answer["Location"].startswith("/account/sign-in/"):
        return "sign in"
    named: dict[int, Verdict] = {200: "ok", 302: "ok", 404: "not found", 405: "not allowed"}
    return named[answer.status_code]


def without_request_id(answer: Any) -> str:
    head = sorted(f"{name}: {value}" for name, value in answer.items() if name != "X-Request-ID")
    return re.sub("[0-9a-f]{32}", "*", "\n".join((str(answer.status_code), *head, answer.content.decode())))


def test_every_address_has_a_line() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == set(ROUTES) | TEAM_ROUTES | ONCE
    assert len(urlpatterns) == len(ROUTES) + len(TEAM_ROUTES) + len(ONCE)


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("method", METHODS)
def test_owner_is_answered_and_it_is_written_down(world: World, name: str, method: Method) -> None:
    route = ROUTES[name]
    opened = AuditEvent.objects.filter(object_type__startswith="page ", outcome="allowed")
    answer = ask(world.clients["owner"], method, world.address(name, "owner", "owner"), name)
    if method not in route.methods:
        assert verdict_of(answer) == "not allowed"
        assert not opened.exists()
        return
    assert verdict_of(answer) == "ok"
    [event] = opened
    assert (event.verb, event.patient_id, event.actor_id) == (
        route.opens,
        world.records["owner"].pk,
        world.records["owner"].user_id,
    )
    assert answer["Cache-Control"] == "no-store"
    assert event.request_id == answer["X-Request-ID"]


CELLS = [
    (person, record_of, object_of)
    for person in PEOPLE
    for record_of in WHOSE
    for object_of in WHOSE
    if len({person, record_of, object_of}) > 1
]


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("method", METHODS)
def test_everybody_else_is_told_nothing_and_changes_nothing(world: World, name: str, method: Method) -> None:
    route = ROUTES[name]
    if method not in route.methods:
        return  # told apart for the owner above; for others in the test of wrong methods
    has_object = any(kind in THINGS for kind in route.more_ids.values())
    before = everything_stored()
    missing = set()
    for person, record_of, object_of in CELLS:
        if not has_object and (person == record_of or object_of != "owner"):
            continue
        tries = AuditEvent.objects.count()
        answer = ask(world.clients[person], method, world.address(name, record_of, object_of), name)
        where = f"{person} at {record_of}'s record, {object_of}'s object"
        assert verdict_of(answer) == ("sign in" if person == "anonymous" else "not found"), where
        assert answer["Cache-Control"] == "no-store"
        assert b"0.31" not in answer.content
        assert everything_stored() == before, where
        if person != "anonymous":
            missing.add(without_request_id(answer))
            assert AuditEvent.objects.count() == tries + 1, f"no audit row: {where}"
            event = AuditEvent.objects.latest("pk")
            assert event.outcome == ("allowed" if person == record_of else "refused"), where
    # Forbidden, missing and never there are the same, to the byte.
    assert len(missing) == 1


@pytest.mark.parametrize("name", ROUTES)
def test_wrong_methods_are_refused_and_change_nothing(world: World, name: str) -> None:
    """S21."""
    address = world.address(name, "owner", "owner")
    before = everything_stored(with_audit=True)
    for person in PEOPLE:
        client = world.clients[person]
        for wrong in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "QUERY"):
            answer = client.generic(wrong, address)
            assert answer.status_code == 405, f"{person} {wrong}"
            assert answer["Cache-Control"] == "no-store"
        for header in ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE"):
            if "get" not in ROUTES[name].methods:
                answer = client.get(address, **{header: "POST"})  # type: ignore[arg-type]  # a header
                assert verdict_of(answer) in ("not allowed", "sign in")
    assert everything_stored(with_audit=True) == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if "get" in route.methods])
def test_reading_writes_nothing_but_the_audit_row(world: World, name: str) -> None:
    """S21: no GET and no HEAD changes anything, however often it is asked."""
    before = everything_stored()
    address = world.address(name, "owner", "owner")
    for ask_for in (world.clients["owner"].get, world.clients["owner"].head, world.clients["owner"].get):
        assert ask_for(address).status_code == 200
    assert everything_stored() == before


@pytest.mark.parametrize("bad", ["1", "none", "0" * 32 + "g", "%00", "..%2f", "\u202e"])
def test_malformed_ids_are_not_found(world: World, bad: str) -> None:
    client = world.clients["owner"]
    record_id = world.records["owner"].pk
    for address in (
        f"/records/{bad}/",
        f"/records/{record_id}/results/{bad}/",
        f"/records/{record_id}/treatment/{bad}/",
        f"/records/{record_id}/visits/{bad}/",
        f"/records/{record_id}/questions/{bad}/",
        f"/records/{record_id}/my-goals/{bad}/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


@pytest.mark.parametrize("suffix", ["x.css", "figure.js", "results.csv/", "page.png"])
def test_unknown_suffixes_are_not_found_and_not_kept(world: World, suffix: str) -> None:
    """S41: nothing that a cache takes for a static file is answered."""
    answer = world.clients["owner"].get(world.address("results", "owner", "owner") + suffix)
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    [
        "result_add",
        "result_correct",
        "treatment_add",
        "treatment_change",
        "settings",
        "visit_add",
        "visit_change",
        "question_add",
        "question_change",
        "question_answer",
        "my_goal_add",
        "my_goal_change",
        "other_result_add",
        "other_result_change",
        "other_medicine_change",
        "missed_doses_change",
    ],
)
def test_no_column_is_set_but_those_that_the_form_asks_for(world: World, name: str) -> None:
    """S18, S14: an owner, author, status, version or source in the body is not looked at."""
    stranger = world.records["stranger"]
    smuggled = {
        "patient": str(stranger.pk),
        "patient_id": str(stranger.pk),
        "user": str(stranger.user_id),
        "entered_by": str(stranger.user_id),
        "status": "entered-in-error",
        "source": "imported",
        "value": "0.0001",
        "kind": "not detected",
        "is_staff": "on",
        "id": str(uuid4()),
    }
    stored = everything_stored()
    before = {row for row in stored["LabResult"] if stranger.pk in row}
    client, address = world.clients["owner"], world.address(name, "owner", "owner")
    answer = client.post(address, {**ROUTES[name].body, **smuggled})
    assert verdict_of(answer) == "ok"
    after = everything_stored()
    assert {row for row in after["LabResult"] if stranger.pk in row} == before
    added = [row for kind, rows in after.items() for row in rows if row not in stored[kind]]
    assert not [row for row in added if "imported" in row or "entered-in-error" in row]
    assert not User.objects.filter(is_active=False).exists()
    assert {patient.user_id for patient in Patient.objects.all()} == {p.user_id for p in world.records.values()}


def test_only_a_few_public_addresses(world: World) -> None:
    """S22: without a session every address of a record leads to the sign-in page, and keeps where one was going."""
    for name, route in ROUTES.items():
        address = world.address(name, "owner", "owner")
        answer = ask(world.clients["anonymous"], route.methods[0], address, name)
        assert answer["Location"] == f"/account/sign-in/?next={address}"


def test_addresses_hold_no_value_and_no_sequence(world: World) -> None:
    """S19, S39: an address has random ids in it, and nothing of what it shows."""
    for name in ROUTES:
        ids = re.findall(r"[0-9a-f-]{36}", world.address(name, "owner", "owner"))
        assert ids
        assert all(UUID(found).version == 4 for found in ids)
        assert not re.search(r"\d", re.sub(r"[0-9a-f-]{36}", "", world.address(name, "owner", "owner")))
