"""Questions for a visit: written, suggested, the top three in their order, answered with a day, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from accounts.models import Patient, User
from accounts.services.patients import create_patient
from accounts.services.users import create_user
from milestones.models import VisitQuestion
from milestones.selectors.questions import PLACES
from milestones.selectors.suggestions import suggestions_of
from milestones.selectors.timelines import get_timeline
from milestones.services.errors import NotInRecordError, TakenBackError, VersionConflictError
from milestones.services.questions import place_question, questions
from tests.cast import (
    TODAY,
    answer_question,
    apart,
    ask_question,
    at_once,
    audited,
    break_audit,
    dated,
    everything_stored,
    form_on,
    months_ago,
    owner,
    pause,
    real_database,
    record,
    record_all,
    record_visit,
    treat,
    words_of,
)
from tests.conftest import PASSWORD
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def top(patient: Patient) -> list[str]:
    """Return the words of the top three, and see that their places are 1, 2, 3 without a gap."""
    rows = list(VisitQuestion.objects.filter(patient=patient, rank__isnull=False).order_by("rank"))
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) <= PLACES
    return [row.words for row in rows]


def place(row: VisitQuestion, to: int | None, version: int | None = None) -> VisitQuestion | None:
    row.refresh_from_db()
    return place_question(
        patient=row.patient, row_id=row.pk, version=version or row.version, place=to, by=owner(row.patient)
    )


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


# --- Writing and picking ----------------------------------------------------------------------------------------------


def test_a_question_is_written_down(alices: Client, to: Addresses) -> None:
    answer = fill_in(alices, to("question_add"), words="  Can I\r\ntravel? ")
    assert answer["Location"] == to("visits")
    words = words_of(alices.get(to("visits")))
    assert "Other open questions Can I travel?" in words
    assert audited("visit_question_recorded", request_id=answer["X-Request-ID"]) == 1


@pytest.mark.parametrize(("words", "said"), [("", "Type your question."), (" \n ", "Type your question.")])
def test_an_empty_question_is_asked_for(alices: Client, to: Addresses, words: str, said: str) -> None:
    answer = fill_in(alices, to("question_add"), words=words)
    assert answer.status_code == 422
    assert said in words_of(answer)


@pytest.mark.parametrize(("length", "status"), [(300, 302), (301, 422)])
def test_a_question_has_room_for_300_characters(alices: Client, to: Addresses, length: int, status: int) -> None:
    answer = fill_in(alices, to("question_add"), words="x" * length)
    assert answer.status_code == status
    assert status == 302 or "x" * length in answer.content.decode()


def test_a_long_text_is_not_cut_but_refused(alices: Client, to: Addresses) -> None:
    """A browser would cut what is pasted, without a word, if it knew the limit."""
    page = alices.get(to("question_add"))
    assert "in your own words. At most 300 letters." in words_of(page)
    assert "maxlength" not in page.content.decode()
    answer = fill_in(alices, to("question_add"), words="x" * 3_000)
    assert "This has 3000 letters, and there is room for 300. Make it shorter." in words_of(answer)
    assert "x" * 3_000 in answer.content.decode()


def pick(client: Client, to: Addresses, words: str) -> Any:
    """Press the button beside a suggestion."""
    text = client.get(to("visits")).content.decode()
    [line] = [line for line in re.findall(r"<li>.*?</li>", text, re.DOTALL) if words in line and "suggestion" in line]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', line))
    return client.post(to("question_pick"), fields)


def test_suggestions_say_where_they_come_from_and_are_taken_once(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    treat(alices_record, months_ago(20))
    record_all(alices_record, "9 0.05 %, 6 0.06 %, 1 0.3 %")
    words = words_of(alices.get(to("visits")))
    asked = "My result is above 0.1% again. When will we repeat the test?"
    assert f"{asked} From your result of 23 July 2026: above 0.1% once: a repeat test is usual" in words
    assert pick(alices, to, asked)["Location"] == to("visits")
    row = VisitQuestion.objects.get()
    assert (row.words, row.suggested_by) == (asked, "CourseFlag.POSSIBLE_LOSS_OF_MMR.0")
    words = words_of(alices.get(to("visits")))
    assert f"Other open questions {asked}" in words
    assert f"{asked} From your result" not in words
    # The same button of an older page, once more.
    again = alices.post(
        to("question_pick"), {"suggestion": row.suggested_by, "idempotency_key": str(row.idempotency_key)}, follow=True
    )
    assert "in your list already" in words_of(again)
    assert VisitQuestion.objects.count() == 1


def test_two_suggestions_of_one_page_are_two_questions(alices: Client, to: Addresses) -> None:
    text = alices.get(to("visits")).content.decode()
    [key] = set(re.findall(r'name="idempotency_key" value="([^"]+)"', text))
    suggested = re.findall(r'name="suggestion" value="([^"]+)"', text)
    assert len(suggested) >= 2
    for one in suggested[:2]:
        alices.post(to("question_pick"), {"suggestion": one, "idempotency_key": key})
    assert VisitQuestion.objects.count() == 2


@pytest.mark.parametrize("key", ["", "no key", "1"])
def test_a_pick_without_a_key_is_no_page_of_ours(alices: Client, to: Addresses, key: str) -> None:
    body = {"suggestion": "VisitTopic.FIRST_VISIT.0", "idempotency_key": key}
    assert alices.post(to("question_pick"), body).status_code == 404
    assert not VisitQuestion.objects.exists()


def suggested(patient: Patient) -> str:
    found = suggestions_of(get_timeline(patient, today=TODAY))
    assert len({one.words for one in found}) == len(found)
    assert not [one for one in found if "{" in one.words + one.source]
    return " | ".join(f"{one.words} ({one.source})" for one in found)


def test_an_empty_record_suggests_to_ask_for_its_beginning(alices_record: Patient) -> None:
    said = suggested(alices_record)
    assert "On which day was my first dose?" in said
    assert "Can I have a copy of each laboratory report?" in said


def test_an_overdue_test_and_a_break_are_asked_about(alices_record: Patient) -> None:
    line = treat(alices_record, months_ago(20))
    record(alices_record, "0.05 %", months_ago(5))
    assert "The usual day of my test has passed." in suggested(alices_record)
    pause(line, months_ago(1), TODAY - timedelta(days=2))
    assert "I had a break." in suggested(alices_record)
    pause(line, TODAY - timedelta(days=1))
    assert "I am in a break." in suggested(alices_record)


def test_no_verdict_is_suggested_where_the_site_shows_none(alices_record: Patient, settings: Settings) -> None:
    treat(alices_record, months_ago(20))
    record(alices_record, "0.5 %", months_ago(1))
    assert "not yet at the goal" in suggested(alices_record)
    assert "I did not reach MMR in the first year." in suggested(alices_record)
    settings.PATIENT_VERDICTS = False
    assert "not yet at the goal" not in suggested(alices_record)
    assert "I did not reach MMR" not in suggested(alices_record)


def test_what_was_answered_before_a_newer_result_may_be_asked_again(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    asked = "Can I have a copy of each laboratory report?"
    offered = f"{asked} No result is written down yet"
    assert offered in words_of(alices.get(to("visits")))
    answer_question(ask_question(alices_record, asked), "Yes.", months_ago(1))
    assert offered not in words_of(alices.get(to("visits")))
    treat(alices_record, months_ago(20))
    mine = "When is my next test, and what do we hope to see?"
    answer_question(ask_question(alices_record, mine), "In May.", months_ago(3))
    record(alices_record, "0.5 %", months_ago(3))
    assert f"{mine} From the plan of your tests" not in words_of(alices.get(to("visits")))
    record(alices_record, "0.5 %", months_ago(2))
    assert f"{mine} From the plan of your tests" in words_of(alices.get(to("visits")))


# --- The top three ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "to", "order", "left"),
    [
        ("D", 1, "DAB", "C"),
        ("D", 2, "ADB", "C"),
        ("D", 3, "ABD", "C"),
        ("C", 1, "CAB", None),
        ("A", 3, "BCA", None),
        ("B", 1, "BAC", None),
        ("B", 2, "ABC", None),
        ("A", None, "BC", None),
        ("D", None, "ABC", None),
    ],
)
def test_each_place_is_held_once(
    alices_record: Patient, move: str, to: int | None, order: str, left: str | None
) -> None:
    rows = {name: ask_question(alices_record, name) for name in "ABCD"}
    for number, name in enumerate("ABC", start=1):
        place(rows[name], number)
    gone = place(rows[move], to)
    assert "".join(top(alices_record)) == order
    assert (gone.words if gone else None) == left


@pytest.mark.parametrize("to", [1, 2, 3])
def test_a_place_behind_the_last_one_is_the_next_free_one(alices_record: Patient, to: int) -> None:
    place(ask_question(alices_record, "A"), to)
    assert top(alices_record) == ["A"]


class AnyOrderOfMoves(TestCase):
    """Whatever is moved where, the places stay 1, 2, 3."""

    @given(
        st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["1", "2", "3", "out", "answer", "back"])), max_size=8)
    )
    def test_places_stay_in_order(self, moves: list[tuple[int, str]]) -> None:
        user = create_user(email="quick@example.org", password=PASSWORD)
        patient = create_patient(user=user, by=user, display_name="Quick")
        rows = [ask_question(patient, name) for name in "ABCDE"]
        for number, move in moves:
            row = rows[number]
            row.refresh_from_db()
            if move == "answer" and row.status == "entered-in-error":
                with pytest.raises(TakenBackError):
                    answer_question(row, "Yes.")
            elif move == "answer":
                answer_question(row, "Yes.")
            elif move == "back":
                questions.withdraw(patient=patient, row_id=row.pk, version=row.version, by=user)
            else:
                try:
                    place(row, int(move) if move.isdigit() else None)
                except NotInRecordError:
                    assert row.answered_on or row.status == "entered-in-error"
            order = top(patient)
            assert len(set(order)) == len(order)


def test_by_buttons(alices: Client, to: Addresses, alices_record: Patient) -> None:
    rows = {name: ask_question(alices_record, f"{name}?") for name in "ABCD"}

    def press(name: str, rank: str) -> Any:
        rows[name].refresh_from_db()
        body = {"version": str(rows[name].version), "rank": rank}
        return alices.post(to("question_rank", row_id=rows[name].pk), body, follow=True)

    for name in "ABC":
        press(name, "3")
    words = words_of(alices.get(to("visits")))
    assert words.index("1. A?") < words.index("2. B?") < words.index("3. C?")
    assert "This one is now among the others: C?" in words_of(press("D", "2"))
    assert top(alices_record) == ["A?", "D?", "B?"]
    press("D", "1")
    press("A", "")
    assert top(alices_record) == ["D?", "B?"]
    home = words_of(alices.get(to("home")))
    assert "My top three questions D? B?" in home
    assert "You could ask" not in home


def test_home_suggests_while_nothing_is_chosen(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(20))
    record(alices_record, "0.5 %", months_ago(1))
    page = alices.get(to("home"))
    assert "You could ask I am not yet at the goal for this time." in words_of(page)
    assert f'href="{to("visits")}"' in page.content.decode()


@pytest.mark.parametrize("rank", ["0", "4", "-1", "1.0", "x", "²"])
def test_no_other_place_exists(alices: Client, to: Addresses, alices_record: Patient, rank: str) -> None:
    row = ask_question(alices_record, "A?", place=1)
    alices.post(to("question_rank", row_id=row.pk), {"version": str(row.version), "rank": rank})
    assert top(alices_record) == []


def test_a_button_pressed_twice_moves_once(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for name in "ABC":
        ask_question(alices_record, name, place=3)
    row = VisitQuestion.objects.get(words="C")
    for _ in range(2):
        answer = alices.post(
            to("question_rank", row_id=row.pk), {"version": str(row.version), "rank": "2"}, follow=True
        )
        assert "Your top three are saved." in words_of(answer)
    assert top(alices_record) == ["A", "C", "B"]
    assert VisitQuestion.objects.get(words="C").version == row.version + 1


def test_a_stale_move_does_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "A")
    other = ask_question(alices_record, "B", place=1)
    stale = other.version
    place(row, 1)
    before = everything_stored()
    answer = alices.post(to("question_rank", row_id=other.pk), {"version": str(stale), "rank": "1"}, follow=True)
    assert "This was changed in the meantime" in words_of(answer)
    assert everything_stored() == before


def test_a_move_that_cannot_be_written_down_moves_nothing(
    alices: Client, to: Addresses, alices_record: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ABC":
        ask_question(alices_record, name, place=3)
    row = VisitQuestion.objects.get(words="C")
    break_audit(monkeypatch, "visit_question_placed")
    answer = alices.post(to("question_rank", row_id=row.pk), {"version": str(row.version), "rank": "1"})
    assert answer.status_code == 503
    assert top(alices_record) == ["A", "B", "C"]


@pytest.mark.django_db(transaction=True)
def test_many_moves_at_once_leave_three_in_order(alices_record: Patient) -> None:
    """R6: moves of different questions at the same moment come one after the other."""
    rows = [ask_question(alices_record, name) for name in "ABCDE"]

    def act(number: int) -> str:
        try:
            place(rows[number], number % PLACES + 1)
        except VersionConflictError:
            return "conflict"
        return "moved"

    with real_database():
        said = at_once(5, act)
        order = apart(lambda: top(alices_record))
    assert "moved" in said
    assert len(order) == min(PLACES, said.count("moved"))


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_its_day_and_visit(alices: Client, to: Addresses, alices_record: Patient) -> None:
    visit = record_visit(alices_record, TODAY - timedelta(days=4), whom="Ward 3")
    rows = [ask_question(alices_record, f"{name}?", place=3) for name in "AB"]
    address = to("question_answer", row_id=rows[0].pk)
    form = form_on(alices.get(address))
    assert (form["on_day"], form["on_month"], form["on_year"]) == (["19"], ["8"], ["2026"])
    answer = alices.post(address, {**form, "answer": "Yes, in May."})
    assert answer["Location"] == to("visits")
    row = VisitQuestion.objects.get(pk=rows[0].pk)
    assert (row.answer, row.answered_on, row.visit_id) == ("Yes, in May.", TODAY - timedelta(days=4), visit.pk)
    assert top(alices_record) == ["B?"]
    assert "A? Yes, in May. Answered on 19 August 2026, at the visit: Ward 3" in words_of(alices.get(to("visits")))
    assert audited("visit_question_answered") == 1


@pytest.mark.parametrize(
    ("days_ago", "offered"),
    [(31, TODAY - timedelta(days=31)), (32, TODAY), (0, TODAY), (-3, TODAY)],
)
def test_the_day_begins_with_a_recent_visit_or_today(
    alices: Client, to: Addresses, alices_record: Patient, days_ago: int, offered: Any
) -> None:
    record_visit(alices_record, TODAY - timedelta(days=days_ago))
    row = ask_question(alices_record, "A?")
    form = form_on(alices.get(to("question_answer", row_id=row.pk)))
    assert {name: form[name][0] for name in ("on_day", "on_month", "on_year")} == dated("on", offered)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"answer": ""}, "Type the answer."),
        ({"answer": "Yes", **dated("on", TODAY + timedelta(days=1))}, "This date has not come yet."),
        ({"answer": "Yes", "on_day": ""}, "Type the day too."),
        ({"answer": "x" * 2001}, "room for 2000"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_said(
    alices: Client, to: Addresses, alices_record: Patient, answers: dict[str, str], said: str
) -> None:
    row = ask_question(alices_record, "A?")
    before = everything_stored()
    answer = fill_in(alices, to("question_answer", row_id=row.pk), **answers)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert answers["answer"] in answer.content.decode()
    assert everything_stored() == before


def test_an_answer_is_changed_and_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = answer_question(ask_question(alices_record, "A?"), "Yes.")
    address = to("question_answer", row_id=row.pk)
    page = alices.get(address)
    assert "Yes." in page.content.decode()
    alices.post(address, {**form_on(page), "answer": "No."})
    assert "A? No. Answered on 23 August 2026" in words_of(alices.get(to("visits")))
    stale = alices.post(address, {"version": str(row.version), "take_back": "1"}, follow=True)
    assert "This was changed in the meantime" in words_of(stale)
    back = alices.post(address, {"version": str(row.version + 1), "take_back": "1"}, follow=True)
    assert "Other open questions A?" in words_of(back)
    row.refresh_from_db()
    assert (row.answer, row.answered_on, row.visit_id) == ("", None, None)
    assert [old.answer for old in row.history.all()] == ["", "No.", "Yes.", ""]


def test_a_conflict_keeps_the_answer_that_was_typed(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "A?")
    address = to("question_answer", row_id=row.pk)
    form = form_on(alices.get(address))
    answer_question(row, "Theirs")
    answer = alices.post(address, {**form, "answer": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    row.refresh_from_db()
    assert row.answer == "Theirs"


# --- Changing and taking back -----------------------------------------------------------------------------------------


def test_words_are_changed_and_the_place_stays(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "A?", place=1)
    fill_in(alices, to("question_change", row_id=row.pk), words="Why?")
    assert top(alices_record) == ["Why?"]


def test_what_is_taken_back_leaves_the_top_three_and_comes_back_without_a_place(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    rows = [ask_question(alices_record, name, place=3) for name in "ABC"]
    rows[0].refresh_from_db()
    version = rows[0].version
    address = to("question_withdraw", row_id=rows[0].pk)
    alices.post(address, {"version": str(version)})
    assert top(alices_record) == ["B", "C"]
    words = words_of(alices.get(to("visits")))
    assert words.index("Entered by mistake") < words.index("A Entered by mistake")
    alices.post(address, {"version": str(version + 1), "undo": "1"})
    assert top(alices_record) == ["B", "C"]
    assert "Other open questions A" in words_of(alices.get(to("visits")))


def test_only_what_waits_for_an_answer_has_a_place(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = answer_question(ask_question(alices_record, "A?"), "Yes.")
    answer = alices.post(to("question_rank", row_id=row.pk), {"version": str(row.version), "rank": "1"})
    assert answer.status_code == 404
    assert top(alices_record) == []


def test_nobody_else_s_question_moves(alices: Client, to: Addresses, charlie: User) -> None:
    row = ask_question(charlie.patient, "His?", place=1)
    answer = alices.post(to("question_rank", row_id=row.pk), {"version": str(row.version), "rank": ""})
    assert answer.status_code == 404
    assert top(charlie.patient) == ["His?"]
