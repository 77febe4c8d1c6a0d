"""The seals of the audit trail: the database and Python make the same, in one chain a record."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.acting import act_as, nobody_yet
from accounts.models import AuditEvent, AuditSeal, Patient, User
from accounts.seals import COLUMNS, NO_RECORD, NO_SEAL, canonical_text, make_seal, sealed_text
from accounts.services.audit import AuditUnavailableError, record_audit_event
from tests.audit_trail import EVENTS, SEALS, seal_now, seals_that_fail, tamper
from tests.cast import apart, at_once, real_database

YEAR_1900, YEAR_9999 = datetime(1900, 1, 1), datetime(9999, 12, 30)  # noqa: DTZ001 - hypothesis adds the zone
MOMENT = datetime(2026, 5, 3, 9, 5, tzinfo=UTC)
SECOND = UUID("12345678-1234-4234-8234-123456789abc")


def as_texts(event: AuditEvent) -> list[str | None]:
    """Return the row as `canonical_text` takes it, each column said by hand."""
    return [
        str(event.pk),
        event.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
        event.actor_id.hex if event.actor_id else None,
        event.patient_id.hex if event.patient_id else None,
        event.verb,
        event.object_type,
        event.object_id,
        None if event.object_version is None else str(event.object_version),
        event.outcome,
        event.request_id,
        event.acting_as,
    ]


def recomputed(chain: UUID) -> list[str]:
    """Return the seals that a chain should have."""
    seals, last = [], NO_SEAL
    for seal in AuditSeal.objects.filter(chain=chain).order_by("position"):
        last = make_seal(last, sealed_text(as_texts(AuditEvent.objects.get(pk=seal.event_id))))
        seals.append(last)
    return seals


def stored(chain: UUID) -> list[str]:
    seal_now()
    return list(AuditSeal.objects.filter(chain=chain).order_by("position").values_list("hash", flat=True))


def test_canonical_text_is_spelled_out() -> None:
    assert canonical_text(["7", None, "", "é,:"]) == "1:7,-,0:,4:é,:,"


def test_seal_is_the_hash_of_the_one_before_and_the_text() -> None:
    """Computed with `printf '%064d1:7,' 0 | sha256sum`."""
    assert make_seal(NO_SEAL, "1:7,") == "c3b14f194b693138b8b8cfd602f0f11110f7a8cce186b6a7082b5a111350a1b2"


def test_seal_covers_every_column() -> None:
    """A new column of the trail needs a place in the seal, or somebody could change it unseen."""
    assert set(COLUMNS) == {field.column for field in AuditEvent._meta.fields}


VALUES = st.one_of(st.none(), st.text(max_size=5))


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5))
@example(["a,1:b"], ["a", "b"])
@example([None], [""])
@example([None], ["-"])
def test_no_two_rows_have_the_same_text(one: list[str | None], other: list[str | None]) -> None:
    assert (canonical_text(one) == canonical_text(other)) == (one == other)


class TriggerTest(TestCase):
    @given(
        at=st.datetimes(YEAR_1900, YEAR_9999, timezones=st.timezones()),
        ids=st.tuples(st.none() | st.uuids(), st.none() | st.uuids()),
        texts=st.tuples(*[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)] * 6),
        version=st.none() | st.integers(0, 2**31 - 1),
    )
    @example(MOMENT, (None, SECOND), ("", "'", ",", "1:a,", "\\-", ""), None)
    @example(MOMENT.replace(microsecond=1), (SECOND, SECOND), ("é", "😀", "\n", "\u202e", "a\u0301", "é"), 0)
    def test_trigger_and_python_make_the_same_seal(
        self, at: datetime, ids: tuple[UUID | None, UUID | None], texts: tuple[str, ...], version: int | None
    ) -> None:
        verb, object_type, object_id, outcome, request_id, acting_as = texts
        for _ in range(2):
            AuditEvent.objects.create(
                at=at.astimezone(UTC),
                actor_id=ids[0],
                patient_id=ids[1],
                verb=verb,
                object_type=object_type,
                object_id=object_id,
                object_version=version,
                outcome=outcome,
                request_id=request_id,
                acting_as=acting_as,
            )
        chain = ids[1] or NO_RECORD
        assert len(stored(chain)) == 2
        assert stored(chain) == recomputed(chain)


def add(patient_id: UUID | None, verb: str = "looked") -> None:
    record_audit_event(actor_id=None, patient_id=patient_id, verb=verb, object_type="thing")


@pytest.mark.django_db
def test_each_record_has_a_chain_of_its_own() -> None:
    one, other = uuid4(), uuid4()
    for patient_id in (one, other, None, one, None, one):
        add(patient_id)

    for chain, count in ((one, 3), (other, 1), (NO_RECORD, 2)):
        assert len(stored(chain)) == count
        assert stored(chain) == recomputed(chain)
        places = AuditSeal.objects.filter(chain=chain).order_by("event_id").values_list("position", flat=True)
        assert list(places) == list(range(1, count + 1))


@pytest.mark.django_db
def test_rows_of_one_statement_are_sealed_in_order() -> None:
    one, other = uuid4(), uuid4()
    AuditEvent.objects.bulk_create(
        AuditEvent(at=MOMENT, patient_id=patient_id, verb=str(number), object_type="thing", outcome="allowed")
        for number, patient_id in enumerate((one, other, one, None, other, one))
    )
    for chain, count in ((one, 3), (other, 2), (NO_RECORD, 1)):
        assert len(stored(chain)) == count
        assert stored(chain) == recomputed(chain)
    verbs = [
        AuditEvent.objects.get(pk=seal.event_id).verb
        for seal in AuditSeal.objects.filter(chain=one).order_by("position")
    ]
    assert verbs == ["0", "2", "5"]


@pytest.mark.django_db
def test_what_is_undone_leaves_no_seal() -> None:
    chain = uuid4()
    add(chain)
    with transaction.atomic():
        add(chain)
        seal_now()
        transaction.set_rollback(True)
    add(chain)
    assert len(stored(chain)) == 2
    assert stored(chain) == recomputed(chain)


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_never_fork_a_chain() -> None:
    """Several rows a transaction, of several records in every order, and of none."""
    records = [uuid4(), uuid4()]

    def write(number: int) -> None:
        for turn in range(10):
            with transaction.atomic():
                add(records[0])
                add(None if number % 2 else records[0])
            with transaction.atomic():
                add(records[(number + turn) % 2])

    with real_database():
        at_once(4, write)
        made, wanted = apart(lambda: [(stored(chain), recomputed(chain)) for chain in (*records, NO_RECORD)]), 120
    assert sum(len(seals) for seals, _ in made) == wanted
    assert all(seals == expected for seals, expected in made)


@pytest.mark.django_db(transaction=True)
def test_a_chain_is_locked_after_every_row_so_that_no_two_changes_wait_for_each_other(
    alices_record: Patient,
) -> None:
    """One writes the trail and then a row that another has locked, who writes the trail next."""
    if connection.vendor == "sqlite":
        return  # one writer at a time
    is_locked, is_written = Event(), Event()

    def change(number: int) -> None:
        with transaction.atomic():
            if number == 0:
                Patient.objects.select_for_update().get(pk=alices_record.pk)
                is_locked.set()
                assert is_written.wait(10)
                add(alices_record.pk)
            else:
                assert is_locked.wait(10)
                add(alices_record.pk)
                is_written.set()
                Patient.objects.select_for_update().get(pk=alices_record.pk)

    at_once(2, change)
    assert stored(alices_record.pk) == recomputed(alices_record.pk)
    assert len(stored(alices_record.pk)) == 3


@pytest.mark.django_db(transaction=True)
def test_rows_that_were_there_before_are_sealed_by_the_migration(alice: User) -> None:
    records = [uuid4(), None, alice.patient.pk]
    try:
        call_command("migrate", "accounts", "0002", verbosity=0)
        assert SEALS not in connection.introspection.table_names()
        for number in range(9):
            add_as_then(records[number % 3])
    finally:
        call_command("migrate", verbosity=0)
    add(alice.patient.pk)

    for chain, count in ((records[0], 3), (NO_RECORD, 4), (alice.patient.pk, 5)):
        assert chain is not None
        assert len(stored(chain)) == count
        assert stored(chain) == recomputed(chain)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditSeal.objects.all().delete()


def add_as_then(patient_id: UUID | None) -> None:
    """Add a row as it was before it kept as whom somebody came."""
    key = patient_id.hex if patient_id and connection.vendor == "sqlite" else patient_id
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EVENTS} (at, patient_id, verb, object_type, object_id, outcome, request_id)"
            " VALUES (%s, %s, 'looked', 'thing', '', 'allowed', '')",
            [MOMENT.strftime("%Y-%m-%d %H:%M:%S") if connection.vendor == "sqlite" else MOMENT, key],
        )


@pytest.mark.django_db(transaction=True)
def test_what_was_sealed_without_as_whom_keeps_its_seal(alice: User) -> None:
    """Forwards no seal changes; on the way back all are made anew, and the trail is whole each time."""
    record = alice.patient.pk
    with nobody_yet():
        act_as("owner", patient_id=record)
        add(record)
    try:
        call_command("migrate", "accounts", "0014", verbosity=0)
        add_as_then(record)
        then = stored(record)
    finally:
        call_command("migrate", verbosity=0)
    assert stored(record) == then == recomputed(record)
    with nobody_yet():
        act_as("owner", patient_id=record)
        add(record)
        add(None)
    assert list(AuditEvent.objects.filter(patient_id=record).values_list("acting_as", flat=True))[-2:] == [
        None,
        "owner",
    ]
    assert stored(record) == recomputed(record)
    assert stored(NO_RECORD) == recomputed(NO_RECORD)
    tamper(f"UPDATE {EVENTS} SET acting_as = NULL WHERE acting_as = 'owner'")
    assert stored(record) != recomputed(record), "as whom somebody came cannot be taken out unseen"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {SEALS} SET hash = 'x'",
        f"DELETE FROM {SEALS}",
        f"INSERT OR REPLACE INTO {EVENTS} SELECT * FROM {EVENTS}",
        f"INSERT OR REPLACE INTO {SEALS} SELECT * FROM {SEALS}",
        f"INSERT OR REPLACE INTO {SEALS} SELECT event_id + 1000, chain, position, hash FROM {SEALS}",
        f"TRUNCATE {SEALS}",
        f"TRUNCATE {EVENTS}, {SEALS}",
    ],
)
def test_raw_sql_cannot_change_either_table(statement: str) -> None:
    if ("TRUNCATE" in statement) != (connection.vendor == "postgresql") and not statement.startswith(
        ("UPDATE", "DELETE")
    ):
        return  # words of the other database
    add(uuid4())
    seal_now()
    before = list(AuditSeal.objects.values_list()), list(AuditEvent.objects.values_list())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (list(AuditSeal.objects.values_list()), list(AuditEvent.objects.values_list())) == before


@pytest.mark.django_db
def test_orm_cannot_change_a_seal() -> None:
    add(uuid4())
    seal_now()
    seal = AuditSeal.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        seal.delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditSeal.objects.update(hash="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditSeal.objects.create(event_id=seal.event_id, chain=seal.chain, position=9, hash="x")


@pytest.mark.django_db(transaction=True)
def test_no_seal_no_row() -> None:
    with seals_that_fail(), pytest.raises((AuditUnavailableError, DatabaseError)):
        add(uuid4())
    assert not AuditEvent.objects.exists()
