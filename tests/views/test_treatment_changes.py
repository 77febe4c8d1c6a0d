"""Another dose or a break: written down within a line, shown with it, changed, taken back; the clock runs on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.clinical.course import CourseFlag
from milestones.models import TreatmentChange
from milestones.selectors.pictures import treatment_bars
from milestones.selectors.timelines import get_timeline
from tests.cast import (
    TODAY,
    audited,
    change_dose,
    dated,
    everything_stored,
    form_on,
    months_ago,
    pause,
    record,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

STARTED = months_ago(14)


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def test_another_dose_is_written_down_and_shown(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED, dose="400 mg a day")
    address = to("dose_or_break_add", treatment_id=line.pk, kind="dose")
    answer = fill_in(alices, address, dose="300 mg a day", reason="side effects", **dated("started", months_ago(3)))
    assert answer["Location"] == to("treatment")
    words = words_of(alices.get(to("treatment")))
    assert "Dose: 300 mg a day since 23 May 2026. Side effects" in words
    assert audited("treatment_change_recorded", request_id=answer["X-Request-ID"]) == 1


def test_a_break_ends_when_it_ends(alices: Client, to: Addresses, alices_record: Patient) -> None:
    line = treat(alices_record, STARTED)
    fill_in(alices, to("dose_or_break_add", treatment_id=line.pk, kind="break"), **dated("started", months_ago(3)))
    row = TreatmentChange.objects.get()
    assert (row.kind, row.ended_on, row.dose) == ("break", None, "")
    address = to("dose_or_break_change", change_id=row.pk)
    assert fill_in(alices, address, **dated("ended", months_ago(2))).status_code == 302
    assert "Break 23 May 2026 to 23 June 2026" in words_of(alices.get(to("treatment")))
    row.refresh_from_db()
    assert (row.version, row.history.count()) == (2, 2)


def test_neither_starts_the_clock_again_and_results_near_a_break_say_so(alices_record: Patient) -> None:
    """A change of dose or a break is no new line; results within 3 months of a break of 14 days are flagged."""
    line = treat(alices_record, STARTED)
    change_dose(line, months_ago(8))
    pause(line, months_ago(4), months_ago(3))
    record(alices_record, "0.4 %", months_ago(9))
    record(alices_record, "0.05 %", months_ago(1))
    timeline = get_timeline(alices_record, today=TODAY)
    assert len(timeline.lines) == 1
    far, near = timeline.course.entries
    assert near.place.day == (months_ago(1) - STARTED).days
    assert CourseFlag.NEAR_A_BREAK in near.flags
    assert CourseFlag.NEAR_A_BREAK not in far.flags


def test_the_chart_has_a_bar_a_dose_and_a_break(alices_record: Patient) -> None:
    line = treat(alices_record, STARTED, dose="400 mg a day")
    change_dose(line, months_ago(8), "300 mg a day")
    pause(line, months_ago(4), months_ago(3))
    bars = treatment_bars(get_timeline(alices_record, today=TODAY))
    assert [(bar.label, bar.kind.value, bar.started_on, bar.stopped_on) for bar in bars] == [
        ("imatinib 400 mg a day", "medicine", STARTED, months_ago(8)),
        ("imatinib 300 mg a day", "medicine", months_ago(8), None),
        ("Break", "break", months_ago(4), months_ago(3)),
    ]


def test_what_was_a_mistake_counts_no_more_until_it_is_taken_back(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    line = treat(alices_record, STARTED)
    row = pause(line, months_ago(4), months_ago(3))
    record(alices_record, "0.05 %", months_ago(2))
    address = to("dose_or_break_withdraw", change_id=row.pk)
    assert alices.post(address, {"version": "1"}).status_code == 302
    [entry] = get_timeline(alices_record, today=TODAY).course.entries
    assert CourseFlag.NEAR_A_BREAK not in entry.flags
    assert "Entered by mistake" in words_of(alices.get(to("treatment")))
    assert alices.post(address, {"version": "2", "undo": "1"}).status_code == 302
    [entry] = get_timeline(alices_record, today=TODAY).course.entries
    assert CourseFlag.NEAR_A_BREAK in entry.flags


@pytest.mark.parametrize(
    ("kind", "answers", "said"),
    [
        ("dose", {"dose": "", **dated("started", months_ago(3))}, "Type the new dose."),
        ("dose", {"dose": "x" * 41, **dated("started", months_ago(3))}, "at most 40 characters"),
        ("dose", {"dose": "300 mg", **dated("started", months_ago(20))}, "The first dose was on 23 June 2025."),
        ("dose", {"dose": "300 mg", **dated("started", months_ago(-2))}, "has not come yet"),
        ("dose", {"dose": "300 mg", "reason": "no such"}, "Select a valid choice"),
        ("break", {}, "Give the date"),
        (
            "break",
            {**dated("started", months_ago(2)), **dated("ended", months_ago(3))},
            "The break ends before it begins.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    alices: Client, to: Addresses, alices_record: Patient, kind: str, answers: dict[str, str], said: str
) -> None:
    line = treat(alices_record, STARTED)
    before = everything_stored()
    answer = fill_in(alices, to("dose_or_break_add", treatment_id=line.pk, kind=kind), **answers)
    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = form_on(answer)
    for name, text in answers.items():
        if name != "reason":
            assert kept[name] == [text]
    assert everything_stored() == before


def test_a_form_posted_twice_is_one_row(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R5."""
    address = to("dose_or_break_add", treatment_id=treat(alices_record, STARTED).pk, kind="dose")
    form = {**form_on(alices.get(address)), "dose": "300 mg", **dated("started", months_ago(3))}
    assert [alices.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert TreatmentChange.objects.count() == audited("treatment_change_recorded") == 1


def test_two_changes_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    row = change_dose(treat(alices_record, STARTED), months_ago(3))
    address = to("dose_or_break_change", change_id=row.pk)
    first, second = form_on(alices.get(address)), form_on(alices.get(address))
    assert alices.post(address, {**first, "dose": "200 mg"}).status_code == 302
    answer = alices.post(address, {**second, "dose": "100 mg"})
    assert answer.status_code == 409
    assert "This was changed in the meantime" in words_of(answer)
    assert form_on(answer)["dose"] == ["100 mg"]
    row.refresh_from_db()
    assert row.dose == "200 mg"


@pytest.mark.parametrize("kind", ["holiday", "dose-or-break"])
def test_only_a_dose_or_a_break_can_be_written_down(
    alices: Client, to: Addresses, alices_record: Patient, kind: str
) -> None:
    line = treat(alices_record, STARTED)
    assert alices.get(to("dose_or_break_add", treatment_id=line.pk, kind=kind)).status_code == 404


def test_a_line_of_somebody_else_is_not_found(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, STARTED)
    assert alices.get(to("dose_or_break_add", treatment_id=uuid4(), kind="dose")).status_code == 404
    assert alices.get(to("dose_or_break_change", change_id=uuid4())).status_code == 404
