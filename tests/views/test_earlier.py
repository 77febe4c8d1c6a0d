"""What an entry said before it was changed: shown beside its form, and used again as its newest version (S36)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from time import time as now
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import Patient, User
from milestones.clinical.counts import Analyte, CountUnit
from milestones.models import ClinicalProfile, LabResult, PersonalGoal, SideEffect, TreatmentChange
from milestones.models.kinds import record_models
from milestones.models.versioned import RecordRow
from milestones.selectors import earlier
from tests.cast import (
    TODAY,
    also_takes,
    answer_question,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    dated,
    everything_stored,
    form_on,
    look_for_mutation,
    miss_doses,
    months_ago,
    pause,
    plan_test,
    record_visit,
    set_goal,
    set_up,
    share,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

USE = "Use this version again"
MARCH = {"day": "", "month": "3", "year": "2026"}


def _side_effect(patient: Patient) -> SideEffect:
    check_in(patient, tiredness="a little")
    return SideEffect.objects.get()


@dataclass(frozen=True)
class Case:
    """An entry, the page that changes it, what is typed there, and how the earlier version is told."""

    make: Callable[[Patient], Any]
    page: str
    kept: earlier.Kept
    change: Mapping[str, str]
    told: tuple[str, ...]
    ids: Mapping[str, str] = field(default_factory=lambda: {"row_id": ""})
    stays: Mapping[str, Any] = field(default_factory=dict)


CASES = {
    "treatment": Case(
        lambda patient: treat(patient, months_ago(8)),
        "treatment_change",
        earlier.TREATMENTS,
        {"medicine": "dasatinib", "dose": "100 mg", "started_day": ""},
        ("Medicine: imatinib", "First dose on: 23 December 2025"),
        {"treatment_id": ""},
    ),
    "a stopped treatment": Case(
        lambda patient: treat(patient, months_ago(8), months_ago(1)),
        "treatment_change",
        earlier.TREATMENTS,
        dated("stopped", months_ago(2)),
        ("Last dose on: ",),
        {"treatment_id": ""},
    ),
    "a dose": Case(
        lambda patient: change_dose(treat(patient, months_ago(8)), months_ago(2), reason="side effects"),
        "dose_or_break_change",
        earlier.TREATMENT_CHANGES,
        {"dose": "200 mg", "reason": ""},
        ("Dose: 300 mg a day", "Reason: side effects"),
        {"change_id": ""},
    ),
    "a break": Case(
        lambda patient: pause(treat(patient, months_ago(8)), months_ago(2)),
        "dose_or_break_change",
        earlier.TREATMENT_CHANGES,
        dated("ended", months_ago(1)),
        ("Last day of the break: left empty",),
        {"change_id": ""},
    ),
    "a side effect": Case(
        _side_effect,
        "side_effect_change",
        earlier.SIDE_EFFECTS,
        {"interference": "very much", "note": "At night", "private": "on"},
        ("How much it got in the way: A little", "Note: left empty", "Kept private: no"),
        stays={"is_private": True},
    ),
    "a visit": Case(
        lambda patient: record_visit(patient, months_ago(1), at=time(9, 30), notes="Go on as before."),
        "visit_change",
        earlier.VISITS,
        {"at_time": "", "notes": "See you in May.", "with_whom": "CML clinic"},
        ("Time: 9:30", "With whom, or where: left empty", "What was said: Go on as before."),
    ),
    "a question": Case(
        lambda patient: ask_question(patient, "May I travel?"),
        "question_change",
        earlier.QUESTIONS,
        {"words": "May I fly?"},
        ("Question: May I travel?",),
    ),
    "an answer": Case(
        lambda patient: answer_question(ask_question(patient, "When?"), "In spring.", months_ago(1)),
        "question_answer",
        earlier.ANSWERS,
        {"answer": "In summer."},
        ("Answer: In spring.",),
    ),
    "a goal": Case(
        lambda patient: set_goal(patient, "To sleep well"),
        "my_goal_change",
        earlier.GOALS,
        {"words": "To run again"},
        ("In your own words: To sleep well",),
    ),
    "a level by a day": Case(
        lambda patient: set_goal(patient, "", kind="level", level="MMR", by_on=months_ago(-5)),
        "my_goal_change",
        earlier.GOALS,
        {"level": "MR4", **dated("by", months_ago(-9))},
        ("Level: MMR (0.1% or lower)", "By: "),
    ),
    "a blood count": Case(
        lambda patient: count_blood(patient, "11.2", CountUnit.GRAM_PER_DECILITRE, analyte=Analyte.HAEMOGLOBIN),
        "other_result_change",
        earlier.OTHER_RESULTS,
        {"haemoglobin": "112", "haemoglobin_unit": "g/L"},
        ("As printed: 11.2", "Unit: g/dL"),
    ),
    "a mutation": Case(
        lambda patient: look_for_mutation(patient, found=True, mutation="V299L"),
        "other_result_change",
        earlier.OTHER_RESULTS,
        {"answer": "none", "mutation": ""},
        ("Mutation found: yes", "Which mutation: V299L"),
    ),
    "another medicine": Case(
        lambda patient: also_takes(patient, "Ramipril", started_on=date(2024, 3, 1), started_precision="month"),
        "other_medicine_change",
        earlier.OTHER_MEDICINES,
        {"name": "Enalapril", **dated("started", date(2024, 5, 7))},
        ("Name: Ramipril", "Since: March 2024"),
    ),
    "missed doses": Case(
        lambda patient: miss_doses(patient, "1 or 2"),
        "missed_doses_change",
        earlier.MISSED_DOSES,
        {"how_many": "more than 5", "is_shared": "on"},
        ("Doses missed in the last 4 weeks: 1 or 2", "May be seen by the team: no"),
    ),
    "an appointment": Case(
        lambda patient: plan_test(patient, booked_on=months_ago(-1)),
        "next_test_day",
        earlier.BOOKED_DAYS,
        dated("on", months_ago(-2)),
        ("Day of the appointment: ",),
        {"what": "booked"},
    ),
    "blood taken": Case(
        lambda patient: plan_test(patient, taken_on=TODAY),
        "next_test_day",
        earlier.TAKEN_DAYS,
        dated("on", months_ago(0, days=1)),
        ("Day the blood was taken: ",),
        {"what": "taken"},
    ),
}


def address_of(case: Case, row: Any, to: Addresses) -> str:
    return to(case.page, **{name: value or row.pk for name, value in case.ids.items()})


def said(case: Case, row: Any) -> dict[str, Any]:
    fresh: Any = type(row).objects.get(pk=row.pk)
    return {name: getattr(fresh, name) for name in case.kept.read}


def save(client: Client, address: str, form: Mapping[str, Any]) -> None:
    """Send a form; what it is asked about is right."""
    answer = client.post(address, form)
    if answer.status_code == 200:
        answer = client.post(address, {**form_on(answer), "step": "confirm"})
    assert answer.status_code == 302, words_of(answer)


@pytest.mark.parametrize("name", CASES)
def test_what_it_said_before_is_told_and_used_again(
    alices: Client, to: Addresses, alices_record: Patient, name: str
) -> None:
    case = CASES[name]
    row = case.make(alices_record)
    address, before = address_of(case, row, to), said(case, row)
    first = type(row).objects.get(pk=row.pk).version
    form = form_on(alices.get(address))
    assert USE not in words_of(alices.get(address)), "it has been changed by nobody"

    save(alices, address, {**form, **case.change})
    page = alices.get(address)
    assert "1 earlier version " in words_of(page)
    for told in case.told:
        assert told in words_of(page)
    assert f'href="?as={first}"' in page.content.decode()

    stored = everything_stored()
    again = alices.get(address, {"as": str(first)})
    assert "This is the version of" in words_of(again)
    assert everything_stored() == stored, "to look is to change nothing"
    kept = [one for one in form if one not in ("idempotency_key", "version", "csrfmiddlewaretoken")]
    assert {one: form_on(again).get(one) for one in kept} == {one: form[one] for one in kept}
    save(alices, address, form_on(again))
    assert said(case, row) == {**before, **case.stays}
    assert type(row).objects.get(pk=row.pk).version == first + 2, "as a new version"
    history: Any = type(row)
    assert history.history.filter(id=row.pk, version=first + 1).exists(), "what stood there in between is kept"
    told = "2 earlier versions" if case.stays else "1 earlier version "
    assert told in words_of(alices.get(address)), "what it says now is no earlier one"


@pytest.mark.parametrize("number", ["2", "0", "7", "one", "", "１"])
def test_any_other_number_begins_with_what_stands_there(
    alices: Client, to: Addresses, alices_record: Patient, number: str
) -> None:
    row = ask_question(alices_record, "May I travel?")
    address = to("question_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), "words": "May I fly?"})
    answer = alices.get(address, {"as": number})
    assert "This is the version of" not in words_of(answer)
    assert form_on(answer)["words"] == ["May I fly?"]


def test_what_was_typed_comes_before_an_earlier_version(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "May I travel?")
    address = to("question_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), "words": "May I fly?"})
    answer = alices.post(f"{address}?as=1", {**form_on(alices.get(address)), "words": " "})
    assert answer.status_code == 422
    assert form_on(answer)["words"] == [" "]
    assert USE not in words_of(answer), "it would lose what is typed"


def test_a_version_that_somebody_overtook_is_not_saved_over(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    row = ask_question(alices_record, "May I travel?")
    address = to("question_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), "words": "May I fly?"})
    again = form_on(alices.get(address, {"as": "1"}))
    save(alices, address, {**form_on(alices.get(address)), "words": "May I drive?"})
    answer = alices.post(f"{address}?as=1", again)
    assert answer.status_code == 409
    assert form_on(answer)["words"] == ["May I travel?"]


def test_a_place_among_the_top_three_is_no_version_of_the_words(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    row = ask_question(alices_record, "May I travel?", place=1)
    alices.post(to("question_rank", row_id=row.pk), {"rank": "", "version": "2"})
    assert USE not in words_of(alices.get(to("question_change", row_id=row.pk)))


def test_of_versions_that_say_the_same_the_first_is_told(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "May I travel?", place=1)
    address = to("question_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), "words": "May I fly?"})
    page = alices.get(address)
    assert words_of(page).count(USE) == 1
    assert 'href="?as=1"' in page.content.decode()


def test_how_much_of_a_day_is_known_is_a_difference(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = also_takes(alices_record, "Ramipril", started_on=date(2024, 3, 1), started_precision="month")
    address = to("other_medicine_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), **dated("started", date(2024, 3, 1))})
    assert "Since: March 2024" in words_of(alices.get(address))


def test_each_version_stands_once_newest_first(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = ask_question(alices_record, "One")
    address = to("question_change", row_id=row.pk)
    for words in ("Two", "Three"):
        save(alices, address, {**form_on(alices.get(address)), "words": words})
        ask_question(alices_record, "Another")
    words = words_of(alices.get(address))
    assert "2 earlier versions" in words
    assert words.index("Question: Two") < words.index("Question: One")
    assert words.count(USE) == 2


# --- Who may see what ------------------------------------------------------------------------------------------------


def test_whoever_else_changed_it_is_named(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any
) -> None:
    row = record_visit(alices_record, months_ago(1), notes="One")
    share(alices_record, charlie, "manage", name="Charlie")
    charlies, address = sign_in_as(charlie), to("visit_change", row_id=row.pk)
    for client, notes in ((charlies, "Two"), (alices, "Three")):
        save(client, address, {**form_on(client.get(address)), "notes": notes})
    words = words_of(alices.get(address))
    told = words[words.index("What was said: Two") : words.index("What was said: One")]
    assert ", by Charlie" in told
    assert ", by" not in words[words.index("What was said: One") :]


@pytest.mark.parametrize("level", ["add", "manage"])
def test_what_was_taken_out_is_for_the_person_alone(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any, level: str
) -> None:
    """What stood there before the record was shared, or was private, may never have been for others."""
    row = answer_question(ask_question(alices_record, "When?", by=charlie), "In confidence.", months_ago(1))
    address = to("question_answer", row_id=row.pk)
    alices.post(address, {"take_back": "1", "version": str(row.version)})
    share(alices_record, charlie, level)
    page = sign_in_as(charlie).get(address, {"as": str(row.version)})
    assert page.status_code == (200 if level == "manage" else 403)
    assert "In confidence." not in page.content.decode()
    assert USE not in words_of(page)
    assert "Answer: In confidence." in words_of(alices.get(address))


@pytest.mark.parametrize("was_private", [True, False])
def test_what_is_used_again_is_as_private_as_it_was_or_is_now(
    alices: Client, to: Addresses, alices_record: Patient, was_private: bool
) -> None:
    row = record_visit(alices_record, months_ago(1), notes="One", is_private=was_private)
    address = to("visit_change", row_id=row.pk)
    form = form_on(alices.get(address))
    form.pop("is_private", None)
    save(alices, address, {**form, "notes": "Two", **({} if was_private else {"is_private": "on"})})
    page = alices.get(address)
    assert f"Kept private: {'yes' if was_private else 'no'}" in words_of(page)
    again = form_on(alices.get(address, {"as": "1"}))
    assert (again["notes"], again.get("is_private")) == (["One"], ["on"])


@pytest.mark.parametrize("was_shared", [True, False])
def test_missed_doses_are_shared_again_by_a_tick_alone(
    alices: Client, to: Addresses, alices_record: Patient, was_shared: bool
) -> None:
    row = miss_doses(alices_record, "1 or 2", is_shared=was_shared)
    address = to("missed_doses_change", row_id=row.pk)
    form = form_on(alices.get(address))
    form.pop("is_shared", None)
    save(alices, address, {**form, **({} if was_shared else {"is_shared": "on"})})
    assert "is_shared" not in form_on(alices.get(address, {"as": "1"}))


def test_words_of_others_stay_theirs(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any
) -> None:
    visit, question = record_visit(alices_record, months_ago(1)), ask_question(alices_record, "When?")
    share(alices_record, charlie, "manage", name="Charlie")
    for address, field_name in (
        (to("visit_change", row_id=visit.pk), "notes"),
        (to("question_answer", row_id=question.pk), "answer"),
    ):
        for client, words in ((sign_in_as(charlie), "Half the dose.\r\nIn spring."), (alices, "Other words.")):
            save(client, address, {**form_on(client.get(address)), field_name: words})
        row = type(visit if field_name == "notes" else question)
        author = {"notes": "notes_by", "answer": "answered_by"}[field_name]
        assert getattr(row.objects.get(), author) == alices_record.user
        number = row.objects.get().version - 1
        save(alices, address, form_on(alices.get(address, {"as": str(number)})))
        stored: Any = row.objects.get()
        assert getattr(stored, field_name).splitlines() == ["Half the dose.", "In spring."]
        assert getattr(stored, author) == charlie


# --- What a form does with it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?as=1"])
def test_a_draft_comes_before_an_earlier_version(
    alices: Client, to: Addresses, alices_record: Patient, query: str
) -> None:
    question = ask_question(alices_record, "May I travel?")
    plan_test(alices_record, booked_on=months_ago(-1))
    for address, change, draft in (
        (to("question_change", row_id=question.pk), {"words": "May I fly?"}, {"words": "What I typed"}),
        (to("next_test_day", what="booked"), dated("on", months_ago(-2)), dated("on", months_ago(-3))),
    ):
        save(alices, address, {**form_on(alices.get(address)), **change})
        assert USE in words_of(alices.get(address))
        typed = {**form_on(alices.get(address)), **draft}
        session = alices.session
        session["_kept_draft"] = {"path": address, "typed": urlencode(typed, doseq=True), "at": int(now())}
        session.save()
        page = alices.get(f"{address}{query}")
        assert {name: form_on(page)[name] for name in draft} == {name: [text] for name, text in draft.items()}
        assert USE not in words_of(page), "it is handed back once, and would be lost"
        assert "This is the version of" not in words_of(page)


def test_how_a_number_was_read_is_told(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """1.234 is one and a bit, or more than a thousand: the paper says the same."""
    row = count_blood(alices_record, "1.5", CountUnit.GIGA_PER_LITRE)
    address = to("other_result_change", row_id=row.pk)
    for mark in (",", "."):
        form = {**form_on(alices.get(address)), "white_cells": "1.234", "decimal_mark": mark}
        save(alices, address, form)
    words = words_of(alices.get(address))
    assert "2 earlier versions" in words
    assert "Read as: 1234" in words
    assert "As printed: 1.5" in words
    assert "Read as: 1.5" not in words, "the paper says it"


def test_a_day_that_has_passed_may_stand_again(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = set_goal(alices_record, "", kind="level", level="MMR", by_on=months_ago(2))
    address = to("my_goal_change", row_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), **dated("by", months_ago(-9))})
    save(alices, f"{address}?as=1", form_on(alices.get(address, {"as": "1"})))
    assert PersonalGoal.objects.get().by_on == months_ago(2)
    other = {**form_on(alices.get(address)), **dated("by", months_ago(3))}
    assert alices.post(f"{address}?as=1", other).status_code == 422


def test_a_break_of_a_month_in_which_the_line_began_later(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """Of the month alone is known, and the first dose is on a day of it: the break lasts that day at least."""
    line = treat(alices_record, date(2026, 3, 1))
    month = {f"{name}_{part}": value for name in ("started", "ended") for part, value in MARCH.items()}
    address = to("dose_or_break_add", treatment_id=line.pk, kind="break")
    save(alices, address, {**form_on(alices.get(address)), **month})
    change = to("treatment_change", treatment_id=line.pk)
    save(alices, change, {**form_on(alices.get(change)), **dated("started", date(2026, 3, 10))})
    row = TreatmentChange.objects.get()
    address = to("dose_or_break_change", change_id=row.pk)
    save(alices, address, {**form_on(alices.get(address)), "reason": "forgotten"})
    save(alices, address, form_on(alices.get(address, {"as": "1"})))
    row.refresh_from_db()
    assert (row.started_on, row.ended_on) == (date(2026, 3, 10), date(2026, 3, 10))


# --- Settings --------------------------------------------------------------------------------------------------------

SETTINGS: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "diagnosis": (
        {"diagnosed_on": date(2024, 3, 1)},
        {"diagnosed_month": "5", "diagnosed_year": "2024"},
        "Month of diagnosis: March 2024",
    ),
    "level": (
        {"baseline_text": "62 %", "baseline_scale": "IS", "baseline_laboratory": "Laboratory South"},
        {"baseline_text": "80 %", "baseline_scale": "not IS"},
        "Own level at diagnosis: 62 % On the International Scale: yes",
    ),
    "goals": ({"rule_set": "nccn_2024"}, {"rule_set": "eln_2020"}, "Guideline: NCCN 2024"),
    "interval": ({"test_interval_months": 6}, {"test_interval_months": "4"}, "Between tests: 6 months"),
    "ready": (
        {"shows_when_ready": True},
        {"shows_when_ready": ""},
        "A result from the team opens when I ask for it: yes",
    ),
}


@pytest.mark.parametrize("part", SETTINGS)
def test_an_earlier_answer_of_the_settings(alices: Client, to: Addresses, alices_record: Patient, part: str) -> None:
    first, change, told = SETTINGS[part]
    set_up(alices_record, **first)
    number = ClinicalProfile.objects.get().version
    assert USE not in words_of(alices.get(to("settings"))), "nothing was answered before"
    form = form_on(alices.get(to("settings")), part)
    save(alices, to("settings"), {name: value for name, value in {**form, **change}.items() if value != ""})
    page = alices.get(to("settings"))
    assert told in words_of(page)
    assert f"?part={part}&amp;as={number}#{part}" in page.content.decode()
    again = alices.get(to("settings"), {"part": part, "as": str(number)})
    assert words_of(again).count("This is the version of") == 1
    save(alices, to("settings"), form_on(again, part))
    stored = ClinicalProfile.objects.get()
    assert {name: getattr(stored, name) for name in first} == first


def test_only_the_part_that_is_asked_for_begins_with_its_version(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    set_up(alices_record, diagnosed_on=date(2024, 3, 1), baseline_text="62 %")
    number = str(ClinicalProfile.objects.get().version)
    set_up(alices_record, diagnosed_on=date(2024, 5, 1), baseline_text="80 %")
    page = alices.get(to("settings"), {"part": "level", "as": number})
    assert form_on(page, "level")["baseline_text"] == ["62 %"]
    assert form_on(page, "diagnosis")["diagnosed_month"] == ["5"]
    names = re.findall(r">: ([^<]+)</span></a>", page.content.decode())
    assert names[:2] == ["Month of diagnosis: March 2024", "Own level at diagnosis: 62 %"], "no two links say the same"


def test_settings_with_an_error_offer_no_version(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_up(alices_record, baseline_text="62 %", baseline_scale="IS")
    set_up(alices_record, baseline_text="80 %")
    form = {**form_on(alices.get(to("settings")), "level"), "baseline_text": "no number"}
    page = alices.post(to("settings"), form)
    assert page.status_code == 422
    assert USE not in words_of(page), "it would lose what is typed"


def test_a_default_that_was_chosen_is_told(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for chosen in ("eln_2020", "nccn_2024", "eln_2020", "eln_2025"):
        set_up(alices_record, rule_set=chosen)
    words = words_of(alices.get(to("settings")))
    assert "3 earlier versions" in words
    assert words.count("Guideline: ELN 2020") == 4, "two of them, and the names of their links"


# --- Nothing is forgotten --------------------------------------------------------------------------------------------

#: Columns that no form changes, or that buttons change back and forth, by their tables.
NOT_BY_A_FORM = {
    "checkin": {"noted_on", "urgent", "mood", "is_private"},  # taken back and written anew
    "sideeffect": {"check_in", "symptom"},
    "visit": {"notes_by"},
    "visitquestion": {"suggested_by", "rank", "answered_by", "visit"},
    "personalgoal": {"kind", "state", "state_on"},
    "otherresult": {"analyte"},
    "misseddoses": {"noted_on"},
    "treatment": {"batch", "external_id"},
    "treatmentchange": {"treatment", "kind"},
    "clinicalprofile": {"set_up_at"},
}
OF_EVERY_ROW = {field.name for field in RecordRow._meta.fields} | {"id", "patient", "version", "updated_at"}
SHOWN = [one for one in vars(earlier).values() if isinstance(one, earlier.Kept)]


# Results show theirs on a page of their own.
WITH_HISTORY = [one for one in record_models() if hasattr(one, "history") and one is not LabResult]


@pytest.mark.parametrize("model", WITH_HISTORY, ids=lambda model: model.__name__)
def test_every_column_that_a_form_changes_is_told(model: type[Model]) -> None:
    kinds = [*SHOWN, *earlier.ANSWERS_OF_SETTINGS.values()]
    told = {name for kept in kinds if kept.model is model for name in kept.read}
    columns = {one.name for one in model._meta.concrete_fields} - OF_EVERY_ROW
    assert columns - told == NOT_BY_A_FORM.get(model._meta.model_name or "", set())
