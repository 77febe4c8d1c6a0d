"""No more at once on a machine than there are places, in however many processes; a place is never lost (S6)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from accounts import hashers
from accounts.hashers import Argon2Hasher, TooManyHashesError
from accounts.machine_places import MachinePlaces, NoPlaceError
from tests.conftest import PASSWORD
from tests.hashers import FastArgon2Hasher

ROOT, OPEN_FILES = Path(__file__).resolve().parents[2], Path("/proc/self/fd")
#: Holds a place until it is told to end.
HOLD = """
import sys
from accounts.machine_places import MachinePlaces
with MachinePlaces(sys.argv[1], 2).one(seconds=0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path


@pytest.fixture
def name() -> Iterator[str]:
    """Return a name that no other test has, and leave no file of it."""
    name = f"test-{uuid4().hex}"
    yield name
    for file in MachinePlaces(name, 2)._files:
        file.unlink(missing_ok=True)


@contextmanager
def held_by_another_process(name: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, name], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            yield other
        finally:
            other.kill()


def test_as_many_as_there_are_places(name: str) -> None:
    places = MachinePlaces(name, 2)
    with ExitStack() as held:
        held.enter_context(places.one(seconds=0))
        held.enter_context(places.one(seconds=0))
        with pytest.raises(NoPlaceError), places.one(seconds=0.03):
            pytest.fail("there was no place")
    with places.one(seconds=0):
        pass


def test_a_place_is_free_again_whatever_happened_inside(name: str) -> None:
    places = MachinePlaces(name, 1)
    with suppress(MemoryError), places.one(seconds=0):
        raise MemoryError
    with places.one(seconds=0):
        pass


def test_the_places_are_those_of_all_processes_and_a_killed_one_keeps_none(name: str) -> None:
    places = MachinePlaces(name, 2)
    with held_by_another_process(name) as other:
        with places.one(seconds=0), pytest.raises(NoPlaceError), places.one(seconds=0):
            pytest.fail("there was no place")
        other.kill()
        other.wait(60)
        with places.one(seconds=0), places.one(seconds=0):
            pass


def test_who_waits_gets_the_place_that_becomes_free(name: str) -> None:
    places = MachinePlaces(name, 2)
    with held_by_another_process(name) as other, places.one(seconds=0):
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        with places.one(seconds=60):
            pass


def test_the_files_are_the_sites_own(folder: Path) -> None:
    with MachinePlaces("mine", 2).one(seconds=0):
        [file] = folder.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert "mine" in file.name


def test_a_link_that_lies_there_is_not_followed(folder: Path) -> None:
    places, target = MachinePlaces("mine", 1), folder / "elsewhere"
    [file] = places._files
    file.symlink_to(target)
    with places.one(seconds=0), places.one(seconds=0):
        assert not target.exists()


def test_without_files_there_is_no_count_and_nobody_is_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/nowhere-at-all")
    places = MachinePlaces("mine", 1)
    with places.one(seconds=0), places.one(seconds=0):
        pass


def test_a_hash_waits_for_the_other_processes_two_seconds_in_all(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FastArgon2Hasher, "shared", MachinePlaces(name, hashers.AT_ONCE_ON_A_MACHINE))
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.05)
    assert len(Argon2Hasher.shared._files) == hashers.AT_ONCE_ON_A_MACHINE == 2
    with ExitStack() as held:
        for _ in range(hashers.AT_ONCE_ON_A_MACHINE):
            held.enter_context(FastArgon2Hasher.shared.one(seconds=0))
        with pytest.raises(TooManyHashesError):
            FastArgon2Hasher().encode(PASSWORD, "salt-of-a-test-0123456789")
    kept = FastArgon2Hasher().encode(PASSWORD, "salt-of-a-test-0123456789")
    assert FastArgon2Hasher().verify(PASSWORD, kept), "its place in the process is free again"


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux lists what a process has open")
def test_no_file_stays_open(name: str) -> None:
    places = MachinePlaces(name, 2)
    for _ in range(20):
        with places.one(seconds=0), places.one(seconds=0), suppress(NoPlaceError), places.one(seconds=0):
            pytest.fail("there was no place")
    still_open = []
    for one in OPEN_FILES.iterdir():
        with suppress(FileNotFoundError):  # another thread's, closed meanwhile
            still_open.append(str(one.readlink()))
    assert [path for path in still_open if name in path] == []
