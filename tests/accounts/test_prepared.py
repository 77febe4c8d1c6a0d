"""A prepared query gives what the query itself gives, for each record its own rows, in every thread."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, Patient, User
from accounts.prepared import PreparedInsert, PreparedQuery, PreparedRow, PreparedRows, run_one, run_together
from milestones.models import LabResult, Visit
from tests.cast import at_once, months_ago, real_database, record, record_many

COLUMNS = ("id", "collected_on", "value", "detected", "limit_of_detection", "control_gene_copies", "created_at")


def rows() -> PreparedRows:
    return PreparedRows(lambda: LabResult.objects.order_by("collected_on").values_list(*COLUMNS))


@pytest.mark.django_db
def test_rows_are_those_of_the_query(
    alices_record: Patient, charlie: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    charlies_record = charlie.patient
    record_many(alices_record, 9)
    record(charlies_record, "not detected", months_ago(3), limit="0.0020", copies=40_000)
    prepared = rows()
    for patient in (alices_record, charlies_record, alices_record):
        query = LabResult.objects.filter(patient=patient).order_by("collected_on").values_list(*COLUMNS)
        wanted = [list(row) for row in query]
        with django_assert_num_queries(1):
            found = prepared(patient.pk)
        assert found == wanted
        assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in wanted]


@pytest.mark.django_db
def test_a_record_without_rows_has_none(alices_record: Patient) -> None:
    assert rows()(alices_record.pk) == []


@pytest.mark.django_db
def test_a_query_may_hold_a_value_of_its_own(alices_record: Patient) -> None:
    record_many(alices_record, 3)
    assert len(PreparedRows(lambda: LabResult.objects.filter(version=1).values_list("id"))(alices_record.pk)) == 3
    assert PreparedRows(lambda: LabResult.objects.filter(version=2).values_list("id"))(alices_record.pk) == []


@pytest.mark.django_db
def test_a_statement_that_depends_on_its_values_is_refused(alices_record: Patient) -> None:
    def build(version: int | None) -> QuerySet[LabResult, Any]:
        return LabResult.objects.filter(checked_version=version).values_list("id")

    with pytest.raises(ValueError, match="one statement"):
        PreparedQuery(build, version=(None, 1))(version=1)


@pytest.mark.django_db
def test_one_row_is_that_of_the_query(
    alice: User, charlie: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = PreparedRow(User.objects)
    for user in (alice, charlie):
        with django_assert_num_queries(1):
            found = one(user.pk)
        assert found is not None
        wanted = User.objects.get(pk=user.pk)
        fields = [field.attname for field in User._meta.concrete_fields]
        assert [getattr(found, name) for name in fields] == [getattr(wanted, name) for name in fields]
        assert (found._state.adding, found._state.db) == (False, "default")
    assert one(uuid4()) is None


@pytest.mark.django_db
def test_an_instant_is_not_cut_to_its_day(alice: User) -> None:
    """An instant is a day to Python too; what ended a moment ago has ended."""
    since = PreparedQuery(
        lambda at: User.objects.filter(date_joined__gt=at).values_list("id"),
        at=(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 2, tzinfo=UTC)),
    )
    joined = User.objects.get(pk=alice.pk).date_joined
    assert since(at=joined) == []
    assert since(at=joined - timedelta(microseconds=1)) == [[alice.pk]]


@pytest.mark.django_db
def test_together_gives_what_each_gives(alices_record: Patient, charlie: User) -> None:
    """In the order of the queries; one without rows in between, and the same one twice."""
    record_many(alices_record, 4)
    visits = PreparedRows(lambda: Visit.objects.values_list("id", "visit_on"))
    few = PreparedQuery(
        lambda since: LabResult.objects.filter(collected_on__gte=since).order_by("id").values_list("id", "value"),
        since=(date(2000, 1, 1), date(2000, 1, 2)),
    )
    since = months_ago(2)
    asks = [
        rows().ask(alices_record.pk),
        visits.ask(alices_record.pk),
        few.ask(since=since),
        rows().ask(charlie.patient.pk),
    ]
    assert run_together(asks) == [run_one(ask) for ask in asks]
    assert [len(found) for found in run_together(asks)][:2] == [4, 0]
    assert run_together([]) == []


@pytest.mark.django_db
def test_several_rows_are_inserted_as_one_is(alice: User) -> None:
    """In their order, with what is empty and what a text may hold."""
    insert, now = PreparedInsert(AuditEvent), timezone.now()
    events = [
        AuditEvent(at=now, actor_id=alice.pk, verb="one", object_type="%s (%s)", object_id="", outcome="allowed"),
        AuditEvent(at=now, actor_id=None, verb="two", object_type="'", object_version=3, outcome="refused"),
    ]
    assert insert(*events) == 2
    columns = ("at", "actor_id", "verb", "object_type", "object_id", "object_version", "outcome", "request_id")
    found = AuditEvent.objects.filter(verb__in=("one", "two")).order_by("pk").values_list(*columns)
    assert list(found) == [tuple(getattr(event, name) for name in columns) for event in events]


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_statement_and_not_the_connection(alices_record: Patient) -> None:
    record(alices_record, "0.05 %", months_ago(1))
    prepared, patient_id = rows(), alices_record.pk
    prepared(patient_id)
    with real_database():
        assert [len(found) for found in at_once(6, lambda _: prepared(patient_id))] == [1] * 6
