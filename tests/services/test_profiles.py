"""What results are held against: each form changes its own answers and leaves the others as they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import AuditEvent, Patient, User
from accounts.services.audit import AuditUnavailableError
from milestones.models import ClinicalProfile
from milestones.selectors.timelines import get_profile, get_timeline
from milestones.services.profiles import ProfileChanges, change_profile
from tests.cast import TODAY, apart, at_once, audited, break_audit, months_ago, owner, real_database, record, set_up

pytestmark = pytest.mark.django_db

FORMS: list[ProfileChanges] = [
    {"diagnosed_on": months_ago(12)},
    {"baseline_text": "62 %", "baseline_scale": "IS", "baseline_laboratory": "North"},
    {"rule_set": "eln_2025"},
    {"test_interval_months": 6},
]


def change(patient: Patient, **changes: Any) -> ClinicalProfile:
    answers: ProfileChanges = changes  # type: ignore[assignment]  # a test names the answers as they are
    return change_profile(patient=patient, changes=answers, by=owner(patient))


def test_first_answer_makes_the_profile_with_history_and_audit(alice: User, alices_record: Patient) -> None:
    assert get_profile(alices_record).version == 0
    change(alices_record, diagnosed_on=months_ago(12))
    profile = get_profile(alices_record)
    assert (profile.version, profile.diagnosed_on, profile.set_up_at) == (1, months_ago(12), None)
    assert ClinicalProfile.history.count() == 1
    event = AuditEvent.objects.get(verb="profile_changed")
    assert (event.actor_id, event.patient_id, event.object_version) == (alice.pk, alices_record.pk, 1)


def test_forms_do_not_write_over_each_other(alices_record: Patient) -> None:
    for answers in FORMS:
        change_profile(patient=alices_record, changes=answers, by=owner(alices_record))
    profile = get_profile(alices_record)
    assert profile.version == len(FORMS)
    for answers in FORMS:
        for name, value in answers.items():
            assert getattr(profile, name) == value
    assert ClinicalProfile.history.count() == audited("profile_changed") == len(FORMS)


@pytest.mark.django_db(transaction=True)
def test_forms_saved_at_the_same_moment_all_hold(alices_record: Patient) -> None:
    """R6: the first four answers of all, in four windows at once."""

    def save(number: int) -> int:
        return change_profile(patient=alices_record, changes=FORMS[number], by=owner(alices_record)).version

    with real_database():
        versions = at_once(len(FORMS), save)
        profile = apart(lambda: get_profile(alices_record))
    assert sorted(versions) == [1, 2, 3, 4]
    assert (profile.diagnosed_on, profile.baseline_text) == (months_ago(12), "62 %")
    assert (profile.rule_set, profile.test_interval_months) == ("eln_2025", 6)


def test_set_up_is_finished_once(alices_record: Patient) -> None:
    set_up(alices_record)
    finished = get_profile(alices_record).set_up_at
    assert finished is not None
    set_up(alices_record, diagnosed_on=months_ago(3))
    assert get_profile(alices_record).set_up_at == finished


@pytest.mark.django_db(transaction=True)
def test_no_audit_row_no_answer(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        change(alices_record, diagnosed_on=months_ago(12))
    assert not ClinicalProfile.objects.exists()
    assert not ClinicalProfile.history.exists()


@pytest.mark.parametrize("months", [2, 7])
def test_interval_is_three_to_six_months(alices_record: Patient, months: int) -> None:
    with pytest.raises(IntegrityError):
        change(alices_record, test_interval_months=months)


def test_baseline_is_read_by_the_one_parser(alices_record: Patient) -> None:
    record(alices_record, "0.05 %", months_ago(1), laboratory="North")
    change(alices_record, baseline_text="0,62", baseline_unit="ratio", baseline_scale="IS", baseline_laboratory="North")
    [entry] = get_timeline(alices_record, today=TODAY).course.entries
    assert entry.finding.times_below_diagnosis == 1_240


def test_rule_set_that_is_gone_falls_back(alices_record: Patient) -> None:
    change(alices_record, rule_set="eln_1999")
    assert get_timeline(alices_record).rule_set.id == "eln_2020"
