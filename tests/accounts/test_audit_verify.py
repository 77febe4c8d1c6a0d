"""``audit_verify`` finds whatever is done to the trail behind its triggers, and names the row (S34)."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEvent, AuditSeal
from accounts.seals import NO_RECORD, NO_SEAL, make_seal, sealed_text
from accounts.selectors import audit_trail
from accounts.selectors.audit_trail import Fault, iterate_anchors, verify_trail
from accounts.services.audit import record_audit_event
from tests.accounts.test_seals import as_texts
from tests.audit_trail import EVENTS, SEALS, seal_now, tamper, triggers_off

pytestmark = pytest.mark.django_db

RECORD, OTHER = UUID(int=1 << 64), UUID(int=2 << 64)
COUNT = 7


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every chain go over the border of a page."""
    monkeypatch.setattr(audit_trail, "ROWS_AT_ONCE", 3)


@pytest.fixture
def ids() -> list[int]:
    """Write three chains that are mixed with each other, and return the ids of the rows of one."""
    for number in range(COUNT):
        for patient_id in (RECORD, OTHER, None):
            record_audit_event(
                actor_id=uuid4(),
                patient_id=patient_id,
                verb="looked",
                object_type="thing",
                object_id=str(number),
                object_version=1,
            )
    seal_now()
    return list(AuditEvent.objects.filter(patient_id=RECORD).order_by("pk").values_list("pk", flat=True))


def breaks(**options: object) -> list[tuple[str, int, Fault]]:
    found = verify_trail(**options).breaks  # type: ignore[arg-type]  # a test names the options as they are
    return [(each.chain, each.event_id, each.fault) for each in found]


def anchored() -> dict[UUID, audit_trail.Anchor]:
    return {anchor.chain: anchor for anchor in iterate_anchors()}


def test_a_whole_trail_is_whole(ids: list[int]) -> None:
    verdict = verify_trail(anchors=anchored())
    assert (verdict.rows, verdict.chains, verdict.breaks) == (3 * COUNT, 3, ())


def test_one_record_is_looked_at_alone(ids: list[int]) -> None:
    tamper(f"UPDATE {EVENTS} SET verb = 'x' WHERE id = %s", [ids[3] + 1])  # the other record's
    verdict = verify_trail(patient_id=RECORD, anchors=anchored())
    assert (verdict.rows, verdict.chains, verdict.breaks) == (COUNT, 1, ())
    assert breaks(patient_id=OTHER) == [(OTHER.hex, ids[3] + 1, Fault.CHANGED)]


def test_every_seal_in_an_empty_trail_is_right() -> None:
    assert verify_trail().breaks == ()


@pytest.mark.parametrize("position", range(COUNT))
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-05-03 09:05:00.000001"),
        ("actor_id", OTHER.hex),
        ("actor_id", None),
        ("patient_id", OTHER.hex),
        ("patient_id", None),
        ("verb", "lookee"),
        ("verb", ""),
        ("object_type", "thinG"),
        ("object_id", ""),
        ("object_version", 2),
        ("object_version", None),
        ("outcome", "refused"),
        ("request_id", "-"),
    ],
)
def test_a_changed_byte_is_found(ids: list[int], column: str, value: object, position: int) -> None:
    tamper(f"UPDATE {EVENTS} SET {column} = %s WHERE id = %s", [value, ids[position]])
    assert breaks() == [(RECORD.hex, ids[position], Fault.CHANGED)]


def test_bytes_that_are_no_text_are_found(ids: list[int]) -> None:
    if connection.vendor == "postgresql":
        return  # it takes none
    for column in ("at", "verb", "patient_id"):
        tamper(f"UPDATE {EVENTS} SET {column} = CAST(x'ff41' AS TEXT) WHERE id = %s", [ids[4]])
        assert breaks() == [(RECORD.hex, ids[4], Fault.CHANGED)]


def test_a_new_number_for_a_row_is_found(ids: list[int]) -> None:
    tamper(f"UPDATE {EVENTS} SET id = 1000000000 WHERE id = %s", [ids[2]])
    assert breaks() == [(RECORD.hex, ids[2], Fault.ROW_MISSING)]


def test_two_rows_that_changed_places_are_found(ids: list[int]) -> None:
    tamper(f"UPDATE {EVENTS} SET object_id = '4' WHERE id = %s", [ids[3]])
    tamper(f"UPDATE {EVENTS} SET object_id = '3' WHERE id = %s", [ids[4]])
    assert breaks() == [(RECORD.hex, ids[3], Fault.CHANGED)]


@pytest.mark.parametrize("position", range(COUNT))
def test_a_dropped_row_is_found(ids: list[int], position: int) -> None:
    tamper(f"DELETE FROM {EVENTS} WHERE id = %s", [ids[position]])
    assert breaks() == [(RECORD.hex, ids[position], Fault.ROW_MISSING)]


@pytest.mark.parametrize("position", range(COUNT))
def test_a_dropped_seal_is_found(ids: list[int], position: int) -> None:
    tamper(f"DELETE FROM {SEALS} WHERE event_id = %s", [ids[position]])
    assert breaks() == [(RECORD.hex, ids[position], Fault.SEAL_MISSING)]


@pytest.mark.parametrize("position", range(COUNT - 1))
def test_a_row_dropped_with_its_seal_is_found_at_the_next(ids: list[int], position: int) -> None:
    drop(ids[position])
    assert breaks() == [(RECORD.hex, ids[position + 1], Fault.SEAL_MISSING)]


@pytest.mark.parametrize("position", range(COUNT - 1))
def test_closing_the_gap_does_not_help(ids: list[int], position: int) -> None:
    drop(ids[position])
    for later in range(position + 2, COUNT + 1):
        tamper(f"UPDATE {SEALS} SET position = %s WHERE chain = %s AND position = %s", [later - 1, RECORD.hex, later])
    assert breaks() == [(RECORD.hex, ids[position + 1], Fault.CHANGED)]


@pytest.mark.parametrize("left", [0, 1, COUNT - 1])
def test_a_cut_end_is_found_with_an_anchor(ids: list[int], left: int) -> None:
    anchors = anchored()
    drop(*ids[left:])
    assert breaks() == []  # without one there is nothing to see
    assert breaks(anchors=anchors) == [(RECORD.hex, ids[-1], Fault.END_MISSING)]


def test_a_chain_that_was_cut_and_went_on_is_found_with_an_anchor(ids: list[int]) -> None:
    anchors = anchored()
    drop(*ids[5:])
    for _ in range(3):
        record_audit_event(actor_id=None, patient_id=RECORD, verb="looked", object_type="thing")
    seal_now()
    assert breaks() == []
    [(chain, event_id, fault)] = breaks(anchors=anchors)
    assert (chain, fault) == (RECORD.hex, Fault.NOT_AS_ANCHORED)
    assert event_id > ids[-1]


def test_a_chain_that_was_written_anew_is_found_with_an_anchor(ids: list[int]) -> None:
    anchors = anchored()
    tamper(f"UPDATE {EVENTS} SET actor_id = %s WHERE id = %s", [OTHER.hex, ids[2]])
    last = NO_SEAL
    for event_id in ids:
        last = make_seal(last, sealed_text(as_texts(AuditEvent.objects.get(pk=event_id))))
        tamper(f"UPDATE {SEALS} SET hash = %s WHERE event_id = %s", [last, event_id])
    assert breaks() == []
    assert breaks(anchors=anchors) == [(RECORD.hex, ids[-1], Fault.NOT_AS_ANCHORED)]


def test_rows_after_the_anchor_are_not_held_against_it(ids: list[int]) -> None:
    anchors = anchored()
    for patient_id in (RECORD, None, uuid4()):
        record_audit_event(actor_id=None, patient_id=patient_id, verb="looked", object_type="thing")
    seal_now()
    assert breaks(anchors=anchors) == []


@pytest.mark.parametrize("chain", [RECORD, uuid4(), None])
def test_a_row_slipped_in_is_found(ids: list[int], chain: UUID | None) -> None:
    with triggers_off():
        event = AuditEvent.objects.create(
            at=AuditEvent.objects.earliest("pk").at, patient_id=chain, verb="x", object_type="x", outcome="allowed"
        )
    assert breaks() == [((chain or NO_RECORD).hex, event.pk, Fault.SEAL_MISSING)]


def test_a_row_slipped_in_with_a_seal_is_found(ids: list[int]) -> None:
    with triggers_off():
        event = AuditEvent.objects.create(
            at=AuditEvent.objects.earliest("pk").at, patient_id=RECORD, verb="x", object_type="x", outcome="allowed"
        )
        AuditSeal.objects.create(event_id=event.pk, chain=RECORD, position=COUNT + 1, hash="0" * 64)
    assert breaks() == [(RECORD.hex, event.pk, Fault.CHANGED)]


def test_a_row_sealed_into_another_chain_is_found(ids: list[int]) -> None:
    """Somebody hides a row from the record's own log, with a seal that fits."""
    last = AuditSeal.objects.get(chain=OTHER, position=COUNT)
    text = sealed_text(as_texts(AuditEvent.objects.get(pk=ids[-1])))
    tamper(
        f"UPDATE {SEALS} SET chain = %s, position = %s, hash = %s WHERE event_id = %s",
        [OTHER.hex, COUNT + 1, make_seal(last.hash, text), ids[-1]],
    )
    assert breaks() == [(OTHER.hex, ids[-1], Fault.CHANGED)]


@pytest.mark.parametrize("change", ["hash = '" + "f" * 64 + "'", "hash = ''", "position = 99", "position = -99"])
def test_a_changed_seal_is_found(ids: list[int], change: str) -> None:
    tamper(f"UPDATE {SEALS} SET {change} WHERE event_id = %s", [ids[3]])
    [(chain, event_id, _)] = breaks()
    assert chain == RECORD.hex
    assert event_id in ids


def test_each_broken_chain_is_named_once_by_its_first_wrong_row(ids: list[int]) -> None:
    for event_id in (ids[4], ids[2], ids[1] + 1, ids[6] + 1, ids[5] + 2):
        tamper(f"UPDATE {EVENTS} SET verb = 'x' WHERE id = %s", [event_id])
    tamper(f"DELETE FROM {SEALS} WHERE event_id = %s", [ids[5]])
    assert breaks() == [
        (OTHER.hex, ids[1] + 1, Fault.CHANGED),
        (RECORD.hex, ids[2], Fault.CHANGED),
        (NO_RECORD.hex, ids[5] + 2, Fault.CHANGED),
    ]


# --- The two commands -------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    """Return the exit code, what was said, and what was complained of."""
    out, complaints = StringIO(), StringIO()
    try:
        call_command("audit_verify", *arguments, stdout=out, stderr=complaints)
    except CommandError as error:
        return error.returncode, out.getvalue(), complaints.getvalue() + str(error)
    return 0, out.getvalue(), complaints.getvalue()


@pytest.fixture
def anchor_file(ids: list[int], tmp_path: Path) -> Path:
    out = StringIO()
    call_command("audit_anchor", stdout=out)
    path = tmp_path / "anchors.jsonl"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def test_anchor_writes_the_head_of_each_chain(anchor_file: Path, ids: list[int]) -> None:
    lines = [json.loads(line) for line in anchor_file.read_text(encoding="utf-8").splitlines()]
    assert [line["patient"] for line in lines] == [None, str(RECORD), str(OTHER)]
    seal = AuditSeal.objects.get(event_id=ids[-1])
    assert lines[1] == {"patient": str(RECORD), "count": COUNT, "last_id": ids[-1], "hash": seal.hash}


def test_anchors_go_over_the_border_of_a_page() -> None:
    for _ in range(10):
        record_audit_event(actor_id=None, patient_id=uuid4(), verb="looked", object_type="thing")
    seal_now()
    chains = [anchor.chain for anchor in iterate_anchors()]
    assert len(chains) == len(set(chains)) == 10


def test_command_says_that_all_is_well(anchor_file: Path) -> None:
    code, said, complaints = run("--anchor", str(anchor_file))
    assert (code, said) == (0, "The audit trail is whole. Rows: 21. Chains: 3. Anchors: 3.\n")
    assert "21 of 21 rows done" in complaints
    assert run("--patient", str(RECORD))[:2] == (0, "The audit trail is whole. Rows: 7. Chains: 1.\n")


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda ids: tamper(f"UPDATE {EVENTS} SET verb = 'x' WHERE id = %s", [ids[2]]), "row {2} or its seal was"),
        (lambda ids: tamper(f"DELETE FROM {EVENTS} WHERE id = %s", [ids[2]]), "row {2} is gone"),
        (lambda ids: tamper(f"DELETE FROM {SEALS} WHERE event_id = %s", [ids[2]]), "row {2} has no seal"),
        (lambda ids: drop(*ids[4:]), "row {6} was there when the anchor was written"),
    ],
)
def test_command_names_the_row(anchor_file: Path, ids: list[int], act: Callable[[list[int]], None], says: str) -> None:
    act(ids)
    code, said, complaints = run("--anchor", str(anchor_file))
    assert code == 1
    assert not said
    assert f"Record {RECORD.hex}: " in complaints
    assert says.format(*ids) in complaints
    assert complaints.endswith("The audit trail is broken. Broken chains: 1.")


@pytest.mark.parametrize("text", ["", "no json\n", "{}\n", '{"patient": 1}\n', "[]\n", "null\n"])
def test_a_file_without_anchors_never_passes(ids: list[int], tmp_path: Path, text: str) -> None:
    path = tmp_path / "anchors.jsonl"
    path.write_text(text, encoding="utf-8")
    assert run("--anchor", str(path))[0] == 2
    assert run("--anchor", str(tmp_path / "none"))[0] == 2


def drop(*event_ids: int) -> None:
    for event_id in event_ids:
        tamper(f"DELETE FROM {EVENTS} WHERE id = %s", [event_id])
        tamper(f"DELETE FROM {SEALS} WHERE event_id = %s", [event_id])
