"""The log that a person reads: who, when, what and how often, in days of their own (S35)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.access import get_patient_or_404
from accounts.models import AuditEvent, AuditOutcome, Patient, User
from accounts.permissions import Permission
from accounts.selectors.access_log import (
    AccessGroup,
    _iterate_groups,
    get_access_log,
    iterate_access_log,
)
from accounts.services.audit import record_audit_event
from tests.audit_trail import triggers_off

pytestmark = pytest.mark.django_db

BOB, ERIN = UUID(int=11), UUID(int=12)
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def write(patient: Patient, *rows: tuple[datetime, UUID | None, str]) -> None:
    """Write rows at moments of long ago; the newest may be written first, as a clock can be set back."""
    AuditEvent.objects.bulk_create(
        AuditEvent(at=at, actor_id=who, patient_id=patient.pk, verb=verb, object_type="record", outcome="allowed")
        for at, who, verb in rows
    )


def forget(patient: Patient) -> Patient:
    """Empty the log of what made the record."""
    with triggers_off():
        AuditEvent.objects.filter(patient_id=patient.pk).delete()
    return patient


def test_rows_are_grouped_by_day_person_and_verb(alices_record: Patient) -> None:
    patient = forget(alices_record)
    hours = [NOON + timedelta(hours=hour) for hour in range(4)]
    write(patient, *((at, BOB, "record_view") for at in hours), (hours[1], ERIN, "record_view"))
    write(patient, (hours[2], BOB, "record_export"), (NOON - timedelta(days=1), BOB, "record_view"))

    page = get_access_log(patient_id=patient.pk, page=1, per_page=10)

    day = date(2026, 5, 3)
    assert page.groups == (
        AccessGroup(day, BOB, "record_view", "allowed", 4, hours[0], hours[3]),
        AccessGroup(day, BOB, "record_export", "allowed", 1, hours[2], hours[2]),
        AccessGroup(day, ERIN, "record_view", "allowed", 1, hours[1], hours[1]),
        AccessGroup(
            date(2026, 5, 2), BOB, "record_view", "allowed", 1, NOON - timedelta(days=1), NOON - timedelta(days=1)
        ),
    )
    assert not page.has_next


@pytest.mark.parametrize(
    ("zone", "days"),
    [("UTC", [3]), ("Pacific/Kiritimati", [4, 3]), ("Pacific/Honolulu", [3, 2]), ("Asia/Kathmandu", [3])],
)
def test_days_are_those_of_the_person(alices_record: Patient, zone: str, days: list[int]) -> None:
    patient = forget(alices_record)
    Patient.objects.filter(pk=patient.pk).update(time_zone=zone)
    write(patient, *((datetime(2026, 5, 3, hour, 30, tzinfo=UTC), BOB, "record_view") for hour in (9, 10)))
    groups = get_access_log(patient_id=patient.pk, page=1, per_page=10).groups
    assert [group.on.day for group in groups] == days
    assert sum(group.count for group in groups) == 2


def test_tries_that_were_refused_stand_apart(alices_record: Patient, alice: User, charlie: User) -> None:
    patient = forget(alices_record)
    get_patient_or_404(actor=alice, patient_id=patient.pk, needs=Permission.RECORD_VIEW)
    for _ in range(2):
        with pytest.raises(Http404):
            get_patient_or_404(actor=charlie, patient_id=patient.pk, needs=Permission.RECORD_VIEW)
    groups = get_access_log(patient_id=patient.pk, page=1, per_page=10).groups
    assert [(group.actor_id, group.outcome, group.count) for group in groups] == [
        (charlie.pk, AuditOutcome.REFUSED, 2),
        (alice.pk, AuditOutcome.ALLOWED, 1),
    ]


def test_no_row_of_another_record(alices_record: Patient, charlie: User) -> None:
    patient = forget(alices_record)
    for patient_id in (charlie.patient.pk, None):
        record_audit_event(actor_id=BOB, patient_id=patient_id, verb="looked", object_type="thing")
    assert get_access_log(patient_id=patient.pk, page=1, per_page=10).groups == ()
    assert list(iterate_access_log(patient_id=patient.pk)) == []


def test_pages_follow_each_other_without_a_gap(alices_record: Patient) -> None:
    patient = forget(alices_record)
    write(patient, *((NOON + timedelta(hours=8 * hour), (BOB, ERIN)[hour % 2], "record_view") for hour in range(30)))
    whole = get_access_log(patient_id=patient.pk, page=1, per_page=100)
    pages = [get_access_log(patient_id=patient.pk, page=number, per_page=6) for number in (1, 2, 3, 4, 5)]
    assert [group for page in pages for group in page.groups] == list(whole.groups)
    assert [page.has_next for page in pages] == [True, True, True, False, False]
    assert not pages[4].groups
    assert sum(group.count for group in whole.groups) == len(list(iterate_access_log(patient_id=patient.pk))) == 30


def test_rows_are_newest_first_and_the_later_one_of_a_moment_too(alices_record: Patient) -> None:
    patient = forget(alices_record)
    write(patient, (NOON, BOB, "first"), (NOON, BOB, "second"), (NOON - timedelta(days=1), BOB, "clock set back"))
    rows = list(iterate_access_log(patient_id=patient.pk))
    assert [row.verb for row in rows] == ["second", "first", "clock set back"]
    assert rows[0].actor_id == BOB
    assert rows[0].at == NOON


@given(
    st.lists(
        st.tuples(
            st.integers(0, 200), st.sampled_from([BOB, ERIN, None]), st.sampled_from("ab"), st.sampled_from("xy")
        ),
        max_size=60,
    ),
    st.sampled_from(["UTC", "Australia/Lord_Howe", "America/New_York"]),
)
def test_groups_are_what_counting_gives(made: list[tuple[int, UUID | None, str, str]], name: str) -> None:
    zone = ZoneInfo(name)
    newest_first = sorted(made, key=lambda one: -one[0])
    rows = [(NOON + timedelta(hours=hour), who, verb, outcome) for hour, who, verb, outcome in newest_first]
    groups = list(_iterate_groups(rows, zone))
    counted = Counter((at.astimezone(zone).date(), who, verb, outcome) for at, who, verb, outcome in rows)
    assert {(each.on, each.actor_id, each.verb, each.outcome): each.count for each in groups} == counted
    assert len(groups) == len(counted)
    assert [each.on for each in groups] == sorted((each.on for each in groups), reverse=True)
    assert all(each.first_at <= each.last_at for each in groups)


def test_a_very_long_log_takes_three_queries(
    alices_record: Patient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    count = 100_000
    with triggers_off():  # only to be quick
        AuditEvent.objects.bulk_create(
            (
                AuditEvent(
                    at=NOON - timedelta(minutes=13 * number),
                    actor_id=(BOB, ERIN)[number % 2],
                    patient_id=alices_record.pk,
                    verb="record_view",
                    object_type="record",
                    outcome="allowed",
                )
                for number in range(count)
            ),
            batch_size=5_000,
        )
    for page in (1, 30):
        with django_assert_num_queries(3):  # the time zone, the rows, and which teams had the record
            found = get_access_log(patient_id=alices_record.pk, page=page, per_page=50)
        assert len(found.groups) == 50
    assert sum(1 for _ in iterate_access_log(patient_id=alices_record.pk)) > count
