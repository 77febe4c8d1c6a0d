"""What is ended is over at the very next request, in every worker, however many ask at that moment (S26)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from accounts.models import Patient
from accounts.services.grants import end_grant
from accounts.services.patients import create_patient
from accounts.services.users import create_user
from tests.authorization.world import PASSWORD
from tests.cast import months_ago, owner, record, share

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Lab-Canary-26"
WORKERS, THREADS = 2, 20


@contextmanager
def two_workers() -> Iterator[int]:
    """Serve the tests' database from two processes; yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    described = connection.settings_dict
    database = f"postgresql://{described['USER']}@{described['HOST']}:{described['PORT']}/{described['NAME']}"
    environment = {
        **os.environ, "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(WORKERS), "WEB_THREADS": str(THREADS),
        "ENV_FILE": "", "DATABASE_URL": database, "TEST_DATABASE_URL": database,
        "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "http://localhost",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--log-level", "error", "config.wsgi"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            _wait_until_served(port)
            yield port
        finally:
            process.terminate()


def _wait_until_served(port: int) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/example/", timeout=5):
                return
        except OSError:
            threading.Event().wait(0.1)
    pytest.fail("the site did not start")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite lives in one process's memory")
def test_no_request_that_starts_after_the_end_shows_anything() -> None:
    alice, erin = (create_user(email=f"{name}@example.org", password=PASSWORD) for name in ("alice", "erin"))
    create_patient(user=alice, by=alice, display_name="Alice")
    patient = Patient.objects.get(user=alice)
    record(patient, "0.042 %", months_ago(1), laboratory=CANARY)
    grant = share(patient, erin)
    client = Client()
    client.force_login(erin)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    answers: list[tuple[float, float, int, bool]] = []
    stop = threading.Event()
    with two_workers() as port:
        pages = [f"http://127.0.0.1:{port}/records/{patient.pk}/{page}" for page in ("results/", "timeline/")]

        def ask(number: int) -> None:
            while not stop.is_set():
                request = urllib.request.Request(pages[number % 2], headers={"Cookie": cookie})
                began = time.monotonic()
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        status, text = answer.status, answer.read().decode()
                except urllib.error.HTTPError as error:
                    status, text = error.code, error.read().decode()
                answers.append((began, time.monotonic(), status, CANARY in text))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(WORKERS * THREADS)]
        for thread in threads:
            thread.start()
        _wait_for(answers, lambda: sum(one[3] for one in answers) >= 2 * len(threads))
        end_grant(patient=patient, grant_id=grant.pk, by=owner(patient))
        ended = time.monotonic()
        _wait_for(answers, lambda: sum(one[0] > ended for one in answers) >= 2 * len(threads))
        stop.set()
        for thread in threads:
            thread.join()
    connections.close_all()
    after = [one for one in answers if one[0] > ended]
    assert {one[2] for one in after} == {404}
    assert not any(one[3] for one in after), "a request that started after the end was shown the record"
    assert any(began < ended < done for began, done, *_ in answers), "nobody was being answered when it ended"


def _wait_for(answers: list[tuple[float, float, int, bool]], is_enough: object) -> None:
    ends = time.monotonic() + 60
    while not is_enough():  # type: ignore[operator]  # a function without arguments
        assert time.monotonic() < ends, f"{len(answers)} answers only: {answers[-3:]}"
        threading.Event().wait(0.02)
