"""The set-up: four questions, each skippable; skipping saves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import ClinicalProfile, Treatment
from milestones.selectors.timelines import get_profile
from tests.cast import audited, dated, everything_stored, form_on, months_ago, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, dict[str, str]] = {
    "diagnosis": {"diagnosed_month": "7", "diagnosed_year": "2025"},
    "medicine": {"medicine": "imatinib", "dose": "400 mg", **dated("started", months_ago(12))},
    "level": {"baseline_text": "62 %", "baseline_scale": "IS", "baseline_laboratory": "North"},
    "goals": {"rule_set": "eln_2025"},
}
STEPS = list(ANSWERS)


def answer(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def test_questions_follow_each_other_and_all_is_kept(alices: Client, to: Addresses, alices_record: Patient) -> None:
    address = to("set_up", step=STEPS[0])
    for number, step in enumerate(STEPS, start=1):
        page = alices.get(address)
        assert f"Question {number} of 4" in words_of(page)
        address = answer(alices, address, **ANSWERS[step])["Location"]
    assert address == to("home")
    profile = get_profile(alices_record)
    assert (str(profile.diagnosed_on), profile.baseline_text, profile.rule_set) == ("2025-07-01", "62 %", "eln_2025")
    assert profile.baseline is not None
    assert profile.set_up_at is not None
    assert Treatment.objects.get().medicine == "imatinib"
    assert "Four short questions" not in words_of(alices.get(to("home")))


def test_skipping_everything_saves_no_answer_and_does_not_ask_again(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    address = to("set_up", step=STEPS[0])
    for _ in STEPS:
        address = alices.post(address, {"skip": "1", **ANSWERS["diagnosis"], "medicine": "imatinib"})["Location"]
    assert address == to("home")
    profile = get_profile(alices_record)
    assert (profile.diagnosed_on, profile.baseline_text, profile.rule_set) == (None, "", "eln_2020")
    assert not Treatment.objects.exists()
    assert "Four short questions" not in words_of(alices.get(to("home")))


def test_leaving_a_question_empty_is_an_answer_too(alices: Client, to: Addresses) -> None:
    for step in ("diagnosis", "level"):
        assert answer(alices, to("set_up", step=step)).status_code == 302


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("diagnosis", {"diagnosed_month": "7", "diagnosed_year": "25"}),
        ("diagnosis", {"diagnosed_month": "9", "diagnosed_year": "2026"}),
        ("diagnosis", {"diagnosed_month": "", "diagnosed_year": "2020"}),
        ("medicine", {}),
        ("medicine", {**ANSWERS["medicine"], "started_year": "2027"}),
        ("level", {"baseline_text": "62", "baseline_scale": "IS"}),
        ("level", {"baseline_text": "62 %"}),
        ("level", {"baseline_text": "not detected", "baseline_scale": "IS"}),
        ("level", {"baseline_text": "<62 %", "baseline_scale": "IS"}),
        ("level", {"baseline_text": "about 60", "baseline_scale": "IS"}),
        ("level", {"baseline_text": "1.234 %", "baseline_scale": "IS"}),
        ("goals", {"rule_set": "eln_1999"}),
        ("goals", {"rule_set": ""}),
    ],
    ids=str,
)
def test_errors_keep_what_was_typed_and_save_nothing(
    alices: Client, to: Addresses, step: str, wrong: dict[str, str]
) -> None:
    before = everything_stored()
    page = answer(alices, to("set_up", step=step), **wrong)
    assert page.status_code == 422
    assert "There is a problem" in words_of(page)
    assert everything_stored() == before
    assert not ClinicalProfile.objects.exists()
    kept = form_on(page)
    for name in ("diagnosed_year", "baseline_text"):
        if name in wrong:
            assert kept[name] == [wrong[name]]


def test_double_click_on_the_medicine_is_one_line(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {**form_on(alices.get(to("set_up", step="medicine"))), **ANSWERS["medicine"]}
    for _ in range(2):
        assert alices.post(to("set_up", step="medicine"), form).status_code == 302
    assert Treatment.objects.count() == audited("treatment_recorded") == 1


@pytest.mark.parametrize("step", ["none", "diagnosis-2", "0"])
def test_no_such_question(alices: Client, to: Addresses, step: str) -> None:
    assert alices.get(to("set_up", step=step)).status_code == 404
    assert alices.post(to("set_up", step=step), {"skip": "1"}).status_code == 404
    assert not ClinicalProfile.objects.exists()
