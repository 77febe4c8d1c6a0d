"""Correcting, withdrawing and restoring a result: no version is lost, and nobody's change is written over."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Patient, User
from accounts.services.audit import AuditUnavailableError
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult
from milestones.selectors.history import get_stored_result
from milestones.selectors.timelines import get_timeline
from milestones.services.errors import NotInRecordError, VersionConflictError
from milestones.services.results import correct_result, restore_result, withdraw_result
from tests.cast import (
    TODAY,
    apart,
    at_once,
    audited,
    break_audit,
    everything_stored,
    months_ago,
    observe,
    owner,
    real_database,
    record,
)

pytestmark = pytest.mark.django_db


def correct(row: LabResult, text: str, version: int) -> LabResult:
    return correct_result(
        patient=row.patient, result_id=row.pk, version=version, draft=ResultDraft(observe(text)), by=row.entered_by
    )


def test_old_version_is_kept_and_the_version_rises(alices_record: Patient) -> None:
    """S36, H22: history holds every version, the newest counts."""
    row = record(alices_record, "0.5 %")
    correct(row, "0.05 %", 1)
    correct(row, "0.051 %", 2)

    stored = LabResult.objects.get()
    assert (stored.version, stored.status, stored.reported_text) == (3, "corrected", "0.051 %")
    history = LabResult.history.order_by("version").values_list("version", "reported_text", "status")
    assert list(history) == [(1, "0.5 %", "final"), (2, "0.05 %", "corrected"), (3, "0.051 %", "corrected")]
    assert audited("result_corrected", object_version=2) == audited("result_corrected", object_version=3) == 1
    assert [entry.observation.reading.text for entry in get_timeline(alices_record).course.entries] == ["0.051 %"]


def test_history_page_has_newest_first(alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %", months_ago(1), day_is_known=False)
    correct(row, "0.05 %", 1)
    found = get_stored_result(alices_record, row.pk)
    assert found is not None
    assert [(version.version, version.value_text, version.date_text, version.what) for version in found.versions] == [
        (2, "0.05%", "23 August 2026", "corrected"),
        (1, "0.5%", "July 2026", "entered"),
    ]


def test_same_correction_again_is_answered_once(alices_record: Patient) -> None:
    """R5: the answer to a repeat is the answer to the first."""
    row = record(alices_record, "0.5 %")
    first, second = correct(row, "0.05 %", 1), correct(row, "0.05 %", 1)
    assert (first.version, second.version) == (2, 2)
    assert LabResult.history.count() == 2
    assert audited("result_corrected") == 1


def test_somebody_else_was_first(alices_record: Patient) -> None:
    """R6: the second of two editors gets told, and nothing is written."""
    row = record(alices_record, "0.5 %")
    correct(row, "0.05 %", 1)
    before = everything_stored(with_audit=True)
    with pytest.raises(VersionConflictError):
        correct(row, "0.06 %", 1)
    for version in (0, 3, -1):
        with pytest.raises(VersionConflictError):
            correct(row, "0.06 %", version)
    assert everything_stored(with_audit=True) == before


def test_other_records_result_does_not_exist(alices_record: Patient, charlie: User) -> None:
    """S14: the id of somebody else's result is nobody's."""
    row = record(alices_record, "0.5 %")
    before = everything_stored(with_audit=True)
    draft = ResultDraft(observe("0.05 %"))
    for result_id in (row.pk, uuid4()):
        with pytest.raises(NotInRecordError):
            correct_result(patient=charlie.patient, result_id=result_id, version=1, draft=draft, by=charlie)
        with pytest.raises(NotInRecordError):
            withdraw_result(patient=charlie.patient, result_id=result_id, version=1, by=charlie)
        with pytest.raises(NotInRecordError):
            restore_result(patient=charlie.patient, result_id=result_id, version=1, by=charlie)
    assert everything_stored(with_audit=True) == before


def test_withdrawn_result_counts_no_more_and_comes_back(alices_record: Patient) -> None:
    row, alice = record(alices_record, "0.5 %"), owner(alices_record)
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=alice)
    timeline = get_timeline(alices_record)
    assert not timeline.course.entries
    assert [withdrawn.id for withdrawn in timeline.withdrawn] == [row.pk]
    assert LabResult.objects.get().status == "entered-in-error"

    restore_result(patient=alices_record, result_id=row.pk, version=2, by=alice)
    timeline = get_timeline(alices_record)
    assert [entry.observation.reading.text for entry in timeline.course.entries] == ["0.5 %"]
    assert not timeline.withdrawn
    statuses = LabResult.history.order_by("version").values_list("version", "status")
    assert list(statuses) == [(1, "final"), (2, "entered-in-error"), (3, "corrected")]
    assert audited("result_withdrawn") == audited("result_restored") == 1


def test_withdrawing_an_older_version_is_refused(alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %")
    correct(row, "0.05 %", 1)
    before = everything_stored(with_audit=True)
    with pytest.raises(VersionConflictError):
        withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    assert everything_stored(with_audit=True) == before


@pytest.mark.django_db(transaction=True)
def test_no_audit_row_no_change(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """S37."""
    row, alice = record(alices_record, "0.5 %"), owner(alices_record)
    before = everything_stored(with_audit=True)
    break_audit(monkeypatch)
    with pytest.raises(AuditUnavailableError):
        correct(row, "0.05 %", 1)
    with pytest.raises(AuditUnavailableError):
        withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=alice)
    monkeypatch.undo()
    assert everything_stored(with_audit=True) == before


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_among_eight_editors(alices_record: Patient) -> None:
    """R6: each winner raised the version by one and stands in the history; each loser was told and wrote nothing."""
    row = record(alices_record, "0.5 %")
    edits = 10

    def edit(editor: int) -> list[str]:
        """Return the texts that this editor saved."""
        saved = []
        for number in range(edits):
            version = LabResult.objects.get(pk=row.pk).version
            text = f"0.{editor + 1}{number:02d} %"
            try:
                correct(row, text, version)
            except VersionConflictError:
                continue
            saved.append(text)
        return saved

    with real_database():
        saved = [text for texts in at_once(8, edit) for text in texts]
        version = apart(lambda: LabResult.objects.get(pk=row.pk).version)
        history = apart(lambda: list(LabResult.history.order_by("version").values_list("reported_text", flat=True)))
        events = apart(lambda: audited("result_corrected"))
    assert saved
    assert version == len(saved) + 1
    assert sorted(history[1:]) == sorted(saved)
    assert events == len(saved)


def test_correction_may_move_a_result_in_time(alices_record: Patient) -> None:
    """H26: nothing of a level is stored, so a corrected date is read anew at once."""
    row = record(alices_record, "0.5 %", months_ago(2))
    record(alices_record, "0.05 %", months_ago(1))
    draft = ResultDraft(observe("0.5 %", TODAY))
    correct_result(patient=alices_record, result_id=row.pk, version=1, draft=draft, by=owner(alices_record))
    entries = get_timeline(alices_record).course.entries
    assert [entry.observation.reading.text for entry in entries] == ["0.05 %", "0.5 %"]
    assert [entry.change.kind for entry in entries] == ["first result", "clear rise"]
