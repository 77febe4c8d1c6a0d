"""No more at once on a machine than there are places, in however many processes; a place is never lost (S6)."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts import hashers
from accounts.hashers import Argon2Hasher, TooManyHashesError
from accounts.machine_places import AFTER_YOU_SECONDS, MachinePlaces, NoPlaceError
from tests.conftest import PASSWORD
from tests.hashers import FastArgon2Hasher

ROOT, OPEN_FILES = Path(__file__).resolve().parents[2], Path("/proc/self/fd")
SALT = "salt-of-a-test-0123456789"
#: Holds a place until it is told to end.
HOLD = """
import sys
from pathlib import Path
from accounts.machine_places import MachinePlaces
with MachinePlaces("mine", 2, folder=Path(sys.argv[1])).one(seconds=0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def places(tmp_path: Path) -> MachinePlaces:
    return MachinePlaces("mine", 2, folder=tmp_path)


@contextmanager
def held_by_another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            yield other
        finally:
            other.kill()


def is_free(places: MachinePlaces) -> bool:
    with suppress(NoPlaceError), places.one(seconds=0):
        return True
    return False


def test_as_many_as_there_are_places(places: MachinePlaces) -> None:
    with ExitStack() as held:
        held.enter_context(places.one(seconds=0))
        held.enter_context(places.one(seconds=0))
        with pytest.raises(NoPlaceError), places.one(seconds=0.03):
            pytest.fail("there was no place")
    assert is_free(places)


def test_a_place_is_free_again_whatever_happened_inside(tmp_path: Path) -> None:
    places = MachinePlaces("mine", 1, folder=tmp_path)
    with suppress(MemoryError), places.one(seconds=0):
        raise MemoryError
    assert is_free(places)


def test_the_places_are_those_of_all_processes_and_a_killed_one_keeps_none(
    places: MachinePlaces, tmp_path: Path
) -> None:
    with held_by_another_process(tmp_path) as other:
        with places.one(seconds=0):
            assert not is_free(places)
        other.kill()
        other.wait(60)
        with places.one(seconds=0):
            assert is_free(places)


def test_who_waits_gets_the_place_that_becomes_free(places: MachinePlaces, tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as other, places.one(seconds=0):
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        with places.one(seconds=60):
            pass


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux lists what a process has open")
def test_no_file_stays_open(places: MachinePlaces, tmp_path: Path) -> None:
    for _ in range(20):
        with places.one(seconds=0), places.one(seconds=0):
            assert not is_free(places)
    still_open = []
    for one in OPEN_FILES.iterdir():
        with suppress(FileNotFoundError):  # another thread's, closed meanwhile
            still_open.append(str(one.readlink()))
    assert [path for path in still_open if str(tmp_path) in path] == []


# --- Where there can be no files of ours, nobody is kept out ----------------------------------------------------------


def test_the_files_are_the_sites_own(places: MachinePlaces, tmp_path: Path) -> None:
    with places.one(seconds=0):
        [file] = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
    assert file in places.files()
    assert str(os.geteuid()) in file.name.split("-")


def test_a_link_that_lies_there_is_not_followed(tmp_path: Path) -> None:
    places, target = MachinePlaces("mine", 1, folder=tmp_path), tmp_path / "elsewhere"
    places.files()[0].symlink_to(target)
    with places.one(seconds=0):
        assert is_free(places)
    assert not target.exists()


def test_what_somebody_else_has_put_there_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They could hold its lock for ever."""
    places = MachinePlaces("mine", 1, folder=tmp_path)
    file = places.files()[0]
    file.touch()
    real = os.fstat
    theirs = SimpleNamespace(st_mode=file.stat().st_mode, st_uid=os.geteuid() + 1)
    monkeypatch.setattr(os, "fstat", lambda opened: theirs if _is(opened, file) else real(opened))
    with places.one(seconds=0):
        assert is_free(places)


def _is(opened: int, file: Path) -> bool:
    return os.stat(opened).st_ino == file.stat().st_ino


def test_a_pipe_that_lies_there_is_no_place(tmp_path: Path) -> None:
    places = MachinePlaces("mine", 1, folder=tmp_path)
    os.mkfifo(places.files()[0])
    with places.one(seconds=0):
        assert is_free(places)


def test_without_a_folder_there_is_no_count(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, without where."""

    def nowhere() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ...")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    places = MachinePlaces("mine", 1)
    with caplog.at_level(logging.WARNING), places.one(seconds=0):
        assert is_free(places)
    assert [record.getMessage() for record in caplog.records] == [
        "The places for mine are not counted: FileNotFoundError"
    ]


def test_a_folder_without_locks_has_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_opened: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    places = MachinePlaces("mine", 1, folder=tmp_path)
    with places.one(seconds=0):
        assert is_free(places)


# --- Hashes -----------------------------------------------------------------------------------------------------------


def test_the_sites_own_hash_has_a_place_of_two() -> None:
    kept = Argon2Hasher().encode(PASSWORD, SALT)
    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert Argon2Hasher().verify(PASSWORD, kept)
    assert len(Argon2Hasher.shared.files()) == hashers.AT_ONCE_ON_A_MACHINE == 2


def test_who_gets_no_place_is_refused_and_the_next_one_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.05)
    with ExitStack() as held:
        for _ in range(hashers.AT_ONCE_ON_A_MACHINE):
            held.enter_context(FastArgon2Hasher.shared.one(seconds=0))
        with pytest.raises(TooManyHashesError):
            FastArgon2Hasher().encode(PASSWORD, SALT)
    assert FastArgon2Hasher().verify(PASSWORD, FastArgon2Hasher().encode(PASSWORD, SALT))


class Turn:
    """The one turn in a process, which comes after some seconds of a clock that nothing else moves."""

    def __init__(self, after: float) -> None:
        self.after, self.now, self.slept = after, 0.0, list[float]()

    def acquire(self, *, blocking: bool = True, timeout: float = 0) -> bool:
        if self.after and not blocking:
            return False
        self.now += min(self.after, timeout)
        return self.after <= timeout or not self.after

    def release(self) -> None:
        pass

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("after", "left", "slept"), [(0.0, 2.0, []), (1.5, 0.485, [AFTER_YOU_SECONDS])])
def test_two_seconds_are_for_both_waits_and_who_had_a_place_lets_others_go_first(
    monkeypatch: pytest.MonkeyPatch, after: float, left: float, slept: list[float]
) -> None:
    turn, given = Turn(after), list[float]()

    @contextmanager
    def one(*, seconds: float) -> Iterator[None]:
        given.append(round(seconds, 6))
        yield

    monkeypatch.setattr(hashers, "_places", turn)
    monkeypatch.setattr(hashers, "time", SimpleNamespace(monotonic=lambda: turn.now, sleep=turn.sleep))
    monkeypatch.setattr(FastArgon2Hasher, "shared", SimpleNamespace(one=one))
    FastArgon2Hasher().encode(PASSWORD, SALT)
    assert (given, turn.slept) == ([left], slept)


def test_whose_turn_never_comes_asks_for_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.01)
    asked: list[Any] = []
    monkeypatch.setattr(FastArgon2Hasher, "shared", SimpleNamespace(one=asked.append))
    with hashers._places, pytest.raises(TooManyHashesError):
        FastArgon2Hasher().encode(PASSWORD, SALT)
    assert asked == []
