"""What an entry said before it was changed: shown beside its form, and used again as its newest version (S36)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import Patient, User
from milestones.clinical.counts import Analyte, CountUnit
from milestones.models import ClinicalProfile, LabResult, SideEffect
from milestones.models.kinds import record_models
from milestones.models.versioned import RecordRow
from milestones.selectors import earlier
from milestones.services.entries import visits
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
    owner,
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
    assert said(case, row) == before
    assert type(row).objects.get(pk=row.pk).version == first + 2, "as a new version"
    history: Any = type(row)
    assert history.history.filter(id=row.pk, version=first + 1).exists(), "what stood there in between is kept"
    assert "1 earlier version " in words_of(alices.get(address)), "what it says now is no earlier one"


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


def test_what_was_private_then_is_nobody_elses_now(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any
) -> None:
    row = record_visit(alices_record, months_ago(1), notes="Secret", is_private=True)
    share(alices_record, charlie, "manage")
    address = to("visit_change", row_id=row.pk)
    for columns in ({"notes": "Open", "is_private": False}, {"notes": "Open still"}):
        version = type(row).objects.get(pk=row.pk).version
        visits.correct(patient=alices_record, row_id=row.pk, version=version, columns=columns, by=owner(alices_record))
    theirs = words_of(sign_in_as(charlie).get(address))
    assert ("What was said: Open" in theirs, "Secret" in theirs) == (True, False)
    assert form_on(sign_in_as(charlie).get(address, {"as": "1"}))["notes"] == ["Open still"]
    own = words_of(alices.get(address))
    assert "What was said: Secret" in own
    assert "Kept private: yes" in own


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
    "interval": ({"test_interval_months": 6}, {"test_interval_months": "4"}, "Months between tests: 6"),
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
    assert USE not in words_of(alices.get(to("settings"))), "what was never answered is no answer"
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
    other = next(one for one in SETTINGS if one != part)
    assert "This is the version of" not in words_of(alices.get(to("settings"), {"part": other, "as": str(number)}))


# --- Nothing is forgotten --------------------------------------------------------------------------------------------

#: Columns that no form changes, or that buttons change back and forth, by their tables.
NOT_BY_A_FORM = {
    "checkin": {"noted_on", "urgent", "mood", "is_private"},  # taken back and written anew
    "sideeffect": {"check_in", "symptom"},
    "visit": {"notes_by"},
    "visitquestion": {"suggested_by", "rank", "answered_by", "visit"},
    "personalgoal": {"kind", "state", "state_on"},
    "otherresult": {"analyte", "value"},  # the value is read from what is printed
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
