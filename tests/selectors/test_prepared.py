"""A prepared query gives what the query itself gives, for each record its own rows, in every thread."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Patient, User
from milestones.models import LabResult
from milestones.selectors.prepared import PreparedRows
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
def test_a_query_that_asks_for_more_than_the_record_is_refused(alices_record: Patient) -> None:
    with pytest.raises(ValueError, match="one record"):
        PreparedRows(lambda: LabResult.objects.filter(version=1).values_list("id"))(alices_record.pk)


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_statement_and_not_the_connection(alices_record: Patient) -> None:
    record(alices_record, "0.05 %", months_ago(1))
    prepared, patient_id = rows(), alices_record.pk
    prepared(patient_id)
    with real_database():
        assert [len(found) for found in at_once(6, lambda _: prepared(patient_id))] == [1] * 6
