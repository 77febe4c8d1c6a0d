"""A flood of sign-ins: how long another page takes meanwhile, beside how long it takes in quiet (S6).

`python -m benchmarks.flood [processes]`, as many as the site begins with where none are named. Fifty a second, each
from an address and for an account of its own, so that no limit ends it before a password is hashed; another person
reads the page with everything in order of time.
"""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import COOKIE, HIDDEN, Measurement
from benchmarks.site import prepared_site, serve

SECONDS, WARM_UP, A_SECOND, CALLERS, BETWEEN = 20, 3, 50, 25, 0.02
MOST_RATIO, MOST_MEGABYTES = 2.0, 150.0
SIGN_IN = "/account/sign-in/"


def main() -> int:
    """Print the figures; return 1 when one misses its target."""
    with prepared_site():
        from django.urls import reverse  # noqa: PLC0415 - after setup

        from benchmarks.person import make_person  # noqa: PLC0415 - as above

        person = make_person()
        address = reverse("milestones:timeline", kwargs={"patient_id": person.patient_id})
        workers = int(sys.argv[1]) if len(sys.argv) > 1 else min(4, 2 * (os.cpu_count() or 1))
        print(f"{workers} processes")
        with serve(workers=workers, threads=4, TRUSTED_PROXY_COUNT="1") as (port, worker):
            return compare(port, _parent(worker), address, person.session_key)


def compare(port: int, master: int, address: str, session_key: str) -> int:
    """Measure the page in quiet, in the flood, and in quiet again."""
    probe(port, address, session_key, WARM_UP)
    before = _memory(master)
    # Both pages have been asked for before anything counts, as on a site that is in use: the first time takes longer.
    with flood_of_sign_ins(port, from_net=100):
        probe(port, address, session_key, WARM_UP)
    quiet = probe(port, address, session_key, SECONDS)
    with flood_of_sign_ins(port) as answers:
        flooded = probe(port, address, session_key, SECONDS)
        grown = _memory(master) - before
    again = probe(port, address, session_key, SECONDS)
    base = Measurement.of_all([quiet, again])
    ratio = flooded.percentile(99) / base.percentile(99)
    print(f"sign-ins answered in {SECONDS} s: " + ", ".join(f"{count} with {code}" for code, count in answers.items()))
    for name, one in (("in quiet", base), ("in the flood", flooded)):
        print(f"page {name}: p50 {one.percentile(50) * 1e3:.1f} ms, p99 {one.percentile(99) * 1e3:.1f} ms")
    print(f"p99 in the flood, as a share of that in quiet: {ratio:.2f} (at most {MOST_RATIO})")
    print(f"memory grown by {grown:.0f} MB (at most {MOST_MEGABYTES:.0f})")
    return int(ratio > MOST_RATIO or grown > MOST_MEGABYTES)


@contextlib.contextmanager
def flood_of_sign_ins(port: int, from_net: int = 1) -> Iterator[Counter[int]]:
    """Flood the site meanwhile, from nets of this number and up; afterwards the counter says how it answered."""
    # A process of its own: whoever reads the page does not wait for the flood's threads.
    is_over, answers = multiprocessing.Event(), Counter[int]()
    found: Any = multiprocessing.SimpleQueue()
    flood = multiprocessing.Process(target=_flood, args=(port, from_net, is_over, found))
    flood.start()
    try:
        yield answers
    finally:
        is_over.set()
        answers.update(found.get())
        flood.join()


def probe(port: int, address: str, session_key: str, seconds: float) -> Measurement:
    """Ask for a page again and again, with a little time in between."""
    connection, found = http.client.HTTPConnection("127.0.0.1", port), Measurement()
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": f"session={session_key}", "X-Forwarded-For": "10.0.0.1"})
        response = connection.getresponse()
        response.read()
        found.seconds.append(time.perf_counter() - started)
        if response.status != http.client.OK:
            message = f"the page answered {response.status}"
            raise RuntimeError(message)
        time.sleep(BETWEEN)
    return found


def _flood(port: int, from_net: int, is_over: Any, found: Any) -> None:
    """Sign in from many places until it is over, and tell what was answered."""
    answers = Counter[int]()
    callers = [
        threading.Thread(target=_sign_in, args=(port, from_net + number, is_over, answers)) for number in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
        time.sleep(1 / A_SECOND)
    for caller in callers:
        caller.join()
    found.put(answers)


def _sign_in(port: int, net: int, is_over: Any, answers: Counter[int]) -> None:
    """Try to sign in, at this caller's share of the flood, until it is over; who was kept waiting makes up for it."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    round_number, began = 0, time.perf_counter()
    token, cookies = _form(connection, net)
    while not is_over.wait(max(0.0, began + (round_number + 1) * CALLERS / A_SECOND - time.perf_counter())):
        round_number += 1
        source = f"10.{net}.{round_number // 250}.{1 + round_number % 250}"
        fields = {"csrfmiddlewaretoken": token, "login": f"{uuid4().hex}@example.org", "password": uuid4().hex}
        headers = {"Cookie": cookies, "X-Forwarded-For": source, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", SIGN_IN, urlencode(fields), headers)
        response = connection.getresponse()
        response.read()
        answers[response.status] += 1


def _form(connection: Any, net: int) -> tuple[str, str]:
    connection.request("GET", SIGN_IN, headers={"X-Forwarded-For": f"10.{net}.255.1"})
    response = connection.getresponse()
    html = response.read().decode()
    cookies = [COOKIE.match(one) for one in response.headers.get_all("Set-Cookie", [])]
    kept = "; ".join(f"{one[1]}={one[2]}" for one in cookies if one)
    return dict(HIDDEN.findall(html))["csrfmiddlewaretoken"], kept


def _parent(worker: int) -> int:
    return int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])


def _memory(master: int) -> float:
    """Return how many megabytes the workers hold."""
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    held = [Path(f"/proc/{worker}/status").read_text().partition("VmRSS:")[2].split()[0] for worker in workers]
    return sum(map(int, held)) / 1024


if __name__ == "__main__":
    sys.exit(main())
