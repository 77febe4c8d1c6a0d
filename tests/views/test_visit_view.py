"""The visit as a team writes it down: questions first, each part saved by itself, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, CareTeam, Patient, TeamRole, User
from accounts.services.grants import end_all_grants
from milestones.models import PlannedTest, Visit, VisitQuestion
from tests.cast import (
    TODAY,
    answer_question,
    ask_question,
    break_audit,
    change_dose,
    check_in,
    dated,
    everything_stored,
    form_on,
    join,
    make_team,
    months_ago,
    owner,
    record,
    record_many,
    record_visit,
    share,
    share_with_team,
    treat,
    words_of,
)
from tests.selectors.test_queries import count
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
MOST_QUERIES = 16  # one of them for what the team has told of its usual interval


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def bobs(bob: User, sign_in_as: SignIn) -> Client:
    return sign_in_as(bob)


@pytest.fixture
def shared(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    """Return Alice's record, which Bob's team may change."""
    share_with_team(alices_record, team, "manage", by=bob)
    return alices_record


def sent(page: Any, part: str, **typed: str) -> dict[str, str]:
    """Return what the page sends when the button of one part is used, with something typed in it."""
    fields = {name: values[0] for name, values in form_on(page).items()}
    return {**fields, "part": part, **{f"{part}-{name}": value for name, value in typed.items()}}


# --- Who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "role", "parts"),
    [
        ("manage", TeamRole.LEAD, {"answer", "plan", "test"}),
        ("manage", TeamRole.MEMBER, {"answer", "plan", "test"}),
        ("add", TeamRole.MEMBER, {"answer"}),
        ("view", TeamRole.MEMBER, set()),
        ("manage", TeamRole.VIEWER, set()),
    ],
)
def test_each_writes_what_they_may(  # noqa: PLR0917 - the fixtures of a test are no arguments that one mixes up
    alices_record: Patient, team: CareTeam, bob: User, make_user: Callable[..., User], sign_in_as: SignIn,
    to: Addresses, level: str, role: TeamRole, parts: set[str],
) -> None:  # fmt: skip
    question = ask_question(alices_record, "Why?")
    share_with_team(alices_record, team, level, by=bob)
    nurse = make_user("nurse@example.org")
    join(team, nurse, role=role, by=bob)
    client = sign_in_as(nurse)
    page = client.get(to("care_visit"))
    assert page.status_code == 200
    text = page.content.decode()
    names = {"answer": f"answer-{question.pk}", "plan": "plan", "test": "test"}
    typed = {"answer": {"answer": "So."}, "plan": {"notes": "Go on."}, "test": dated("on", months_ago(-3))}
    for part, name in names.items():
        assert (f'name="part" value="{name}"' in text) is (part in parts), part
        before = everything_stored()
        answer = client.post(to("care_visit"), {"part": name, **sent_alone(name, typed[part])})
        assert answer.status_code == (302 if part in parts else 403), part
        assert (everything_stored() == before) is (part not in parts), part


def sent_alone(name: str, typed: dict[str, str]) -> dict[str, str]:
    key = "3f8b7c1e-58a3-4d0c-9c5e-0d6f8a7b9c01"
    return {f"{name}-idempotency_key": key, f"{name}-version": "1" if name.startswith("answer") else "",
            **{f"{name}-{field}": value for field, value in typed.items()}}  # fmt: skip


@pytest.mark.parametrize(
    ("level", "role", "named"),
    [
        ("add", TeamRole.MEMBER, "Add"),
        ("view", TeamRole.MEMBER, "Look"),
        ("manage", TeamRole.MEMBER, ""),
        ("manage", TeamRole.VIEWER, ""),
    ],
)
def test_a_part_that_a_level_leaves_out_says_what_it_needs(  # noqa: PLR0917 - fixtures
    alices_record: Patient, team: CareTeam, bob: User, make_user: Callable[..., User], sign_in_as: SignIn,
    to: Addresses, level: str, role: TeamRole, named: str,
) -> None:  # fmt: skip
    share_with_team(alices_record, team, level, by=bob)
    nurse = make_user("nurse@example.org")
    join(team, nurse, role=role, by=bob)
    words = words_of(sign_in_as(nurse).get(to("care_visit")))
    for what in ("write the plan", "book the next test"):
        said = f"To {what}, your team needs the level “Manage”. It has “{named}”. The patient can change that."
        assert (said in words) is bool(named)
    assert ("your team needs" in words) is bool(named)


def test_what_was_answered_today_stays_on_the_page(
    alices_record: Patient, team: CareTeam, bob: User, bobs: Client, make_user: Callable[..., User],
    sign_in_as: SignIn, to: Addresses,
) -> None:  # fmt: skip
    share_with_team(alices_record, team, "add", by=bob)
    question, older = ask_question(alices_record, "Why <b>?"), ask_question(alices_record, "And before?")
    answer_question(older, "Long ago.", months_ago(1))
    assert "Answered today" not in words_of(bobs.get(to("care_visit")))
    name = f"answer-{question.pk}"
    bobs.post(to("care_visit"), {"part": name, **sent_alone(name, {"answer": "Because <i>so."})})
    page = bobs.get(to("care_visit"))
    assert "Answered today Why <b>? Because <i>so. Change the answer" in words_of(page)
    assert "Long ago." not in words_of(page)
    change = to("question_answer", row_id=question.pk)
    assert f'href="{change}"' in page.content.decode()
    assert bobs.get(change).status_code == 200
    nurse = make_user("nurse@example.org")
    join(team, nurse, role=TeamRole.VIEWER, by=bob)
    read = sign_in_as(nurse).get(to("care_visit"))
    assert "Because <i>so." in words_of(read)
    assert f'href="{change}"' not in read.content.decode()


def test_nobody_else_reads_or_writes(
    shared: Patient, alice: User, charlie: User, make_user: Callable[..., User], sign_in_as: SignIn, to: Addresses
) -> None:
    question = ask_question(shared, "Why?")
    erin = make_user("erin@example.org")
    share(shared, erin, "manage")
    before = everything_stored()
    name = f"answer-{question.pk}"
    body = {"part": name, **sent_alone(name, {"answer": "No."})}
    for person, status in ((erin, 403), (alice, 403), (charlie, 404)):
        client = sign_in_as(person)
        assert client.get(to("care_visit")).status_code == status
        assert client.post(to("care_visit"), body).status_code == status
        assert AuditEvent.objects.latest("pk").outcome == "refused"
    assert everything_stored() == before


def test_a_grant_that_has_ended_has_ended(shared: Patient, bobs: Client, to: Addresses) -> None:
    page = bobs.get(to("care_visit"))
    end_all_grants(patient=shared, by=owner(shared))
    assert bobs.get(to("care_visit")).status_code == 404
    assert bobs.post(to("care_visit"), sent(page, "plan", notes="Late")).status_code == 404
    assert not Visit.objects.exists()


@pytest.mark.parametrize("part", ["", "other", "answer-", "answer-1", f"answer-{'0' * 32}", "plan-notes"])
def test_a_part_that_is_none(shared: Patient, bobs: Client, to: Addresses, part: str) -> None:
    before = everything_stored()
    assert bobs.post(to("care_visit"), {"part": part}).status_code == 404
    assert everything_stored() == before


def test_a_question_of_somebody_else_is_not_there(shared: Patient, charlie: User, bobs: Client, to: Addresses) -> None:
    theirs = ask_question(charlie.patient, "Mine?")
    name = f"answer-{theirs.pk}"
    answer = bobs.post(to("care_visit"), {"part": name, **sent_alone(name, {"answer": "No."})})
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.answer == ""


# --- What it shows ----------------------------------------------------------------------------------------------------


def test_the_top_three_stand_first_in_their_order(shared: Patient, bobs: Client, to: Addresses) -> None:
    ask_question(shared, "The oldest?")
    ask_question(shared, "Second?", place=1)
    ask_question(shared, "First?", place=1)
    answer_question(ask_question(shared, "Answered?"), "Yes.", months_ago(1))
    words = words_of(bobs.get(to("care_visit")))
    assert words.index("First?") < words.index("Second?") < words.index("The oldest?")
    assert "Answered?" not in words


def test_what_changed_since_the_last_visit(shared: Patient, bobs: Client, to: Addresses) -> None:
    line = treat(shared, months_ago(12))
    record(shared, "0.9 %", months_ago(5))
    record_visit(shared, months_ago(3))
    record_visit(shared, TODAY)
    record(shared, "0.4 %", months_ago(3))
    check_in(shared, months_ago(3), nausea="very much")
    change_dose(line, months_ago(2), "300 mg a day")
    check_in(shared, months_ago(1), tiredness="very much")
    words = words_of(bobs.get(to("care_visit"))).split("What changed")[1].split("The patient's questions")[0]
    assert "Since the visit on 23 May 2026" in words
    assert words.index("Tiredness: very much") < words.index("Another dose: 300 mg a day") < words.index("0.4%")
    assert "0.9%" not in words
    assert "Nausea" not in words  # written down before the visit of that day


def test_without_an_earlier_visit_the_newest_entries(shared: Patient, bobs: Client, to: Addresses) -> None:
    record_many(shared, 9)
    words = words_of(bobs.get(to("care_visit"))).split("What changed")[1].split("The patient's questions")[0]
    assert "No earlier visit is on record here" in words
    assert words.count(" 2026") == 6


def test_visits_that_are_not_shared_are_not_there(
    alices_record: Patient, team: CareTeam, bob: User, bobs: Client, to: Addresses
) -> None:
    ask_question(alices_record, "CANARY?")
    record_visit(alices_record, TODAY, notes="CANARY-notes")
    share_with_team(alices_record, team, "manage", by=bob, visits=False)
    page = bobs.get(to("care_visit"))
    assert "Visits, questions and answers are not shared with you" in words_of(page)
    assert b"CANARY" not in page.content
    assert b'value="plan"' not in page.content
    assert b'name="part" value="test"' in page.content
    before = everything_stored()
    assert bobs.post(to("care_visit"), {"part": "plan", **sent_alone("plan", {"notes": "x"})}).status_code == 403
    assert everything_stored() == before


# --- Saving -----------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_the_patient_reads_who_wrote_it(
    shared: Patient, bob: User, bobs: Client, alices: Client, to: Addresses
) -> None:
    visit = record_visit(shared, TODAY)
    question = ask_question(shared, "Why the rash?", place=1)
    page = bobs.get(to("care_visit"))
    answer = bobs.post(to("care_visit"), sent(page, f"answer-{question.pk}", answer="It goes away."), follow=True)
    assert "The answer is saved" in words_of(answer)
    assert "No question waits for an answer" in words_of(answer)
    question.refresh_from_db()
    assert (question.answer, question.answered_on, question.visit_id) == ("It goes away.", TODAY, visit.pk)
    assert (question.answered_by, question.entered_by) == (bob, owner(shared))
    words = words_of(alices.get(to("visits")))
    assert "It goes away. Answered on 23 August 2026, at the visit. Added by Bob, Clinic North" in words
    assert "Added by Bob, Clinic North" in words_of(alices.get(to("timeline")))


def test_the_plan_makes_the_visit_of_today(shared: Patient, bobs: Client, alices: Client, to: Addresses) -> None:
    form = sent(bobs.get(to("care_visit")), "plan", notes="We keep the dose.\nTest in 3 months.")
    assert bobs.post(to("care_visit"), form).status_code == 302
    assert bobs.post(to("care_visit"), form).status_code == 302  # a second click
    [visit] = Visit.objects.all()
    assert (visit.visit_on, visit.notes) == (TODAY, "We keep the dose.\r\nTest in 3 months.".replace("\r", ""))
    words = words_of(alices.get(to("visits")))
    assert "We keep the dose." in words
    assert "Added by Bob, Clinic North" in words


def test_the_plan_goes_into_the_visit_that_is_there(
    shared: Patient, bob: User, bobs: Client, alices: Client, to: Addresses
) -> None:
    visit = record_visit(shared, TODAY, whom="CML clinic")
    bobs.post(to("care_visit"), sent(bobs.get(to("care_visit")), "plan", notes="We keep the dose."))
    visit.refresh_from_db()
    assert Visit.objects.count() == 1
    assert (visit.with_whom, visit.notes, visit.notes_by, visit.entered_by) == (
        "CML clinic", "We keep the dose.", bob, owner(shared),
    )  # fmt: skip
    assert "Added by Bob, Clinic North" in words_of(alices.get(to("visits")))
    # The patient changes something else: the words stay Bob's.
    form = {
        **form_on(alices.get(to("visit_change", row_id=visit.pk))),
        "with_whom": "Ward 3",
        "notes": "We keep the dose.",
    }
    assert alices.post(to("visit_change", row_id=visit.pk), form).status_code == 302
    visit.refresh_from_db()
    assert (visit.with_whom, visit.notes_by) == ("Ward 3", bob)


def test_the_next_test_is_booked(shared: Patient, bobs: Client, alices: Client, to: Addresses) -> None:
    treat(shared, months_ago(3))
    form = sent(bobs.get(to("care_visit")), "test", **dated("on", months_ago(-3)))
    assert "The next test is booked" in words_of(bobs.post(to("care_visit"), form, follow=True))
    bobs.post(to("care_visit"), form)
    [planned] = PlannedTest.objects.all()
    assert planned.booked_on == months_ago(-3)
    assert "Booked for 23 November 2026" in words_of(alices.get(to("home")))


@pytest.mark.parametrize("part", ["answer", "plan", "test"])
def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(
    shared: Patient, bobs: Client, to: Addresses, part: str
) -> None:
    question = ask_question(shared, "Why?")
    names = {"answer": f"answer-{question.pk}", "plan": "plan", "test": "test"}
    form = sent(bobs.get(to("care_visit")), names[part])
    form |= {f"answer-{question.pk}-answer": "Half an answer", "plan-notes": "Half a plan", "test-on_year": "2027"}
    wrong = {"answer": "", "notes": "", "on_year": "1x7"}
    form |= {name: value for field, value in wrong.items() if (name := f"{names[part]}-{field}") in form}
    before = everything_stored()
    page = bobs.post(to("care_visit"), form)
    assert page.status_code == 422
    assert "There is a problem" in words_of(page)
    assert words_of(page).startswith("Error:")
    text = page.content.decode()
    assert ("Half an answer" in text) is (part != "answer")
    assert ("Half a plan" in text) is (part != "plan")
    assert (("1x7" if part == "test" else "2027") + '"') in text
    assert everything_stored() == before


def test_saving_one_part_loses_nothing_of_the_others(shared: Patient, bobs: Client, to: Addresses) -> None:
    first, second = ask_question(shared, "One?"), ask_question(shared, "Two?")
    form = sent(bobs.get(to("care_visit")), f"answer-{first.pk}", answer="Saved.")
    page = bobs.post(to("care_visit"), {**form, f"answer-{second.pk}-answer": "Not yet", "plan-notes": "Half a plan"})
    assert page.status_code == 200
    assert "The answer is saved" in words_of(page)
    kept = form_on(page)
    text = page.content.decode()
    assert "Not yet" in text
    assert "Half a plan" in text
    assert kept[f"answer-{second.pk}-version"] == ["1"]
    assert VisitQuestion.objects.filter(answered_on__isnull=False).count() == 1
    assert not Visit.objects.exists()


def test_a_conflict_is_said_and_what_was_typed_stays(shared: Patient, bobs: Client, to: Addresses) -> None:
    question = ask_question(shared, "Why?")
    page = bobs.get(to("care_visit"))
    form = sent(page, f"answer-{question.pk}", answer="My answer")
    answer_question(question, "Theirs")
    answer = bobs.post(to("care_visit"), {**form, "plan-notes": "Half a plan"})
    assert answer.status_code == 409
    words = words_of(answer)
    assert "This was changed in the meantime" in words
    assert "Answered in the meantime: Theirs" in words
    for typed in ("My answer", "Half a plan"):
        assert typed in answer.content.decode()
    record_visit(shared, TODAY, notes="Somebody else's")
    assert bobs.post(to("care_visit"), sent(page, "plan", notes="Mine")).status_code == 409
    assert Visit.objects.get().notes == "Somebody else's"


def test_what_was_typed_when_the_session_had_ended_is_filled_in(
    shared: Patient, bob: User, bobs: Client, to: Addresses
) -> None:
    form = sent(bobs.get(to("care_visit")), "plan", notes="Typed too late")
    bobs.logout()
    assert bobs.post(to("care_visit"), form).status_code == 302
    session = bobs.session
    kept = session.get("_kept_draft")
    assert kept
    bobs.force_login(bob)
    session = bobs.session
    session["_kept_draft"] = kept
    session.save()
    assert "Typed too late" in bobs.get(to("care_visit")).content.decode()


@pytest.mark.parametrize("verb", ["visit_question_answered", "visit_recorded", "planned_test_recorded"])
def test_nothing_is_saved_that_cannot_be_written_down(
    shared: Patient, bobs: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    question = ask_question(shared, "Why?")
    page = bobs.get(to("care_visit"))
    forms = {
        "visit_question_answered": sent(page, f"answer-{question.pk}", answer="So."),
        "visit_recorded": sent(page, "plan", notes="Go on."),
        "planned_test_recorded": sent(page, "test", **dated("on", months_ago(-3))),
    }
    before = everything_stored()
    break_audit(monkeypatch, verb)
    assert bobs.post(to("care_visit"), forms[verb]).status_code == 503
    assert everything_stored() == before


def test_what_is_typed_is_inert(shared: Patient, bobs: Client, to: Addresses) -> None:
    ask_question(shared, "<script>x</script>?")
    record_visit(shared, TODAY, notes="</textarea><script>y</script>")
    assert b"<script>x" not in bobs.get(to("care_visit")).content
    assert b"<script>y" not in bobs.get(to("care_visit")).content


def test_as_many_queries_for_twelve_as_for_five_hundred(
    alice: User, charlie: User, team: CareTeam, bob: User, sign_in_as: SignIn
) -> None:
    costs = {}
    for size, person in ((12, alice), (500, charlie)):
        record_many(person.patient, size)
        treat(person.patient, months_ago(30))
        for number in range(size // 10):
            ask_question(person.patient, f"Question {number}?")
            check_in(person.patient, TODAY - timedelta(days=number), tiredness="a little")
        share_with_team(person.patient, team, "manage", by=bob)
        client, address = sign_in_as(bob), reverse("milestones:care_visit", kwargs={"patient_id": person.patient.pk})
        client.get(address)  # the first page of a session writes that it was used
        costs[size] = count(partial(client.get, address))
    assert costs[12] == costs[500] <= MOST_QUERIES, costs
