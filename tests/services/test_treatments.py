"""Lines of treatment: the same care as for results."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Patient, User
from accounts.services.audit import AuditUnavailableError
from milestones.interchange.draft import TreatmentDraft
from milestones.models import Treatment
from milestones.selectors.timelines import get_timeline
from milestones.selectors.treatment_rows import get_treatments
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.treatments import change_treatment, restore_treatment, withdraw_treatment
from tests.cast import (
    TODAY,
    apart,
    at_once,
    audited,
    break_audit,
    everything_stored,
    months_ago,
    owner,
    real_database,
    record,
    treat,
)

pytestmark = pytest.mark.django_db

STOP = TreatmentDraft("imatinib", months_ago(72), "400 mg a day", stopped_on=months_ago(2))


def change(line: Treatment, draft: TreatmentDraft, version: int) -> Treatment:
    return change_treatment(
        patient=line.patient, treatment_id=line.pk, version=version, draft=draft, by=line.entered_by
    )


def test_line_is_kept_with_history_and_audit(alice: User, alices_record: Patient) -> None:
    line = treat(alices_record, months_ago(72), dose="400 mg a day")
    [row] = get_treatments(alices_record)
    assert (row.id, row.medicine, row.dose, row.started_on, row.stopped_on, row.version) == (
        line.pk,
        "imatinib",
        "400 mg a day",
        months_ago(72),
        None,
        1,
    )
    assert Treatment.history.count() == 1
    event = AuditEvent.objects.get(verb="treatment_recorded")
    assert (event.actor_id, event.patient_id, event.object_id) == (alice.pk, alices_record.pk, str(line.pk))


def test_a_stop_changes_the_line_and_begins_the_time_without(alices_record: Patient) -> None:
    line = treat(alices_record, months_ago(72), dose="400 mg a day")
    assert get_timeline(alices_record, today=TODAY).course.remission is None
    change(line, STOP, 1)
    remission = get_timeline(alices_record, today=TODAY).course.remission
    assert remission is not None
    assert (remission.stopped_on, remission.months) == (months_ago(2), 2)
    assert list(Treatment.history.order_by("version").values_list("version", "stopped_on")) == [
        (1, None),
        (2, months_ago(2)),
    ]


def test_repeat_writes_once(alices_record: Patient) -> None:
    key = uuid4()
    line = treat(alices_record, months_ago(72), key=key)
    assert treat(alices_record, months_ago(72), key=key).pk == line.pk
    change(line, STOP, 1)
    assert change(line, STOP, 1).version == 2
    assert (Treatment.objects.count(), Treatment.history.count()) == (1, 2)
    assert audited("treatment_recorded") == audited("treatment_changed") == 1


@pytest.mark.django_db(transaction=True)
def test_ten_posts_at_once_write_once(alices_record: Patient) -> None:
    key = uuid4()

    def post(_number: int) -> UUID:
        return treat(alices_record, months_ago(72), key=key).pk

    with real_database():
        answers = at_once(10, post)
        assert apart(Treatment.objects.count) == 1
    assert len(set(answers)) == 1


def test_older_version_and_other_record_change_nothing(alices_record: Patient, charlie: User) -> None:
    line = treat(alices_record, months_ago(72))
    change(line, STOP, 1)
    before = everything_stored(with_audit=True)
    with pytest.raises(VersionConflictError):
        change(line, TreatmentDraft("dasatinib", months_ago(72)), 1)
    with pytest.raises(VersionConflictError):
        withdraw_treatment(patient=alices_record, treatment_id=line.pk, version=1, by=owner(alices_record))
    with pytest.raises(NotInRecordError):
        change_treatment(patient=charlie.patient, treatment_id=line.pk, version=2, draft=STOP, by=charlie)
    with pytest.raises(NotInRecordError):
        withdraw_treatment(patient=charlie.patient, treatment_id=uuid4(), version=1, by=charlie)
    assert everything_stored(with_audit=True) == before


def test_withdrawn_line_counts_no_more_and_comes_back(alices_record: Patient) -> None:
    """H16: what a result is held against follows the lines that count, and no other."""
    record(alices_record, "5 %", months_ago(3))
    line = treat(alices_record, months_ago(6))
    assert get_timeline(alices_record, today=TODAY).course.entries[0].place.day is not None
    withdraw_treatment(patient=alices_record, treatment_id=line.pk, version=1, by=owner(alices_record))
    timeline = get_timeline(alices_record, today=TODAY)
    assert not timeline.lines
    assert timeline.course.entries[0].place.day is None
    restore_treatment(patient=alices_record, treatment_id=line.pk, version=2, by=owner(alices_record))
    assert len(get_timeline(alices_record, today=TODAY).lines) == 1
    assert audited("treatment_withdrawn") == audited("treatment_restored") == 1


@pytest.mark.django_db(transaction=True)
def test_no_audit_row_no_line(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        treat(alices_record, months_ago(72))
    assert not Treatment.objects.exists()
    assert not Treatment.history.exists()


def test_the_database_refuses_a_stop_before_the_start(alices_record: Patient) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        treat(alices_record, months_ago(2), months_ago(3))
