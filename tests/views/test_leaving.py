"""Taking everything along, bringing it back, and leaving: what left comes back (S42), and what goes is gone (S43)."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, CalendarFeed, Grant, LeftOut, Patient, Session, User, WaitingMail
from accounts.outbox import address_hash
from milestones.clinical.counts import CountUnit
from milestones.interchange.record_file import RecordFile, read_record
from milestones.models import LabResult, Treatment, WorklistEntry
from milestones.models.kinds import NOT_EXPORTED, exported_models, record_models
from milestones.selectors.whole_record import columns_by_kind, whole_record
from milestones.services.leaving import erase_record
from milestones.services.results import withdraw_result
from milestones.services.whole_record import UnfitRowError, restore_record
from tests.cast import (
    TODAY,
    also_takes,
    answer_question,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    everything_stored,
    look_for_mutation,
    make_team,
    miss_doses,
    months_ago,
    owner,
    pause,
    plan_test,
    record,
    record_visit,
    set_goal,
    set_up,
    share,
    share_with_team,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db
CANARY = "Zxqv"


def live(patient: Patient, word: str = CANARY) -> None:
    """Fill every table of a record, with corrections and mistakes."""
    set_up(patient, baseline_text="62 %", baseline_scale="IS", diagnosed_on=months_ago(20))
    line = treat(patient, months_ago(18), dose=f"400 mg {word}"[:20])
    change_dose(line, months_ago(9), "300 mg")
    pause(line, months_ago(6), months_ago(5), reason="")
    for text, months in (("5.10 % IS", 12), ("0,0320 % IS", 9), ("not detected", 5), ("<0.0032 % IS", 2)):
        row = record(patient, text, months_ago(months), laboratory=f"Lab {word}", copies=32_000, factor="1.20")
    withdraw_result(patient=patient, result_id=row.pk, version=1, by=owner(patient))
    check_in(patient, private=("rash",), rash="very much", tiredness="a little", note=f"note {word}", mood="")
    visit = record_visit(patient, months_ago(3), whom=f"Dr. {word}", notes=f"notes {word}")
    answer_question(ask_question(patient, f"May I {word}?"), f"Yes {word}", visit=visit)
    ask_question(patient, "And swim?", place=1)
    set_goal(patient, f"To see {word}")
    also_takes(patient, f"Drops {word}")
    miss_doses(patient, note=f"holiday {word}")
    count_blood(patient, "5.50", CountUnit.GIGA_PER_LITRE)
    look_for_mutation(patient)
    plan_test(patient, booked_on=TODAY + timedelta(days=9))


def file_of(patient: Patient) -> bytes:
    return "".join(whole_record(patient)).encode()


def back(patient: Patient, content: bytes) -> dict[str, int]:
    found = read_record(content, columns_by_kind())
    assert isinstance(found, RecordFile), found
    return restore_record(patient=patient, file=found, by=owner(patient))


def compared(content: bytes) -> Any:
    whole = json.loads(content)
    whole.pop("written_at")
    whole["person"].pop("display_name")
    whole["person"].pop("time_zone")
    return whole


# --- Everything as one file -------------------------------------------------------------------------------------------


def test_every_table_of_a_record_leaves_or_is_named_as_one_that_does_not(alices_record: Patient) -> None:
    """S42: 0 missing. Every table with a patient is found, and the file has each that is filled."""
    with_patient = {
        model._meta.model_name
        for model in apps.get_app_config("milestones").get_models()
        if any(field.name == "patient" for field in model._meta.concrete_fields)
        and not hasattr(model, "history_object")
    }
    assert with_patient == {model._meta.model_name for model in record_models()}
    assert with_patient == set(exported_models()) | set(NOT_EXPORTED)
    live(alices_record)
    rows = json.loads(file_of(alices_record))["rows"]
    empty = {kind for kind, found in rows.items() if not found}
    assert empty <= {"reminderchoice", "importbatch", "heldimport"}


def test_the_file_leaves_under_a_name_that_says_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    response: Any = alices.get(to("record_file"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="record.json"'
    assert "no-store" in response.headers["Cache-Control"]
    content = b"".join(response.streaming_content)
    assert compared(content) == compared(file_of(alices_record))
    assert AuditEvent.objects.filter(verb="record_export").count() == 1
    assert '"5.10"' in content.decode()


def test_it_needs_a_fresh_sign_in(alices: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name in ("record_file", "leave"):
        response = alices.get(to(name))
        assert response.status_code == 302
        assert "confirm-sign-in" in response["Location"]
    assert alices.post(to("leave"), {"word": "DELETE"}).status_code == 302
    assert Patient.objects.filter(pk=to.patient.pk).exists()


def test_it_is_not_asked_for_without_end(alices: Client, to: Addresses) -> None:
    answers = [alices.get(to("record_file")).status_code for _ in range(7)]
    assert answers == [200] * 6 + [429]


def test_a_result_that_the_team_holds_is_counted_and_not_shown(alices_record: Patient, charlie: User) -> None:
    live(alices_record)
    LabResult.objects.filter(reported_text="not detected").update(held_until=TODAY + timedelta(days=5), source="team")
    whole = json.loads(file_of(alices_record))
    assert whole["person"]["held_back"] == 1
    assert "not detected" not in {row["reported_text"] for row in whole["rows"]["labresult"]}


def test_nobody_else_takes_it(charlies: Client, to: Addresses, alices_record: Patient, charlie: User) -> None:
    share(alices_record, charlie, "manage")
    for name in ("take_along", "record_file", "restore", "leave"):
        assert charlies.get(to(name)).status_code == 403


# --- Back -------------------------------------------------------------------------------------------------------------


def test_what_comes_back_is_what_left(alices_record: Patient, charlie: User) -> None:
    """Into another record of the same site, where the ids are taken, and again into one where they are free."""
    live(alices_record)
    content = file_of(alices_record)
    charlies = Patient.objects.get(user=charlie)
    counts = back(charlies, content)
    assert sum(counts.values()) == sum(len(rows) for rows in json.loads(content)["rows"].values())
    assert LabResult.objects.filter(patient=charlies).count() == 4
    erase_record(patient=alices_record, by=owner(alices_record))
    first = file_of(charlies)
    for model in reversed(record_models()):
        model._base_manager.filter(patient_id=charlies.pk).delete()
        if hasattr(model, "history"):
            model.history.filter(patient_id=charlies.pk).delete()
    back(charlies, content)
    assert compared(file_of(charlies)) == compared(content)
    assert compared(first) != compared(content)  # other ids, as Alice still had hers


TEXTS = ["5.10 % IS", "0,0320 % IS", "<0.0032 % IS", "not detected", "1.2E-03 % IS", "MR4.5 (0.0021% IS)", "0.5 %"]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=40).filter(str.strip)


@settings(max_examples=12, deadline=None)
@given(
    results=st.lists(st.tuples(st.sampled_from(TEXTS), st.integers(1, 60)), max_size=6),
    words=st.lists(WORDS, max_size=4),
)
def test_any_record_comes_back_equal(results: list[tuple[str, int]], words: list[str]) -> None:
    one, two = (Patient.objects.create(user=User.objects.create(email=f"{uuid4().hex}@example.org")) for _ in range(2))
    for text, months in results:
        record(one, text, months_ago(months))
    for word in words:
        ask_question(one, word.strip())
        set_goal(one, word.strip())
        also_takes(one, word.strip(), how_taken=word.strip())
        check_in(one, rash="a little", note=word.strip())
    content = file_of(one)
    erase_record(patient=one, by=owner(one))
    back(two, content)
    assert compared(file_of(two)) == compared(content)


def upload(content: bytes, name: str = "record.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/json")


def test_the_page_brings_it_back(alices: Client, to: Addresses, alices_record: Patient, charlie: User) -> None:
    charlies = Patient.objects.get(user=charlie)
    live(charlies)
    answer = alices.post(to("restore"), {"file": upload(file_of(charlies))}, follow=True)
    assert "entries are back" in words_of(answer)
    assert LabResult.objects.filter(patient=alices_record).count() == 4
    assert AuditEvent.objects.filter(verb="record_restored", patient_id=alices_record.pk).count() == 1


def test_only_into_an_empty_record(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    assert "This record has entries already" in words_of(alices.get(to("restore")))
    before = everything_stored()
    answer = alices.post(to("restore"), {"file": upload(file_of(alices_record))})
    assert answer.status_code == 422
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"not json", "cannot be read"),
        (b'{"resourceType": "Bundle"}', "not a record of this site"),
        (b" " * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_refused_file_says_why(alices: Client, to: Addresses, content: bytes, words: str) -> None:
    answer = alices.post(to("restore"), {"file": upload(content)})
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert alices.post(to("restore"), {}).status_code == 422


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value", "7"),  # another number than the report says
        ("value", "one"),
        ("collected_on", "2026-13-01"),
        ("collected_on", "1900-01-01"),
        ("kind", "nonsense"),
        ("status", "perhaps"),
        ("id", "no id"),
        ("laboratory", "x" * 81),
        ("version", "many"),
        ("created_at", None),
        ("detected", "yes"),
    ],
)
def test_a_row_that_cannot_be_one_brings_nothing(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, column: str, value: object
) -> None:
    charlies = Patient.objects.get(user=charlie)
    record(charlies, "0.05 % IS")
    set_goal(charlies, "To run")
    whole = json.loads(file_of(charlies))
    whole["rows"]["labresult"][0][column] = value
    before = everything_stored()
    answer = alices.post(to("restore"), {"file": upload(json.dumps(whole).encode())})
    assert answer.status_code == 422
    assert "Nothing was brought back" in words_of(answer)
    assert everything_stored() == before


def test_a_row_cannot_name_a_row_of_another_record(alices_record: Patient, charlie: User) -> None:
    charlies = Patient.objects.get(user=charlie)
    change_dose(treat(charlies, months_ago(5)), months_ago(2))
    whole = json.loads(file_of(charlies))
    whole["rows"]["treatment"] = []
    whole["rows"]["treatmentchange"][0]["treatment"] = str(Treatment.objects.get().pk)
    found = read_record(json.dumps(whole).encode(), columns_by_kind())
    assert isinstance(found, RecordFile)
    with pytest.raises(UnfitRowError):
        restore_record(patient=alices_record, file=found, by=owner(alices_record))


# --- For good ---------------------------------------------------------------------------------------------------------


def test_the_word_is_asked_for(alices: Client, to: Addresses) -> None:
    before = everything_stored()
    for word in ("", "yes", "delete it"):
        answer = alices.post(to("leave"), {"word": word})
        assert answer.status_code == 422
    assert everything_stored() == before


def test_nothing_is_left_but_a_skeleton(
    alices: Client, to: Addresses, alices_record: Patient, alice: User, charlie: User, make_user: Callable[..., User]
) -> None:
    live(alices_record)
    team = make_team(make_user("lead@example.org"))
    share(alices_record, charlie)
    share_with_team(alices_record, team, by=team.memberships.get().user)
    alices.post(to("dates"), {"part": "feed"})
    alices.post(to("dates"), {"part": "reminders", "visit": "on"})
    WaitingMail.objects.create(sealed="x", to_hash=address_hash(alice.email), next_try_at="2030-01-01T00:00Z")
    events = AuditEvent.objects.filter(patient_id=alices_record.pk).count()
    answer = alices.post(to("leave"), {"word": "delete"})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    stored = str(everything_stored(with_audit=True))
    for word in (CANARY, alice.email, "Alice"):
        assert word not in stored
    for model in apps.get_app_config("milestones").get_models():
        assert not model._base_manager.filter(patient_id=alices_record.pk).exists(), model
    for kind in (Grant, LeftOut, CalendarFeed, WorklistEntry):
        assert not kind._base_manager.filter(patient_id=alices_record.pk).exists()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Session.objects.filter(user_id=alice.pk).exists()
    assert not EmailAddress.objects.filter(email=alice.email).exists()
    assert not WaitingMail.objects.exists()
    assert AuditEvent.objects.filter(patient_id=alices_record.pk).count() > events
    assert alices.get(to("home")).status_code in (302, 404)
    assert alices.get("/").status_code == 200


def test_what_was_written_in_another_record_stays_there_without_a_name(
    alices: Client, to: Addresses, alices_record: Patient, alice: User, charlie: User
) -> None:
    charlies = Patient.objects.get(user=charlie)
    share(charlies, alice, "add", name="Alice")
    LabResult.objects.filter(pk=record(charlies, "0.05 % IS").pk).update(entered_by=alice)
    assert alices.post(to("leave"), {"word": "DELETE"}).status_code == 302
    left = User.objects.get(pk=alice.pk)
    assert (left.is_active, left.name, left.has_usable_password()) == (False, "", False)
    assert left.email.endswith("@gone.invalid")
    assert LabResult.objects.get(patient=charlies).entered_by_id == alice.pk
    assert "alice" not in str(everything_stored()).lower()


def test_who_is_in_a_team_leaves_it_first(alices: Client, to: Addresses, alice: User) -> None:
    make_team(alice)
    alices.force_login(alice)
    before = everything_stored()
    answer = alices.post(to("leave"), {"word": "DELETE"})
    assert answer.status_code == 422
    assert "Leave the team first" in words_of(answer)
    assert everything_stored() == before


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    """A SQLite file as the site uses one, with everything that the test's database holds."""
    if connection.vendor != "sqlite":
        pytest.skip("the file of SQLite; PostgreSQL overwrites in its own time")
    return tmp_path / "site.sqlite3"


@pytest.mark.django_db(transaction=True)
def test_the_file_itself_holds_nothing_any_more(alices_record: Patient, on_disk: Path) -> None:
    """S43: deleted rows are overwritten, not only forgotten."""
    live(alices_record)
    with closing(sqlite3.connect(on_disk)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    assert CANARY.encode() in on_disk.read_bytes()
    script = (
        "import django; django.setup();"
        "from accounts.models import Patient; from milestones.services.leaving import erase_record;"
        "p = Patient.objects.select_related('user').get(); erase_record(patient=p, by=p.user)"
    )
    environment = {
        "DATABASE_URL": f"sqlite:///{on_disk}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
    }
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
    for path in on_disk.parent.glob("site.sqlite3*"):
        assert CANARY.encode() not in path.read_bytes(), path.name


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_nothing_any_more(alices_record: Patient, alice: User) -> None:
    """S43, on PostgreSQL: what a backup of today takes along."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no dump; its file is searched above")
    live(alices_record)
    assert CANARY in dump()
    erase_record(patient=Patient.objects.select_related("user").get(pk=alices_record.pk), by=alice)
    found = dump()
    assert CANARY not in found
    assert "accounts_auditevent" in found


def dump() -> str:
    """Return everything in the test's database as pg_dump writes it."""
    database: Any = connection.settings_dict
    program = shutil.which("pg_dump") or str(max(Path("/usr/lib/postgresql").glob("*/bin/pg_dump")))
    where = ["--host", database["HOST"], "--port", str(database["PORT"]), "--username", database["USER"]]
    made = subprocess.run([program, *where, database["NAME"]], check=True, capture_output=True, text=True)
    return made.stdout


def test_an_old_backup_is_erased_again(
    alices_record: Patient,
    alice: User,
    charlie: User,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S43: the list is ids alone; a restored backup and the list together leave nothing of who has left."""
    live(alices_record)
    with transaction.atomic():
        erase_record(patient=alices_record, by=alice)
        call_command("erasures")
        listed = capsys.readouterr().out
        transaction.set_rollback(True)  # the backup of the day before
    assert listed.split() == [str(alices_record.pk)]
    monkeypatch.setattr(sys, "stdin", io.StringIO(listed))
    call_command("erasures", "--again")
    assert "1 of 1" in capsys.readouterr().out
    assert not Patient.objects.filter(pk=alices_record.pk).exists()
    assert Patient.objects.filter(user=charlie).exists()
    assert CANARY not in str(everything_stored(with_audit=True))
    monkeypatch.setattr(sys, "stdin", io.StringIO("nonsense\n"))
    with pytest.raises(CommandError):
        call_command("erasures", "--again")
