"""Own goals: the first year by itself, words of one's own, levels with progress in words, and never a score."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Patient
from milestones.clinical.observation import Scale, Specimen
from milestones.models import GoalKind, PersonalGoal
from milestones.selectors.my_goals import KINDS
from milestones.services.entries import personal_goals
from tests.cast import (
    TODAY,
    audited,
    break_audit,
    dated,
    everything_stored,
    form_on,
    months_ago,
    owner,
    record,
    record_all,
    set_goal,
    treat,
    words_of,
)
from tests.explanations.wording import what_is_banned
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def goals_words(client: Client, to: Addresses) -> str:
    return words_of(client.get(to("my_goals")))


# --- The first year, by itself ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "stopped", "course", "said"),
    [
        (None, None, "", "MMR by month 12 Your first year of treatment"),
        (7, None, "6 9 %, 1 0.58 %", "MMR by month 12 Month 7 of 12"),
        (20, None, "14 0.9 %, 11 0.09 %, 1 0.05 %", "MMR by month 12 MMR reached in month 9"),
        (20, None, "14 0.9 %, 8 0.9 %, 1 0.05 %", "MMR by month 12 MMR reached in month 19"),
        (20, None, "14 0.9 %, 8 0.9 %", "MMR by month 12 MMR not reached in the first year"),
        # Lost again: said as it is, and the past is not praised.
        (20, None, "11 0.09 %, 1 0.3 %", "MMR by month 12 First reached on 23 September 2025"),
        (40, 6, "11 0.09 %, 1 0.05 %", "MMR by month 12 Treatment is stopped"),
    ],
)
def test_the_first_year_stands_by_itself_whatever_happened(
    alices: Client,
    to: Addresses,
    alices_record: Patient,
    started: int | None,
    stopped: int | None,
    course: str,
    said: str,
) -> None:
    if started is not None:
        treat(alices_record, months_ago(started), months_ago(stopped) if stopped else None)
    if course:
        record_all(alices_record, course)
    words = goals_words(alices, to)
    assert said in words
    assert words.index("MMR by month 12") < words.index("What matters most to me")


def test_off_the_scale_the_first_year_cannot_be_told(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(7))
    record(alices_record, "0.05 %", months_ago(1), scale=Scale.NOT_IS)
    assert "MMR by month 12 No result to tell by yet" in goals_words(alices, to)


def test_a_kept_response_is_said(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(40), months_ago(7))
    treat(alices_record, months_ago(7), medicine="dasatinib")
    record_all(alices_record, "9 0.05 %, 1 0.04 %")
    assert "MMR by month 12 Response kept" in goals_words(alices, to)


def test_no_verdict_on_the_year_where_the_site_shows_none(
    alices: Client, to: Addresses, alices_record: Patient, settings: Settings
) -> None:
    settings.PATIENT_VERDICTS = False
    treat(alices_record, months_ago(20))
    record_all(alices_record, "14 0.9 %, 8 0.9 %")
    words = goals_words(alices, to)
    assert "not reached" not in words
    assert "MMR by month 12 A published goal" in words


# --- Writing goals down -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", KINDS)
def test_each_kind_is_written_down_and_shown(alices: Client, to: Addresses, slug: str) -> None:
    answers = {"words": "Words of my own"}
    if slug in ("level", "stay"):
        answers["level"] = "MR4"
    if slug == "level":
        answers |= dated("by", TODAY + timedelta(days=90))
    answer = fill_in(alices, to("my_goal_add", kind=slug), **answers)
    assert answer["Location"] == to("my_goals")
    words = goals_words(alices, to)
    assert "Words of my own" in words
    assert PersonalGoal.objects.get().kind == KINDS[slug].value
    if slug != "matters":
        assert words.index("Goals with my team") < words.index("Words of my own")
    assert audited("personal_goal_recorded", request_id=answer["X-Request-ID"]) == 1


def test_every_kind_can_be_added_and_no_other(alices: Client, to: Addresses) -> None:
    assert set(KINDS.values()) == set(GoalKind)
    text = alices.get(to("my_goals")).content.decode()
    for slug in KINDS:
        assert f'href="{to("my_goal_add", kind=slug)}"' in text
    assert alices.get(to("my_goal_add", kind="score")).status_code == 404


@pytest.mark.parametrize("slug", ["matters", "side-effects", "work", "family", "stopping"])
def test_a_goal_of_words_needs_words(alices: Client, to: Addresses, slug: str) -> None:
    answer = fill_in(alices, to("my_goal_add", kind=slug), words="  ")
    assert answer.status_code == 422
    assert "Write the goal in your own words." in words_of(answer)


LAST = date(2036, 8, 23)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"level": "", **dated("by", TODAY)}, "Choose a level."),
        ({"level": "MR9", **dated("by", TODAY)}, "MR9 is not one of the available choices"),
        ({"level": "MMR"}, "Give the date"),
        ({"level": "MMR", **dated("by", TODAY - timedelta(days=1))}, "This day has passed."),
        ({"level": "MMR", **dated("by", LAST + timedelta(days=1))}, "This is more than ten years ahead."),
        ({"level": "MMR", **dated("by", TODAY), "words": "x" * 501}, "room for 500"),
    ],
)
def test_a_level_that_cannot_be_read_is_said_and_kept(
    alices: Client, to: Addresses, answers: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = fill_in(alices, to("my_goal_add", kind="level"), **{"words": "Kept", **answers})
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert (answers.get("words") or "Kept") in answer.content.decode()
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("boxes", "by_on"),
    [
        (dated("by", TODAY), TODAY),
        (dated("by", LAST), LAST),
        # Without a day it is the end of the month, also of this one and of a short one.
        ({"by_day": "", "by_month": "8", "by_year": "2026"}, date(2026, 8, 31)),
        ({"by_day": "", "by_month": "2", "by_year": "2028"}, date(2028, 2, 29)),
    ],
)
def test_days_from_today_to_ten_years_ahead_are_taken(
    alices: Client, to: Addresses, boxes: dict[str, str], by_on: date
) -> None:
    assert fill_in(alices, to("my_goal_add", kind="level"), level="MMR", **boxes).status_code == 302
    assert PersonalGoal.objects.get().by_on == by_on


def test_a_day_that_passed_stays_when_only_words_change(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, kind="level", level="MMR", by_on=months_ago(2))
    address = to("my_goal_change", row_id=goal.pk)
    assert fill_in(alices, address, words="For my peace of mind").status_code == 302
    assert fill_in(alices, address, **dated("by", months_ago(1))).status_code == 422
    goal.refresh_from_db()
    assert (goal.words, goal.by_on, goal.kind) == ("For my peace of mind", months_ago(2), "level")


def test_posted_twice_is_written_once(alices: Client, to: Addresses) -> None:
    """R5."""
    address = to("my_goal_add", kind="matters")
    form = {**form_on(alices.get(address)), "words": "To sleep well"}
    for _ in range(2):
        assert alices.post(address, form).status_code == 302
    assert PersonalGoal.objects.count() == 1


# --- Progress in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "by_on", "said"),
    [
        ("6 9 %, 1 0.05 %", TODAY, "Reached on 23 July 2026. Your result of 23 July 2026 was at MMR (0.1% or lower)."),
        ("6 9 %, 1 0.05 %", months_ago(2), "The day you had chosen was 23 June 2026."),
        ("6 9 %, 1 0.58 %", months_ago(-2), "Not reached yet: 2 months left."),
        ("6 9 %, 1 0.58 %", months_ago(-2) - timedelta(days=1), "Not reached yet: 60 days left."),
        ("6 9 %, 1 0.58 %", TODAY + timedelta(days=1), "Not reached yet: 1 day left."),
        ("6 9 %, 1 0.58 %", TODAY, "Not reached yet: today is the day."),
        ("6 9 %, 1 0.58 %", TODAY - timedelta(days=1), "The day has passed."),
        ("6 0.09 %, 1 0.58 %", months_ago(-2), "First reached on 23 February 2026."),
        ("", months_ago(-2), "No result to tell by yet."),
    ],
)
def test_a_level_by_a_day_in_words(
    alices: Client, to: Addresses, alices_record: Patient, course: str, by_on: date, said: str
) -> None:
    treat(alices_record, months_ago(9))
    if course:
        record_all(alices_record, course)
    set_goal(alices_record, kind="level", level="MMR", by_on=by_on)
    words = goals_words(alices, to).split("Goals with my team")[1]
    assert said in words
    assert what_is_banned(words.split("Add a goal about")[0]) == []
    assert not re.search(r"\d ?(points|of 100|/)|\bscore", words)


@pytest.mark.parametrize(
    ("course", "said"),
    [
        ("9 0.05 %, 6 0.009 %, 1 0.01 %", "Held since 23 February 2026."),
        ("9 0.005 %, 6 0.009 %, 1 0.011 %", "Held until 23 February 2026."),
        ("9 0.05 %, 1 0.011 %", "Not reached yet."),
    ],
)
def test_staying_at_a_level_in_words(
    alices: Client, to: Addresses, alices_record: Patient, course: str, said: str
) -> None:
    record_all(alices_record, course)
    set_goal(alices_record, kind="stay", level="MR4")
    assert said in goals_words(alices, to)


def test_only_blood_on_the_scale_is_held_against_a_goal(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_goal(alices_record, kind="stay", level="MMR")
    record(alices_record, "0.05 %", months_ago(3), scale=Scale.NOT_IS)
    record(alices_record, "0.05 %", months_ago(2), specimen=Specimen.BONE_MARROW)
    assert "No result to tell by yet." in goals_words(alices, to).split("Goals with my team")[1]
    record(alices_record, "0.05 %", months_ago(1))
    assert "Held since 23 July 2026." in goals_words(alices, to)


def test_trying_to_stop_is_a_talk_and_never_suggested(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_goal(alices_record, "To talk about it in spring", kind="stopping")
    words = goals_words(alices, to)
    assert "This is a talk with your team. This page never suggests stopping." in words
    assert "never suggests stopping" in words_of(alices.get(to("my_goal_add", kind="stopping")))


# --- Where a goal stands ----------------------------------------------------------------------------------------------


def press(client: Client, to: Addresses, goal: PersonalGoal, state: str, version: int | None = None) -> Any:
    goal.refresh_from_db()
    body = {"version": str(version or goal.version), "state": state}
    return client.post(to("my_goal_state", row_id=goal.pk), body, follow=True)


def test_reached_set_aside_and_open_again(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, "To work four days", kind="work")
    assert "Reached or set aside (1)" in words_of(press(alices, to, goal, "reached"))
    assert "Reached on 23 August 2026" in goals_words(alices, to)
    assert "Set aside on 23 August 2026" in words_of(press(alices, to, goal, "set-aside"))
    goal.refresh_from_db()
    assert (goal.state, goal.state_on) == ("set aside", TODAY)
    words = words_of(press(alices, to, goal, "open"))
    assert "Reached or set aside" not in words
    goal.refresh_from_db()
    assert (goal.state, goal.state_on) == ("open", None)
    assert audited("personal_goal_state_set") == 3


def test_a_level_says_itself_whether_it_was_reached(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """The button stands only where the results agree."""
    set_goal(alices_record, kind="stay", level="MMR")
    assert 'value="reached"' not in alices.get(to("my_goals")).content.decode()
    record(alices_record, "0.05 %", months_ago(1))
    assert 'value="reached"' in alices.get(to("my_goals")).content.decode()
    goal = PersonalGoal.objects.get()
    words = words_of(press(alices, to, goal, "reached")).split("Reached or set aside")[1]
    assert "Held since 23 July 2026" in words
    assert "Reached on 23 August 2026" not in words
    assert "Held since" not in words_of(press(alices, to, goal, "set-aside"))


@pytest.mark.parametrize("state", ["", "failed", "set aside"])
def test_no_other_state_exists(alices: Client, to: Addresses, alices_record: Patient, state: str) -> None:
    goal = set_goal(alices_record, "To sleep well")
    before = everything_stored()
    assert press(alices, to, goal, state).status_code == 404
    assert everything_stored() == before


def test_a_stale_state_does_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, "To sleep well")
    assert "This was changed in the meantime" in words_of(press(alices, to, goal, "reached", version=7))
    goal.refresh_from_db()
    assert goal.state == "open"


def test_a_state_that_cannot_be_written_down_is_not_saved(
    alices: Client, to: Addresses, alices_record: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = set_goal(alices_record, "To sleep well")
    break_audit(monkeypatch, "personal_goal_state_set")
    assert press(alices, to, goal, "reached").status_code == 503
    goal.refresh_from_db()
    assert goal.state == "open"


# --- Changing and taking back -----------------------------------------------------------------------------------------


def test_a_change_meanwhile_is_no_loss(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, "To sleep well")
    address = to("my_goal_change", row_id=goal.pk)
    form = form_on(alices.get(address))
    columns = {"words": "Theirs"}
    personal_goals.correct(patient=alices_record, row_id=goal.pk, version=1, columns=columns, by=owner(alices_record))
    answer = alices.post(address, {**form, "words": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    goal.refresh_from_db()
    assert goal.words == "Theirs"


def test_taken_back_and_let_count_again(alices: Client, to: Addresses, alices_record: Patient) -> None:
    goal = set_goal(alices_record, "To sleep well")
    address = to("my_goal_withdraw", row_id=goal.pk)
    alices.post(address, {"version": "1"})
    words = goals_words(alices, to)
    assert words.index("Entered by mistake (1)") < words.index("To sleep well")
    assert alices.get(to("my_goal_change", row_id=goal.pk)).status_code == 404
    alices.post(address, {"version": "2", "undo": "1"})
    assert "Entered by mistake" not in goals_words(alices, to)


def test_what_is_typed_is_inert(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_goal(alices_record, "<script>x</script>\nand more", kind="family")
    text = alices.get(to("my_goals")).content.decode()
    assert "<script>x" not in text
    assert "&lt;script&gt;x&lt;/script&gt;<br>and more" in text
