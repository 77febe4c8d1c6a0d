"""Settings: every answer of the set-up again, each part with its own button."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.models import ClinicalProfile
from milestones.selectors.timelines import get_profile
from tests.cast import audited, everything_stored, form_on, set_up, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

PARTS: dict[str, dict[str, str]] = {
    "person": {"display_name": "Al", "time_zone": "Asia/Tokyo"},
    "diagnosis": {"diagnosed_month": "7", "diagnosed_year": "2025"},
    "interval": {"test_interval_months": "6"},
    "level": {"baseline_text": "62 %", "baseline_scale": "IS", "baseline_laboratory": "North", "transcript": "p210"},
    "goals": {"rule_set": "nccn_2024"},
}


def save(client: Client, to: Addresses, part: str, **answers: str) -> Any:
    return client.post(to("settings"), {**form_on(client.get(to("settings")), part), **answers})


def test_parts_saved_one_after_the_other_all_hold(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for part, answers in PARTS.items():
        answer = save(alices, to, part, **answers)
        assert answer["Location"] == to("settings"), part
    profile = get_profile(alices_record)
    assert (str(profile.diagnosed_on), profile.test_interval_months) == ("2025-07-01", 6)
    assert (profile.baseline_text, profile.rule_set) == ("62 %", "nccn_2024")
    alices_record.refresh_from_db()
    assert (alices_record.display_name, alices_record.time_zone) == ("Al", "Asia/Tokyo")
    assert audited("profile_changed") == 4
    assert audited("patient_changed") == 1
    page = alices.get(to("settings"))
    for part, answers in PARTS.items():
        for name, value in answers.items():
            assert form_on(page, part)[name] == [value]


def test_two_windows_do_not_write_over_each_other(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6: a page that was opened before somebody changed another part does not undo it."""
    old = alices.get(to("settings"))
    save(alices, to, "level", **PARTS["level"])
    alices.post(to("settings"), {**form_on(old, "goals"), **PARTS["goals"]})
    profile = get_profile(alices_record)
    assert (profile.baseline_text, profile.rule_set) == ("62 %", "nccn_2024")


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("person", {"time_zone": "Mars/Base"}),
        ("person", {"display_name": "x" * 81}),
        ("person", {"display_name": "\0"}),
        ("diagnosis", {"diagnosed_year": "26", "diagnosed_month": "1"}),
        ("interval", {"test_interval_months": "2"}),
        ("interval", {"test_interval_months": "x"}),
        ("level", {"baseline_text": "62"}),
        ("level", {"baseline_text": "x" * 200}),
        ("goals", {"rule_set": "../eln"}),
    ],
    ids=str,
)
def test_errors_save_nothing(alices: Client, to: Addresses, part: str, wrong: dict[str, str]) -> None:
    before = everything_stored()
    page = save(alices, to, part, **wrong)
    assert page.status_code == 422
    assert "There is a problem" in words_of(page)
    assert "<title>Error:" in page.content.decode()
    assert everything_stored() == before
    assert not ClinicalProfile.objects.exists()


@pytest.mark.parametrize("part", ["", "none", "__class__"])
def test_unknown_part_saves_nothing(alices: Client, to: Addresses, part: str) -> None:
    before = everything_stored()
    assert alices.post(to("settings"), {"part": part, "rule_set": "nccn_2024"}).status_code in (200, 422)
    assert everything_stored() == before


def test_time_zone_decides_what_today_is(alices: Client, to: Addresses) -> None:
    """H18: at noon of the 23rd in London it is the 24th on Kiritimati."""
    save(alices, to, "person", display_name="Al", time_zone="Pacific/Kiritimati")
    add = to("result_add")
    form = {**form_on(alices.get(add)), "answer": "none", "scale": "IS", "collected_month": "8", "step": "check"}
    page = alices.post(add, {**form, "collected_day": "25", "collected_year": "2026"})
    assert page.status_code == 200
    page = alices.post(add, {**form, "collected_day": "26", "collected_year": "2026"})
    assert page.status_code == 422


def test_answers_of_the_set_up_stand_in_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_up(alices_record, baseline_text="85 %", baseline_scale="IS")
    assert form_on(alices.get(to("settings")), "level")["baseline_text"] == ["85 %"]


def test_a_long_name_is_not_cut_but_refused(alices: Client, to: Addresses) -> None:
    page = alices.get(to("settings"))
    assert "At most 80 letters." in words_of(page)
    [box] = re.findall(r'<input[^>]* name="display_name"[^>]*>', page.content.decode())
    assert "maxlength" not in box
    answer = save(alices, to, "person", display_name="x" * 200, time_zone="UTC")
    assert "This has 200 letters, and there is room for 80. Make it shorter." in words_of(answer)
    assert "x" * 200 in answer.content.decode()
